-- 0031-sign-in-providers.sql
-- Connections that administrators of the platform may sign in through, as an operator said; those of a
-- tenant sign in through its own. And who of them a person is there: by issuer and subject, never by an
-- e-mail address. Found before anybody is known, so neither has a wall; they keep ids and a name.
-- Nothing older knows these tables.

create table sign_in_provider (
  connection_id  text         not null primary key,
  tenant_id      text         not null,
  name           text         not null,
  created_at     timestamptz  not null
);

create table administrator_link (
  connection_id     text         not null,
  issuer            text         not null,
  subject           text         not null,
  administrator_id  text         not null,
  created_at        timestamptz  not null,

  primary key (connection_id, issuer, subject)
);
create index administrator_link_administrator_id_idx on administrator_link (administrator_id);

grant select, insert, update, delete on sign_in_provider, administrator_link to rollcall_app;
