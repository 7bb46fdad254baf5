-- 0040-warnings.sql
-- Warnings before something ends: per tenant who is warned, and each warning that was sent or is owed, which
-- is the receipt, too. By the unique key nobody is warned twice of the same, on any number of nodes.
-- Setup links and provisioning grants let themselves be read for all tenants, as what else ends is.
--
-- An older server beside us warns nobody.

create table warning_settings (
  tenant_id              text        not null,
  emails                 text[]      not null default '{}',
  webhook_url            text,
  webhook_secret_sealed  text,
  changed_at             timestamptz not null,

  primary key (tenant_id),
  check ((webhook_url is null) = (webhook_secret_sealed is null))
);

create table warning_delivery (
  tenant_id     text        not null,
  delivery_id   text        not null,
  kind          text        not null,
  object_id     text        not null,
  name          text        not null,
  connection_id text,
  -- How many days before the end it is told; 0 for a test.
  days          integer     not null,
  expires_at    timestamptz not null,
  channel       text        not null check (channel in ('email', 'webhook')),
  target        text        not null,
  created_at    timestamptz not null,
  tries         integer     not null default 0,
  next_try_at   timestamptz,
  delivered_at  timestamptz,
  failed_at     timestamptz,
  answer        text,

  primary key (tenant_id, delivery_id),
  unique (tenant_id, kind, object_id, expires_at, days, channel, target)
);
create index warning_delivery_next_try_at_idx on warning_delivery (tenant_id, next_try_at)
  where next_try_at is not null;

do $$
declare
  walled text;
begin
  foreach walled in array array['warning_settings', 'warning_delivery'] loop
    execute format('alter table %I enable row level security', walled);
    execute format('alter table %I force row level security', walled);
    execute format(
      'create policy tenant_wall on %I
         using (tenant_id = current_setting(''rollcall.tenant'', true))
         with check (tenant_id = current_setting(''rollcall.tenant'', true))', walled);
    execute format('grant select, insert, update, delete on %I to rollcall_app', walled);
  end loop;
  foreach walled in array array['warning_delivery', 'setup_link', 'provisioning_grant'] loop
    execute format(
      'create policy operator_wide on %I for select
         using (current_setting(''rollcall.operator_wide'', true) = ''on'')', walled);
  end loop;
end $$;
