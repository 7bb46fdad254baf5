-- 0006-full-runs.sql
-- Full runs: all of a tenant looked at again, page by page, resumable after a kill. How far a run has
-- come stands on the loader's row, which is the tenant's lease, so of any number of nodes one
-- goes on with it.
-- An older server beside us does not go on with a full run; a newer one does.

alter table loader
  add column full_run_id  text,
  -- Which of the passes it is in, and the last key that it has looked at there.
  add column full_stage   text check (full_stage in ('resources', 'identities', 'members', 'links')),
  add column full_after   text;
-- Whose full run is under way.
create index loader_full_run_idx on loader (full_run_id) where full_run_id is not null;

-- How much a full run has to look at, as counted when it began.
alter table run add column expected bigint;
