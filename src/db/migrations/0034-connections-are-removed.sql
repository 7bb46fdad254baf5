-- 0034-connections-are-removed.sql
-- A connection that is removed is there to nobody from then on. Its row stays until the Sync Engine
-- holds nothing of it any more, so that what is left is found, also after a crash.
-- Its label stays with the tenant, and is no connection's until the tenant gives it to another.
-- An older server beside us shows such a connection as disabled.

alter table connection add column removed_at timestamptz;
alter table label alter column connection_id drop not null;
