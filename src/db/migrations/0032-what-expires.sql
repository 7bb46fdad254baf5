-- 0032-what-expires.sql
-- Whoever looks over all tenants is told which tokens and secrets are about to end: three more tables let
-- themselves be read for all tenants, by the one file that test/house/operator-wide.ts names.
-- An older server beside us reads none of them so.

do $$
declare
  walled text;
begin
  foreach walled in array array['scim_token', 'connection', 'site'] loop
    execute format(
      'create policy operator_wide on %I for select
         using (current_setting(''rollcall.operator_wide'', true) = ''on'')', walled);
  end loop;
end $$;
