-- 0005-events-by-the-other.sql
-- What happened to somebody as the other of an event: the groups they joined and left.
-- An older server beside us is unaffected.

create index event_other_id_idx on event (tenant_id, other_id, position) where other_id is not null;
