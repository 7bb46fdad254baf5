-- 0016-a-loader-row-from-birth.sql
-- Each tenant has its row in loader from its onboarding on, so that the poll asks by these rows alone.
-- A tenant that an older server onboards beside us has none until its first batch, which a notification
-- begins or that server's own poll.

do $$
declare
  one text;
begin
  for one in select tenant_id from tenant loop
    perform set_config('rollcall.tenant', one, true);
    insert into loader (tenant_id) values (one) on conflict do nothing;
  end loop;
  perform set_config('rollcall.tenant', '', true);
end $$;
