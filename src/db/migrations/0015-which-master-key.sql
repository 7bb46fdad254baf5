-- 0015-which-master-key.sql
-- Which master key this database belongs to, as a digest of it: a node that comes with another is refused
-- before it changes anything. The owner's alone; the app's role has no business with it.
-- An older server beside us does not look.

create table installation (
  is_only     boolean  not null primary key default true check (is_only),
  key_digest  text     not null
);
