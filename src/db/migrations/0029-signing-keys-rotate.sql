-- 0029-signing-keys-rotate.sql
-- A signing key is published before it signs and after it has signed: when it begins to is a column.
-- The one key that each tenant has so far signs on, from now.
-- An older server beside us signs with the newest key, published or not, and makes no next one.

alter table signing_key add column signs_from timestamptz not null default now();
