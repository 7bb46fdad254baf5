-- An identity provider may end one session of a person, and names it as it named it when they signed in. The digest of that name,
-- with the connection, stands beside the session that came of it. An older server beside us writes none.
alter table oidc_payload add column upstream_sid text;
create index oidc_payload_upstream_sid_idx on oidc_payload (tenant_id, upstream_sid) where upstream_sid is not null;
