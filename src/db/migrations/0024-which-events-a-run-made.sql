-- 0024-which-events-a-run-made.sql
-- Where the events of a run begin and end, so that what it took away can be found again and undone.
-- Null where it made none, and for runs from before: those took away nothing that can be told apart.
-- An older server beside us adds to a run without saying so: what it took away is not undone with it.

alter table run add column first_position bigint, add column last_position bigint;
