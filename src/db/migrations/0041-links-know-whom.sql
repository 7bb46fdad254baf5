-- 0041-links-know-whom.sql
-- Which person of the tenant an administrator was when they signed in there last, so that they leave with
-- that person. An older server beside us leaves it as it is.

alter table administrator_link add column identity_id text;
create index administrator_link_identity_id_idx on administrator_link (identity_id)
  where identity_id is not null;
