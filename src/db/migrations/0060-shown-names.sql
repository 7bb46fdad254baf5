-- 0060-shown-names.sql
-- The displayName of a resource stands beside its text, so that whoever reads a person with their groups, or a group with its
-- members, parses none of theirs (decision 0049).
--
-- It counts only with the version that it was written with: rows from before, and those that an older server beside us changes,
-- are read from the text as they always were. Takes a lock for a moment; an older server beside us notices nothing.

alter table resource add column shown_name text, add column shown_version bigint;
