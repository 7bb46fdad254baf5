-- 0063-names-waited-for.sql
-- Who is set aside because somebody else has the name that a rule gives them is loaded when that name becomes free.
--
-- Takes a lock on one small table for a moment. An older server beside us notices nothing, and sets aside as it did.

alter table quarantine add column wanted_name text;
create index quarantine_wanted_name_idx on quarantine (tenant_id, wanted_name) where wanted_name is not null;
