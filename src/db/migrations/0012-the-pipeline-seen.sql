-- 0012-the-pipeline-seen.sql
-- What an operator sees of the pipeline: how long the loader was at work for a run, so that the time
-- a backlog takes can be told in advance; and how much is set aside or held over all tenants, for
-- the metrics.
-- An older server beside us adds nothing to busy_ms; estimates are too short while it runs.

alter table run add column busy_ms bigint not null default 0;

do $$
declare
  walled text;
begin
  foreach walled in array array['quarantine', 'held'] loop
    execute format(
      'create policy operator_wide on %I for select
         using (current_setting(''rollcall.operator_wide'', true) = ''on'')', walled);
  end loop;
end $$;
