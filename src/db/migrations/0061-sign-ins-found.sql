-- 0061-sign-ins-found.sql
-- A sign-in is found by its reference, whichever tenant it is of; those of a person, a site or a connection, and those that did not
-- end in one, without passing by all the others of the tenant. The key has them in the order of time, for the list of all.
--
-- Holds sign-ins up while the indexes are made, some seconds for each million that is kept. An older server beside us notices
-- nothing.

create index sign_in_sign_in_id_idx on sign_in (sign_in_id);
create index sign_in_identity_id_idx on sign_in (tenant_id, identity_id, sign_in_id) where identity_id is not null;
create index sign_in_connection_id_idx on sign_in (tenant_id, connection_id, sign_in_id) where connection_id is not null;
create index sign_in_client_id_idx on sign_in (tenant_id, client_id, sign_in_id);
create index sign_in_outcome_idx on sign_in (tenant_id, sign_in_id) where outcome <> 'signed-in';
