-- 0023-administrators.sql
-- Who administers: persons who sign in, and keys with a role. Of the platform, or of one tenant.
--
-- None of these tables has a wall: whoever signs in is found by an e-mail address, a passkey or a
-- cookie before any tenant is known, and operators are of no tenant. They keep nothing of a tenant but
-- its id and who administers it. The platform's own audit log stands beside the tenants' for the acts
-- that are of none.
-- An older server beside us takes a key of any role for an operator's: give out no others meanwhile.

alter table admin_token
  add column role text not null default 'operator'
    check (role in ('operator', 'operator-read', 'tenant-admin', 'tenant-viewer')),
  add column tenant_id text,
  add column created_by text,
  add column last_used_at timestamptz,
  add constraint admin_token_of_tenant_check check ((tenant_id is not null) = (role like 'tenant-%'));

create table administrator (
  administrator_id      text         not null primary key,
  name                  text         not null check (length(name) between 1 and 100),
  email                 text         not null,
  email_folded          text         not null unique,
  role                  text         not null
    check (role in ('operator', 'operator-read', 'tenant-admin', 'tenant-viewer')),
  tenant_id             text,
  password_hash         text,
  totp_sealed           text,
  -- The step of the last code that let in: it and those before are used up.
  totp_step             bigint       not null default 0,
  created_at            timestamptz  not null,
  disabled_at           timestamptz,
  last_signed_in_at     timestamptz,

  constraint administrator_of_tenant_check check ((tenant_id is not null) = (role like 'tenant-%'))
);

-- Each lets in once, when the authenticator app is lost.
create table recovery_code (
  code_hash         bytea  not null primary key,
  administrator_id  text   not null
);
create index recovery_code_administrator_id_idx on recovery_code (administrator_id);

create table passkey (
  credential_id     text         not null primary key,
  administrator_id  text         not null,
  name              text         not null,
  public_key        bytea        not null,
  counter           bigint       not null,
  transports        text[]       not null,
  created_at        timestamptz  not null,
  last_used_at      timestamptz
);
create index passkey_administrator_id_idx on passkey (administrator_id);

-- What a one-time code or link lets somebody become. The first operator's names nobody yet.
create table invitation (
  invitation_id     text         not null primary key,
  secret_hash       bytea        not null unique,
  is_first          boolean      not null default false,
  role              text         not null
    check (role in ('operator', 'operator-read', 'tenant-admin', 'tenant-viewer')),
  tenant_id         text,
  email             text,
  name              text,
  invited_by        text         not null,
  created_at        timestamptz  not null,
  expires_at        timestamptz  not null,
  used_at           timestamptz,
  revoked_at        timestamptz
);

-- A session of the console. The handle is in the browser's cookie alone.
create table admin_session (
  session_id        text         not null primary key,
  handle_hash       bytea        not null unique,
  administrator_id  text         not null,
  method            text         not null check (method in ('password', 'passkey', 'oidc')),
  created_at        timestamptz  not null,
  last_used_at      timestamptz  not null,
  expires_at        timestamptz  not null,
  address           text         not null,
  user_agent        text
);
create index admin_session_administrator_id_idx on admin_session (administrator_id);

-- What one request of getting in leaves for the next, for ten minutes; sealed whole.
create table admin_flow (
  handle_hash   bytea        not null primary key,
  kind          text         not null,
  state_sealed  text         not null,
  expires_at    timestamptz  not null
);

-- Failed sign-ins of late: of an account from an address, of an account, of an address.
create table sign_in_failure (
  subject_hash  bytea        not null primary key,
  failures      integer      not null,
  last_at       timestamptz  not null
);
create index sign_in_failure_last_at_idx on sign_in_failure (last_at);

-- The acts of administrators that are of no tenant. Append only.
create table platform_audit_log (
  audit_id     text         not null primary key,
  actor        text         not null,
  act          text         not null,
  object       text         not null,
  details      jsonb        not null,
  request_id   text         not null,
  happened_at  timestamptz  not null
);

grant select, insert, update, delete
  on administrator, recovery_code, passkey, invitation, admin_session, admin_flow, sign_in_failure
  to rollcall_app;
grant select, insert on platform_audit_log to rollcall_app;
