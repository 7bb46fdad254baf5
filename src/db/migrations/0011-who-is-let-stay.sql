-- 0011-who-is-let-stay.sql
-- Whoever the operator lets stay keeps a row that says so: a full run, or a sign-in, would otherwise
-- take them for one who has left.
-- An older server beside us would count them as held.

alter table held add column discarded_at timestamptz;
