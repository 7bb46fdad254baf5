-- 0035-connection-keys-rotate.sql
-- From when a connection's key signs: the one before is published for a day more.
-- An older server beside us signs with the key made last at once.

alter table connection_key add column signs_from timestamptz;
update connection_key set signs_from = created_at;
alter table connection_key alter column signs_from set not null, alter column signs_from set default now();
