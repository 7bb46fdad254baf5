-- The entries of an audit log are a chain: each has its position, dense within its log, and a hash of itself and of the
-- one before, so that an entry that is changed, taken away or put in between is found (SEC G-2, decision 0060). Beside
-- who, what and on which object, an entry says from where, and whether it was done or refused.
--
-- Entries from before, and those that an older server beside us adds, have no position and stand outside the chain. Takes
-- a lock on two tables for as long as an index takes.

alter table audit_log
  add column position bigint,
  add column hash bytea,
  add column outcome text not null default 'done' check (outcome in ('done', 'refused')),
  add column address text,
  add constraint audit_log_chained_check check ((position is null) = (hash is null));
create unique index audit_log_tenant_id_position_key on audit_log (tenant_id, position);

alter table platform_audit_log
  add column position bigint,
  add column hash bytea,
  add column outcome text not null default 'done' check (outcome in ('done', 'refused')),
  add column address text,
  add constraint platform_audit_log_chained_check check ((position is null) = (hash is null));
create unique index platform_audit_log_position_key on platform_audit_log (position);

-- What checkpoints of the logs are signed with, sealed (SEC K-1).
create table audit_key (
  key_id              text         not null primary key,
  private_key_sealed  text         not null,
  created_at          timestamptz  not null
);
grant select, insert on audit_key to rollcall_app;
