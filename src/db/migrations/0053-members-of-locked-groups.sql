-- 0053-members-of-locked-groups.sql
-- Whoever writes a membership holds the row of its group, and whoever deletes a group deletes its members
-- (docs/decisions/0036): the key that asked for the group once for each of them goes. That of the member stays, and
-- with it goes whoever is deleted.
--
-- Takes a lock on two tables for a moment and reads neither. An older server beside us leaves the memberships of
-- a group that it deletes: they are no longer anybody's, and go with the member.

alter table member drop constraint member_tenant_id_group_id_fkey;
