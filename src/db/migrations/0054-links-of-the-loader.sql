-- 0054-links-of-the-loader.sql
-- The loader alone writes links, under the tenant's lease, once it has looked both ends up, and identities are never
-- deleted (docs/decisions/0038): the keys that asked for each end of each link again go. They were three fifths of
-- what a link cost.
--
-- Takes a lock on two tables for a moment and reads neither. An older server beside us notices nothing.

alter table link
  drop constraint link_tenant_id_from_id_fkey,
  drop constraint link_tenant_id_to_id_fkey;
