-- 0001-the-first-tables.sql
-- Everything from a tenant to a person's session.
--
-- Rules that hold for every table from here on (ARCHITECTURE.md, invariant 2):
--   * A table with a tenant_id belongs to a tenant: the column leads its primary key, every
--     unique key and every foreign key, and row-level security is enabled and forced.
--   * What must be unique over the platform lives in a small table of its own without a wall
--     (label, credential_tenant); it holds no data of a tenant beyond its id.
--   * The app works as rollcall_app, which owns nothing. Rows are seen for one tenant, named by
--     the transaction's rollcall.tenant; tables with a second policy may also be read platform-wide
--     by a transaction that says rollcall.operator_wide.
-- Nothing older exists.

-- ---------------------------------------------------------------- the platform, without a wall

-- A tenant. The operator lists them all, so the list itself has no wall.
create table tenant (
  tenant_id     text        not null primary key,
  name          text        not null check (length(name) between 1 and 100),
  name_folded   text        not null unique,
  suspended_at  timestamptz,
  created_at    timestamptz not null
);

-- The prefix of an FQN, unique over all tenants (SEC N-1).
create table label (
  label_folded   text not null primary key,
  label          text not null check (label ~ '^[A-Za-z0-9_-]{2,32}$'),
  tenant_id      text not null,
  connection_id  text not null
);

-- Which tenant a credential that a SCIM client presents belongs to. A static token is found by its
-- look-up id; an access token that the Authority issued by the SHA-256 of it in hex.
create table credential_tenant (
  credential    text not null primary key,
  tenant_id     text not null
);
-- For taking away all of a tenant's.
create index credential_tenant_tenant_id_idx on credential_tenant (tenant_id);

-- Operators' tokens for the admin API.
create table admin_token (
  lookup_id    text        not null primary key,
  secret_hash  bytea       not null,
  name         text        not null,
  created_at   timestamptz not null,
  expires_at   timestamptz,
  revoked_at   timestamptz
);

-- ---------------------------------------------------------------- tenants: what operators set up

-- A tenant's link to one identity provider.
create table connection (
  tenant_id             text        not null,
  connection_id         text        not null,
  name                  text        not null check (length(name) between 1 and 100),
  kind                  text        not null check (kind in ('okta', 'entra', 'other')),
  label                 text        not null,
  -- The customer's OIDC application; null until the customer gave it.
  issuer                text,
  client_id             text,
  client_secret_sealed  text,
  disabled_at           timestamptz,
  created_at            timestamptz not null,
  changed_at            timestamptz not null,

  primary key (tenant_id, connection_id)
);

-- The bearer secrets of a connection, for Okta's "HTTP Header" mode.
create table scim_token (
  tenant_id      text        not null,
  lookup_id      text        not null,
  connection_id  text        not null,
  secret_hash    bytea       not null,
  created_at     timestamptz not null,
  expires_at     timestamptz not null,
  revoked_at     timestamptz,
  last_used_at   timestamptz,
  last_used_from text,

  primary key (tenant_id, lookup_id),
  foreign key (tenant_id, connection_id) references connection on delete cascade
);

-- The OAuth client of a connection, for Okta's "OAuth 2.0 Authorization Code" mode.
create table provisioning_client (
  tenant_id      text        not null,
  client_id      text        not null,
  connection_id  text        not null,
  secret_hash    bytea       not null,
  redirect_uris  text[]      not null,
  created_at     timestamptz not null,
  revoked_at     timestamptz,

  primary key (tenant_id, client_id),
  foreign key (tenant_id, connection_id) references connection on delete cascade
);

-- An application that relies on us to sign people in.
create table site (
  tenant_id                  text        not null,
  site_id                    text        not null,
  name                       text        not null check (length(name) between 1 and 100),
  secret_hash                bytea       not null,
  redirect_uris              text[]      not null,
  post_logout_redirect_uris  text[]      not null,
  backchannel_logout_uri     text,
  created_at                 timestamptz not null,
  disabled_at                timestamptz,

  primary key (tenant_id, site_id)
);

-- For one issuer: which claim of its tokens says who it is, and what that is compared with.
create table claim_type_mapping (
  tenant_id      text        not null,
  mapping_id     text        not null,
  connection_id  text        not null,
  issuer         text        not null,
  claim_type     text        not null,
  matches        text        not null check (matches in ('externalId', 'userName')),
  created_at     timestamptz not null,

  primary key (tenant_id, mapping_id),
  unique (tenant_id, connection_id, issuer),
  foreign key (tenant_id, connection_id) references connection on delete cascade
);

-- Who may act for a tenant towards its provisioning: the on-boarded administrator who consents
-- to an OAuth grant, named by what their sign-in at the connection's identity provider shows.
create table tenant_admin (
  tenant_id      text        not null,
  connection_id  text        not null,
  name_folded    text        not null,
  name           text        not null,
  created_at     timestamptz not null,

  primary key (tenant_id, connection_id, name_folded),
  foreign key (tenant_id, connection_id) references connection on delete cascade
);

-- ---------------------------------------------------------------- sync: what the IdP said

-- A SCIM resource of any type. body is the rendered text without location, members and groups.
create table resource (
  tenant_id      text        not null,
  resource_id    text        not null,
  connection_id  text        not null,
  type           text        not null,
  -- userName or displayName, folded.
  unique_key     text        not null,
  external_id    text,
  active         boolean     not null,
  version        bigint      not null,
  body           text        not null,
  created_at     timestamptz not null,
  modified_at    timestamptz not null,

  primary key (tenant_id, resource_id),
  constraint resource_unique_key unique (tenant_id, connection_id, type, unique_key),
  foreign key (tenant_id, connection_id) references connection on delete cascade
);
-- Lists in order of birth, and their totals, without touching the bodies.
create index resource_list_idx on resource (tenant_id, connection_id, type, resource_id);
-- filter=externalId eq, and sign-in by externalId. Not unique: Okta re-creates with the same one.
create index resource_external_id_idx on resource (tenant_id, connection_id, external_id)
  where external_id is not null;

-- Group members as rows: a change of k members costs k.
create table member (
  tenant_id  text        not null,
  group_id   text        not null,
  member_id  text        not null,
  joined_at  timestamptz not null,

  primary key (tenant_id, group_id, member_id),
  foreign key (tenant_id, group_id) references resource (tenant_id, resource_id) on delete cascade,
  foreign key (tenant_id, member_id) references resource (tenant_id, resource_id) on delete cascade
);
-- The groups of a user, and the cascade when a user goes.
create index member_member_id_idx on member (tenant_id, member_id, group_id);

-- What the loader has yet to look at: a resource, or a group and one of its members. Written in the
-- transaction of the write it stands for; no order is promised and none is needed. Rows live for
-- about a second, so the table is vacuumed eagerly.
create table pending (
  tenant_id      text        not null,
  pending_id     uuid        not null,
  connection_id  text        not null,
  resource_id    text        not null,
  member_id      text,                    -- set: this membership; null: the resource
  request_id     text        not null,
  written_at     timestamptz not null,
  tries          integer     not null default 0,
  not_before     timestamptz not null,    -- taken from then on; moved on by a failed try

  primary key (tenant_id, pending_id)
)
with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000);
-- The next batch, oldest first.
create index pending_not_before_idx on pending (tenant_id, not_before);
-- How far one person has come.
create index pending_resource_id_idx on pending (tenant_id, resource_id);

-- ---------------------------------------------------------------- etl: the loader

-- One row a tenant: locking it is the lease. Numbers the tenant's events.
create table loader (
  tenant_id      text        not null primary key,
  last_position  bigint      not null default 0,
  paused_at      timestamptz,
  paused_reason  text
);

create table run (
  tenant_id            text        not null,
  run_id               text        not null,
  kind                 text        not null check (kind in ('differential', 'full', 'single')),
  status               text        not null check (status in ('running', 'done', 'failed')),
  started_at           timestamptz not null,
  ended_at             timestamptz,
  taken                bigint      not null default 0,
  identities_created   bigint      not null default 0,
  identities_changed   bigint      not null default 0,
  identities_deleted   bigint      not null default 0,
  links_added          bigint      not null default 0,
  links_removed        bigint      not null default 0,
  properties_changed   bigint      not null default 0,
  quarantined          bigint      not null default 0,
  -- The longest time from an acknowledged write to its being in identity, in this run.
  max_lag_ms           bigint      not null default 0,
  reason               text,

  primary key (tenant_id, run_id)
);
-- The latest runs first.
create index run_started_at_idx on run (tenant_id, started_at);

-- What could not be loaded after its tries, with the reason.
create table quarantine (
  tenant_id      text        not null,
  resource_id    text        not null,
  member_id      text        not null default '',   -- '' when the resource itself is meant
  connection_id  text        not null,
  reason         text        not null,
  tries          integer     not null,
  request_id     text        not null,
  written_at     timestamptz not null,
  quarantined_at timestamptz not null,

  primary key (tenant_id, resource_id, member_id)
);

-- ---------------------------------------------------------------- identity: who people are

create table identity (
  tenant_id      text        not null,
  identity_id    text        not null,
  connection_id  text        not null,
  resource_id    text        not null,
  kind           text        not null check (kind in ('person', 'group')),
  state          text        not null check (state in ('active', 'inactive', 'deleted')),
  label          text        not null,
  name           text        not null,    -- FQN = label:name
  name_folded    text        not null,
  external_id    text,
  display_name   text,
  given_name     text,
  family_name    text,
  email          text,
  locale         text,
  properties     jsonb       not null,    -- the rest of what sites may see, by SCIM names
  manager_resource_id text,               -- whom the IdP names as manager, there or not yet
  created_at     timestamptz not null,
  changed_at     timestamptz not null,

  primary key (tenant_id, identity_id),
  unique (tenant_id, resource_id)
);
-- Sign-in by externalId; sign-in and search by name.
create index identity_external_id_idx on identity (tenant_id, connection_id, external_id)
  where external_id is not null;
create index identity_name_folded_idx on identity (tenant_id, kind, name_folded);
-- Whose manager somebody is who arrives after them.
create index identity_manager_resource_id_idx on identity (tenant_id, manager_resource_id)
  where manager_resource_id is not null;

-- The FQNs an identity has had. valid_to is null for the present one.
create table fqn (
  tenant_id    text        not null,
  identity_id  text        not null,
  label        text        not null,
  name         text        not null,
  label_folded text        not null,
  name_folded  text        not null,
  kind         text        not null,
  valid_from   timestamptz not null,
  valid_to     timestamptz,

  primary key (tenant_id, identity_id, valid_from),
  foreign key (tenant_id, identity_id) references identity on delete cascade
);
-- An FQN, present or old, to its identity.
create index fqn_name_folded_idx on fqn (tenant_id, label_folded, name_folded);

-- A membership or manager relation: from a group to its member, from a person to their manager.
create table link (
  tenant_id  text        not null,
  kind       text        not null check (kind in ('member', 'manager')),
  from_id    text        not null,
  to_id      text        not null,
  since      timestamptz not null,

  primary key (tenant_id, kind, from_id, to_id),
  foreign key (tenant_id, from_id) references identity (tenant_id, identity_id) on delete cascade,
  foreign key (tenant_id, to_id) references identity (tenant_id, identity_id) on delete cascade
);
-- The groups of a person.
create index link_to_id_idx on link (tenant_id, to_id, kind, from_id);

-- Effective changes, numbered densely per tenant by the loader.
create table event (
  tenant_id    text        not null,
  position     bigint      not null,
  kind         text        not null,
  identity_id  text        not null,
  other_id     text,
  changes      jsonb       not null,
  request_id   text,
  happened_at  timestamptz not null,

  primary key (tenant_id, position)
);
-- What happened to one identity.
create index event_identity_id_idx on event (tenant_id, identity_id, position);

-- ---------------------------------------------------------------- signin

create table signing_key (
  tenant_id           text        not null,
  key_id              text        not null,
  private_key_sealed  text        not null,
  public_jwk          jsonb       not null,
  created_at          timestamptz not null,
  retired_at          timestamptz,

  primary key (tenant_id, key_id)
);

-- What the OpenID provider keeps: sessions, grants, codes, tokens. The id is hashed.
create table oidc_payload (
  tenant_id    text        not null,
  model        text        not null,
  id_hash      text        not null,
  payload      jsonb       not null,
  grant_id     text,
  session_uid  text,
  -- The person it stands for; deactivation ends all that name them.
  identity_id  text,
  client_id    text,
  expires_at   timestamptz,
  consumed_at  timestamptz,

  primary key (tenant_id, model, id_hash)
);
create index oidc_payload_grant_id_idx on oidc_payload (tenant_id, grant_id) where grant_id is not null;
create index oidc_payload_session_uid_idx on oidc_payload (tenant_id, session_uid) where session_uid is not null;
create index oidc_payload_identity_id_idx on oidc_payload (tenant_id, identity_id) where identity_id is not null;
create index oidc_payload_expires_at_idx on oidc_payload (tenant_id, expires_at) where expires_at is not null;

-- A browser on its way to an identity provider and back. Consumed once (SEC R-2, T-8).
create table flow (
  tenant_id      text        not null,
  state_hash     text        not null,
  sign_in_id     text        not null,
  connection_id  text        not null,
  interaction    text        not null,
  cookie_hash    text        not null,
  issuer         text        not null,
  nonce          text        not null,
  verifier       text        not null,
  created_at     timestamptz not null,
  expires_at     timestamptz not null,

  primary key (tenant_id, state_hash)
);

-- Each attempt to sign in, with every step and what was seen. The id is the reference on the page.
create table sign_in (
  tenant_id      text        not null,
  sign_in_id     text        not null,
  client_id      text        not null,
  connection_id  text,
  identity_id    text,
  outcome        text        not null check (outcome in ('started', 'signed-in', 'refused')),
  code           text,
  steps          jsonb       not null,
  started_at     timestamptz not null,
  ended_at       timestamptz,

  primary key (tenant_id, sign_in_id)
);
create index sign_in_started_at_idx on sign_in (tenant_id, started_at);

-- A logout token owed to a site, and the receipt for it.
create table logout_delivery (
  tenant_id       text        not null,
  delivery_id     text        not null,
  site_id         text        not null,
  identity_id     text        not null,
  sid             text        not null,
  cause           text        not null,
  created_at      timestamptz not null,
  tries           integer     not null default 0,
  next_try_at     timestamptz,
  delivered_at    timestamptz,
  failed_at       timestamptz,
  answer          text,

  primary key (tenant_id, delivery_id)
);
create index logout_delivery_next_try_at_idx on logout_delivery (tenant_id, next_try_at)
  where next_try_at is not null;

-- ---------------------------------------------------------------- audit

-- Each act of an administrator. Append only: the app may insert and read.
create table audit_log (
  tenant_id   text        not null,
  audit_id    text        not null,
  actor       text        not null,
  act         text        not null,
  object      text        not null,
  details     jsonb       not null,
  request_id  text        not null,
  happened_at timestamptz not null,

  primary key (tenant_id, audit_id)
);

-- ---------------------------------------------------------------- the wall

grant select, insert, update, delete on tenant, label, credential_tenant, admin_token to rollcall_app;

do $$
declare
  walled text;
begin
  foreach walled in array array[
    'connection', 'scim_token', 'provisioning_client', 'site', 'claim_type_mapping', 'tenant_admin',
    'resource', 'member', 'pending', 'loader', 'run', 'quarantine',
    'identity', 'fqn', 'link', 'event',
    'signing_key', 'oidc_payload', 'flow', 'sign_in', 'logout_delivery', 'audit_log'
  ] loop
    execute format('alter table %I enable row level security', walled);
    execute format('alter table %I force row level security', walled);
    execute format(
      'create policy tenant_wall on %I
         using (tenant_id = current_setting(''rollcall.tenant'', true))
         with check (tenant_id = current_setting(''rollcall.tenant'', true))', walled);
    execute format('grant select, insert, update, delete on %I to rollcall_app', walled);
  end loop;

  -- Read platform-wide by the loader and the logout sender (whose turn is it?) and by the operator
  -- who has only the reference a person quotes.
  foreach walled in array array['pending', 'loader', 'logout_delivery', 'sign_in'] loop
    execute format(
      'create policy operator_wide on %I for select
         using (current_setting(''rollcall.operator_wide'', true) = ''on'')', walled);
  end loop;
end $$;

revoke update, delete on audit_log, event from rollcall_app;
