-- 0025-homes.sql
-- Several identity providers of one tenant, and how it is known whose a person is: by the domain of their
-- e-mail address, once its owner has shown that it is theirs.
--
-- What a site asks of the identity provider is kept with the flow, because it is checked when the person
-- comes back. An older server beside us leaves it out and checks nothing; it knows no domains and lets
-- people pick. It signs nobody in through a connection without a client secret.

-- Whose a domain is, over all tenants: as with a label, whoever shows it first has it.
create table verified_domain (
  domain         text not null primary key,
  tenant_id      text not null,
  connection_id  text not null
);
grant select, insert, delete on verified_domain to rollcall_app;

-- A domain as a tenant claims it. In A-labels, lower case.
create table domain (
  tenant_id      text        not null,
  domain         text        not null check (length(domain) between 3 and 253),
  connection_id  text        not null,
  challenge      text        not null,     -- what its owner publishes in the DNS
  created_at     timestamptz not null,
  verified_at    timestamptz,

  primary key (tenant_id, domain),
  foreign key (tenant_id, connection_id) references connection on delete cascade
);

alter table domain enable row level security;
alter table domain force row level security;
create policy tenant_wall on domain
  using (tenant_id = current_setting('rollcall.tenant', true))
  with check (tenant_id = current_setting('rollcall.tenant', true));
grant select, insert, update, delete on domain to rollcall_app;

alter table connection add column authentication text not null default 'client_secret'
  check (authentication in ('client_secret', 'private_key_jwt'));

-- The key that we show an identity provider who we are with, where it takes one; made when it is asked for.
create table connection_key (
  tenant_id           text        not null,
  connection_id       text        not null,
  key_id              text        not null,
  private_key_sealed  text        not null,
  public_jwk          jsonb       not null,
  created_at          timestamptz not null,

  primary key (tenant_id, connection_id, key_id),
  foreign key (tenant_id, connection_id) references connection on delete cascade
);

alter table connection_key enable row level security;
alter table connection_key force row level security;
create policy tenant_wall on connection_key
  using (tenant_id = current_setting('rollcall.tenant', true))
  with check (tenant_id = current_setting('rollcall.tenant', true));
grant select, insert, delete on connection_key to rollcall_app;

alter table flow add column max_age integer;
