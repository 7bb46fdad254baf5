-- 0057-members-of-locked-people.sql
-- Whoever writes a membership holds the row of its member, too, and whoever deletes somebody deletes their memberships
-- (docs/decisions/0043): the key that asked for the member once for each of them goes. What it was for when a connection
-- goes is done by the key from resources: a connection that has any does not go.
--
-- Reads every resource once. An older server beside us leaves the memberships of whom it deletes: stop those before, as
-- for 0056.

alter table member drop constraint member_tenant_id_member_id_fkey;
alter table resource
  drop constraint resource_tenant_id_connection_id_fkey,
  add foreign key (tenant_id, connection_id) references connection;

-- Each entry of it is another, so nothing is gained by putting equal ones together; but one that is there keeps those in
-- place that are gone and are kept with it, and who leaves a group after having come and gone often reads them all.
alter index member_member_id_idx set (deduplicate_items = off);
