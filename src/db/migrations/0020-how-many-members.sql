-- 0020-how-many-members.sql
-- How many members a group has, beside the row that a change of members locks anyway: so that the most
-- that a group may have is held without counting them at each change.
-- Null until a member joins next: nothing is filled in here, whatever the tables hold.
-- An older server beside us does not count: whom it lets join is missing from the numbers that there
-- are already.

alter table resource add column member_count integer;
