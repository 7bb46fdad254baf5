-- 0039-tallies-of-days.sql
-- What a tenant's day was like, in a row: requests by outcome, sign-ins, and how long it took until
-- changes were loaded, access was gone and sites were told, as histograms. It is written beside the
-- requests, not in their transactions, so that an overview of a thousand tenants costs a row for each
-- tenant and day, however many people there are.
-- The bounds of the histograms' buckets are in src/audit/histogram.ts.
-- An older server beside us counts nothing: days on which one ran look quieter than they were.

create table day_tally (
  tenant_id         text      not null,
  day               date      not null,
  requests_ok       bigint    not null,
  requests_refused  bigint    not null,
  requests_failed   bigint    not null,
  signed_in         bigint    not null,
  sign_ins_refused  bigint    not null,
  notices_failed    bigint    not null,
  access            bigint[]  not null,
  revoke            bigint[]  not null,
  told              bigint[]  not null,

  primary key (tenant_id, day)
);
-- The overview asks for the last days of all tenants.
create index day_tally_day_idx on day_tally (day);

alter table day_tally enable row level security;
alter table day_tally force row level security;
create policy tenant_wall on day_tally
  using (tenant_id = current_setting('rollcall.tenant', true))
  with check (tenant_id = current_setting('rollcall.tenant', true));
create policy operator_wide on day_tally for select
  using (current_setting('rollcall.operator_wide', true) = 'on');
grant select, insert, update, delete on day_tally to rollcall_app;

-- Which sites do not hear that sessions ended: the notices that were given up, and those tried again and again.
create index logout_delivery_failed_at_idx on logout_delivery (tenant_id, failed_at)
  where failed_at is not null;
