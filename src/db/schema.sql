-- What the migrations leave. Written by `npm run db:dump`; do not edit.

create table admin_flow (
  handle_hash bytea not null,
  kind text not null,
  state_sealed text not null,
  expires_at timestamp with time zone not null,
  constraint admin_flow_pkey PRIMARY KEY (handle_hash)
);
-- row level security: none
-- grant delete, insert, select, update to rollcall_app

create table admin_session (
  session_id text not null,
  handle_hash bytea not null,
  administrator_id text not null,
  method text not null,
  created_at timestamp with time zone not null,
  last_used_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  address text not null,
  user_agent text,
  constraint admin_session_handle_hash_key UNIQUE (handle_hash),
  constraint admin_session_method_check CHECK ((method = ANY (ARRAY['password'::text, 'passkey'::text, 'oidc'::text]))),
  constraint admin_session_pkey PRIMARY KEY (session_id)
);
CREATE INDEX admin_session_administrator_id_idx ON public.admin_session USING btree (administrator_id);
-- row level security: none
-- grant delete, insert, select, update to rollcall_app

create table admin_token (
  lookup_id text not null,
  secret_hash bytea not null,
  name text not null,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone,
  revoked_at timestamp with time zone,
  role text not null default 'operator'::text,
  tenant_id text,
  created_by text,
  last_used_at timestamp with time zone,
  administrator_id text,
  constraint admin_token_of_tenant_check CHECK (((tenant_id IS NOT NULL) = (role ~~ 'tenant-%'::text))),
  constraint admin_token_pkey PRIMARY KEY (lookup_id),
  constraint admin_token_role_check CHECK ((role = ANY (ARRAY['operator'::text, 'operator-read'::text, 'tenant-admin'::text, 'tenant-viewer'::text])))
);
-- row level security: none
-- grant delete, insert, select, update to rollcall_app

create table administrator (
  administrator_id text not null,
  name text not null,
  email text not null,
  email_folded text not null,
  role text not null,
  tenant_id text,
  password_hash text,
  totp_sealed text,
  totp_step bigint not null default 0,
  created_at timestamp with time zone not null,
  disabled_at timestamp with time zone,
  last_signed_in_at timestamp with time zone,
  constraint administrator_email_folded_key UNIQUE (email_folded),
  constraint administrator_name_check CHECK (((length(name) >= 1) AND (length(name) <= 100))),
  constraint administrator_of_tenant_check CHECK (((tenant_id IS NOT NULL) = (role ~~ 'tenant-%'::text))),
  constraint administrator_pkey PRIMARY KEY (administrator_id),
  constraint administrator_role_check CHECK ((role = ANY (ARRAY['operator'::text, 'operator-read'::text, 'tenant-admin'::text, 'tenant-viewer'::text])))
);
-- row level security: none
-- grant delete, insert, select, update to rollcall_app

create table administrator_link (
  connection_id text not null,
  issuer text not null,
  subject text not null,
  administrator_id text not null,
  created_at timestamp with time zone not null,
  identity_id text,
  left_at timestamp with time zone,
  held_at timestamp with time zone,
  constraint administrator_link_pkey PRIMARY KEY (connection_id, issuer, subject)
);
CREATE INDEX administrator_link_administrator_id_idx ON public.administrator_link USING btree (administrator_id);
CREATE INDEX administrator_link_identity_id_idx ON public.administrator_link USING btree (identity_id) WHERE (identity_id IS NOT NULL);
-- row level security: none
-- grant delete, insert, select, update to rollcall_app

create table audit_key (
  key_id text not null,
  private_key_sealed text not null,
  created_at timestamp with time zone not null,
  constraint audit_key_pkey PRIMARY KEY (key_id)
);
-- row level security: none
-- grant insert, select to rollcall_app

create table audit_log (
  tenant_id text not null,
  audit_id text not null,
  actor text not null,
  act text not null,
  object text not null,
  details jsonb not null,
  request_id text not null,
  happened_at timestamp with time zone not null,
  position bigint,
  hash bytea,
  outcome text not null default 'done'::text,
  address text,
  constraint audit_log_chained_check CHECK ((("position" IS NULL) = (hash IS NULL))),
  constraint audit_log_outcome_check CHECK ((outcome = ANY (ARRAY['done'::text, 'refused'::text]))),
  constraint audit_log_pkey PRIMARY KEY (tenant_id, audit_id)
);
CREATE UNIQUE INDEX audit_log_tenant_id_position_key ON public.audit_log USING btree (tenant_id, "position");
-- row level security: forced
-- policy tenant_wall for all using (tenant_id = current_setting('rollcall.tenant'::text, true)) with check (tenant_id = current_setting('rollcall.tenant'::text, true))
-- grant insert, select to rollcall_app

create table brake_policy (
  tenant_id text not null,
  share numeric not null,
  at_least integer not null,
  window_minutes integer not null,
  cuts_access boolean not null,
  group_share numeric not null default 0.5,
  group_size integer not null default 50,
  constraint brake_policy_at_least_check CHECK ((at_least >= 0)),
  constraint brake_policy_group_share_check CHECK (((group_share > (0)::numeric) AND (group_share <= (1)::numeric))),
  constraint brake_policy_group_size_check CHECK ((group_size >= 1)),
  constraint brake_policy_pkey PRIMARY KEY (tenant_id),
  constraint brake_policy_share_check CHECK (((share > (0)::numeric) AND (share <= (1)::numeric))),
  constraint brake_policy_window_minutes_check CHECK (((window_minutes >= 1) AND (window_minutes <= 10080)))
);
-- row level security: forced
-- policy tenant_wall for all using (tenant_id = current_setting('rollcall.tenant'::text, true)) with check (tenant_id = current_setting('rollcall.tenant'::text, true))
-- grant delete, insert, select, update to rollcall_app

create table branding (
  tenant_id text not null,
  name text,
  accent text,
  accent_dark text,
  logo bytea,
  logo_type text,
  logo_width integer,
  logo_height integer,
  changed_at timestamp with time zone not null,
  constraint branding_accent_check CHECK ((accent ~ '^#[0-9a-f]{6}$'::text)),
  constraint branding_accent_dark_check CHECK ((accent_dark ~ '^#[0-9a-f]{6}$'::text)),
  constraint branding_logo_check CHECK ((length(logo) <= 131072)),
  constraint branding_logo_type_check CHECK ((logo_type = ANY (ARRAY['image/png'::text, 'image/jpeg'::text]))),
  constraint branding_name_check CHECK (((length(name) >= 1) AND (length(name) <= 100))),
  constraint branding_pkey PRIMARY KEY (tenant_id)
);
-- row level security: forced
-- policy tenant_wall for all using (tenant_id = current_setting('rollcall.tenant'::text, true)) with check (tenant_id = current_setting('rollcall.tenant'::text, true))
-- grant delete, insert, select, update to rollcall_app

create table claim_type_mapping (
  tenant_id text not null,
  mapping_id text not null,
  connection_id text not null,
  issuer text not null,
  claim_type text not null,
  matches text not null,
  created_at timestamp with time zone not null,
  original_issuer text not null default ''::text,
  original_issuer_claim text not null default ''::text,
  constraint claim_type_mapping_matches_check CHECK ((matches = ANY (ARRAY['externalId'::text, 'userName'::text]))),
  constraint claim_type_mapping_original_issuer_check CHECK (((original_issuer = ''::text) = (original_issuer_claim = ''::text))),
  constraint claim_type_mapping_pkey PRIMARY KEY (tenant_id, mapping_id),
  constraint claim_type_mapping_tenant_id_connection_id_fkey FOREIGN KEY (tenant_id, connection_id) REFERENCES connection(tenant_id, connection_id) ON DELETE CASCADE,
  constraint claim_type_mapping_tenant_id_connection_id_issuer_key UNIQUE (tenant_id, connection_id, issuer, original_issuer)
);
-- row level security: forced
-- policy tenant_wall for all using (tenant_id = current_setting('rollcall.tenant'::text, true)) with check (tenant_id = current_setting('rollcall.tenant'::text, true))
-- grant delete, insert, select, update to rollcall_app

create table connection (
  tenant_id text not null,
  connection_id text not null,
  name text not null,
  kind text not null,
  label text not null,
  issuer text,
  client_id text,
  client_secret_sealed text,
  disabled_at timestamp with time zone,
  created_at timestamp with time zone not null,
  changed_at timestamp with time zone not null,
  authentication text not null default 'client_secret'::text,
  removed_at timestamp with time zone,
  internal_hosts text[] not null default '{}'::text[],
  constraint connection_authentication_check CHECK ((authentication = ANY (ARRAY['client_secret'::text, 'private_key_jwt'::text]))),
  constraint connection_kind_check CHECK ((kind = ANY (ARRAY['okta'::text, 'entra'::text, 'other'::text]))),
  constraint connection_name_check CHECK (((length(name) >= 1) AND (length(name) <= 100))),
  constraint connection_pkey PRIMARY KEY (tenant_id, connection_id)
);
-- row level security: forced
-- policy operator_wide for select using (current_setting('rollcall.operator_wide'::text, true) = 'on'::text)
-- policy tenant_wall for all using (tenant_id = current_setting('rollcall.tenant'::text, true)) with check (tenant_id = current_setting('rollcall.tenant'::text, true))
-- grant delete, insert, select, update to rollcall_app

create table connection_key (
  tenant_id text not null,
  connection_id text not null,
  key_id text not null,
  private_key_sealed text not null,
  public_jwk jsonb not null,
  created_at timestamp with time zone not null,
  signs_from timestamp with time zone not null default now(),
  constraint connection_key_pkey PRIMARY KEY (tenant_id, connection_id, key_id),
  constraint connection_key_tenant_id_connection_id_fkey FOREIGN KEY (tenant_id, connection_id) REFERENCES connection(tenant_id, connection_id) ON DELETE CASCADE
);
-- row level security: forced
-- policy tenant_wall for all using (tenant_id = current_setting('rollcall.tenant'::text, true)) with check (tenant_id = current_setting('rollcall.tenant'::text, true))
-- grant delete, insert, select to rollcall_app

create table credential_tenant (
  credential text not null,
  tenant_id text not null,
  constraint credential_tenant_pkey PRIMARY KEY (credential)
);
CREATE INDEX credential_tenant_tenant_id_idx ON public.credential_tenant USING btree (tenant_id);
-- row level security: none
-- grant delete, insert, select, update to rollcall_app

create table day_tally (
  tenant_id text not null,
  day date not null,
  requests_ok bigint not null,
  requests_refused bigint not null,
  requests_failed bigint not null,
  signed_in bigint not null,
  sign_ins_refused bigint not null,
  notices_failed bigint not null,
  access bigint[] not null,
  revoke bigint[] not null,
  told bigint[] not null,
  constraint day_tally_pkey PRIMARY KEY (tenant_id, day)
);
CREATE INDEX day_tally_day_idx ON public.day_tally USING btree (day);
-- row level security: forced
-- policy operator_wide for select using (current_setting('rollcall.operator_wide'::text, true) = 'on'::text)
-- policy tenant_wall for all using (tenant_id = current_setting('rollcall.tenant'::text, true)) with check (tenant_id = current_setting('rollcall.tenant'::text, true))
-- grant delete, insert, select, update to rollcall_app

create table departure (
  tenant_id text not null,
  resource_id text not null,
  left_at timestamp with time zone not null,
  constraint departure_pkey PRIMARY KEY (tenant_id, resource_id)
);
CREATE INDEX departure_left_at_idx ON public.departure USING btree (tenant_id, left_at);
-- row level security: forced
-- policy tenant_wall for all using (tenant_id = current_setting('rollcall.tenant'::text, true)) with check (tenant_id = current_setting('rollcall.tenant'::text, true))
-- grant delete, insert, select, update to rollcall_app

create table dialect (
  tenant_id text not null,
  connection_id text not null,
  is_strict boolean not null,
  rewrites_off text[] not null,
  changed_at timestamp with time zone not null,
  constraint dialect_pkey PRIMARY KEY (tenant_id, connection_id),
  constraint dialect_tenant_id_connection_id_fkey FOREIGN KEY (tenant_id, connection_id) REFERENCES connection(tenant_id, connection_id) ON DELETE CASCADE
);
-- row level security: forced
-- policy tenant_wall for all using (tenant_id = current_setting('rollcall.tenant'::text, true)) with check (tenant_id = current_setting('rollcall.tenant'::text, true))
-- grant insert, select, update to rollcall_app

create table domain (
  tenant_id text not null,
  domain text not null,
  connection_id text not null,
  challenge text not null,
  created_at timestamp with time zone not null,
  verified_at timestamp with time zone,
  constraint domain_domain_check CHECK (((length(domain) >= 3) AND (length(domain) <= 253))),
  constraint domain_pkey PRIMARY KEY (tenant_id, domain),
  constraint domain_tenant_id_connection_id_fkey FOREIGN KEY (tenant_id, connection_id) REFERENCES connection(tenant_id, connection_id) ON DELETE CASCADE
);
-- row level security: forced
-- policy tenant_wall for all using (tenant_id = current_setting('rollcall.tenant'::text, true)) with check (tenant_id = current_setting('rollcall.tenant'::text, true))
-- grant delete, insert, select, update to rollcall_app

create table event (
  tenant_id text not null,
  position bigint not null,
  kind text not null,
  identity_id text not null,
  other_id text,
  changes jsonb not null,
  request_id text,
  happened_at timestamp with time zone not null,
  constraint event_pkey PRIMARY KEY (tenant_id, "position")
);
CREATE INDEX event_identity_id_idx ON public.event USING btree (tenant_id, identity_id, "position");
CREATE INDEX event_other_id_idx ON public.event USING btree (tenant_id, other_id, "position") WHERE (other_id IS NOT NULL);
-- row level security: forced
-- policy added for insert with check (tenant_id = current_setting('rollcall.tenant'::text, true))
-- policy kept_for_a_day for delete using ((tenant_id = current_setting('rollcall.tenant'::text, true)) AND (happened_at < (now() - '1 day'::interval)))
-- policy only_erased for update using (tenant_id = current_setting('rollcall.tenant'::text, true)) with check ((tenant_id = current_setting('rollcall.tenant'::text, true)) AND (changes = '{}'::jsonb))
-- policy tenant_wall for select using (tenant_id = current_setting('rollcall.tenant'::text, true))
-- grant delete, insert, select to rollcall_app

create table event_horizon (
  tenant_id text not null,
  position bigint not null,
  happened_at timestamp with time zone,
  constraint event_horizon_pkey PRIMARY KEY (tenant_id)
);
-- row level security: forced
-- policy tenant_wall for all using (tenant_id = current_setting('rollcall.tenant'::text, true)) with check (tenant_id = current_setting('rollcall.tenant'::text, true))
-- grant insert, select, update to rollcall_app

create table extension_schema (
  tenant_id text not null,
  connection_id text not null,
  urn_folded text not null,
  resource_type text not null,
  schema jsonb not null,
  created_at timestamp with time zone not null,
  constraint extension_schema_pkey PRIMARY KEY (tenant_id, connection_id, urn_folded),
  constraint extension_schema_tenant_id_connection_id_fkey FOREIGN KEY (tenant_id, connection_id) REFERENCES connection(tenant_id, connection_id) ON DELETE CASCADE
);
-- row level security: forced
-- policy tenant_wall for all using (tenant_id = current_setting('rollcall.tenant'::text, true)) with check (tenant_id = current_setting('rollcall.tenant'::text, true))
-- grant delete, insert, select, update to rollcall_app

create table flow (
  tenant_id text not null,
  state_hash text not null,
  sign_in_id text not null,
  connection_id text not null,
  interaction text not null,
  cookie_hash text not null,
  issuer text not null,
  nonce text not null,
  verifier text not null,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  max_age integer,
  interaction_hash text,
  constraint flow_pkey PRIMARY KEY (tenant_id, state_hash)
);
-- row level security: forced
-- policy tenant_wall for all using (tenant_id = current_setting('rollcall.tenant'::text, true)) with check (tenant_id = current_setting('rollcall.tenant'::text, true))
-- grant delete, insert, select, update to rollcall_app

create table fqn (
  tenant_id text not null,
  identity_id text not null,
  label text not null,
  name text not null,
  label_folded text not null,
  name_folded text not null,
  kind text not null,
  valid_from timestamp with time zone not null,
  valid_to timestamp with time zone,
  constraint fqn_pkey PRIMARY KEY (tenant_id, identity_id, valid_from),
  constraint fqn_tenant_id_identity_id_fkey FOREIGN KEY (tenant_id, identity_id) REFERENCES identity(tenant_id, identity_id) ON DELETE CASCADE
);
CREATE INDEX fqn_name_folded_idx ON public.fqn USING btree (tenant_id, label_folded, name_folded);
-- row level security: forced
-- policy tenant_wall for all using (tenant_id = current_setting('rollcall.tenant'::text, true)) with check (tenant_id = current_setting('rollcall.tenant'::text, true))
-- grant delete, insert, select, update to rollcall_app

create table group_departure (
  tenant_id text not null,
  identity_id text not null,
  slice_at timestamp with time zone not null,
  members bigint not null,
  constraint group_departure_pkey PRIMARY KEY (tenant_id, identity_id, slice_at)
);
-- row level security: forced
-- policy tenant_wall for all using (tenant_id = current_setting('rollcall.tenant'::text, true)) with check (tenant_id = current_setting('rollcall.tenant'::text, true))
-- grant delete, insert, select, update to rollcall_app

create table held (
  tenant_id text not null,
  resource_id text not null,
  connection_id text not null,
  identity_id text not null,
  would_be text not null,
  request_id text not null,
  held_at timestamp with time zone not null,
  released_at timestamp with time zone,
  discarded_at timestamp with time zone,
  member_id text not null default ''::text,
  constraint held_pkey PRIMARY KEY (tenant_id, resource_id, member_id),
  constraint held_would_be_check CHECK ((would_be = ANY (ARRAY['inactive'::text, 'deleted'::text, 'removed'::text])))
);
CREATE INDEX held_alone_idx ON public.held USING btree (tenant_id, resource_id) WHERE ((member_id = ''::text) AND (discarded_at IS NULL));
CREATE INDEX held_member_id_idx ON public.held USING btree (tenant_id, member_id, resource_id);
CREATE INDEX held_open_idx ON public.held USING btree (tenant_id, resource_id, member_id) WHERE (discarded_at IS NULL);
-- row level security: forced
-- policy operator_wide for select using (current_setting('rollcall.operator_wide'::text, true) = 'on'::text)
-- policy tenant_wall for all using (tenant_id = current_setting('rollcall.tenant'::text, true)) with check (tenant_id = current_setting('rollcall.tenant'::text, true))
-- grant delete, insert, select, update to rollcall_app

create table identity (
  tenant_id text not null,
  identity_id text not null,
  connection_id text not null,
  resource_id text not null,
  kind text not null,
  state text not null,
  label text not null,
  name text not null,
  name_folded text not null,
  external_id text,
  display_name text,
  given_name text,
  family_name text,
  email text,
  locale text,
  properties jsonb not null,
  manager_resource_id text,
  created_at timestamp with time zone not null,
  changed_at timestamp with time zone not null,
  access_ended_at timestamp with time zone,
  joined_to text,
  joined_from text[] not null default '{}'::text[],
  source_state text,
  erased_at timestamp with time zone,
  constraint identity_kind_check CHECK ((kind = ANY (ARRAY['person'::text, 'group'::text]))),
  constraint identity_pkey PRIMARY KEY (tenant_id, identity_id),
  constraint identity_state_check CHECK ((state = ANY (ARRAY['active'::text, 'inactive'::text, 'deleted'::text, 'joined'::text]))),
  constraint identity_tenant_id_resource_id_key UNIQUE (tenant_id, resource_id)
);
CREATE INDEX identity_external_id_idx ON public.identity USING btree (tenant_id, connection_id, external_id) WHERE (external_id IS NOT NULL);
CREATE INDEX identity_manager_resource_id_idx ON public.identity USING btree (tenant_id, manager_resource_id) WHERE (manager_resource_id IS NOT NULL);
CREATE INDEX identity_name_folded_idx ON public.identity USING btree (tenant_id, kind, name_folded);
-- row level security: forced
-- policy tenant_wall for all using (tenant_id = current_setting('rollcall.tenant'::text, true)) with check (tenant_id = current_setting('rollcall.tenant'::text, true))
-- grant delete, insert, select, update to rollcall_app

create table installation (
  is_only boolean not null default true,
  key_digest text not null,
  app_password_sealed text,
  constraint installation_is_only_check CHECK (is_only),
  constraint installation_pkey PRIMARY KEY (is_only)
);
-- row level security: none

create table invitation (
  invitation_id text not null,
  secret_hash bytea not null,
  is_first boolean not null default false,
  role text not null,
  tenant_id text,
  email text,
  name text,
  invited_by text not null,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  used_at timestamp with time zone,
  revoked_at timestamp with time zone,
  administrator_id text,
  constraint invitation_pkey PRIMARY KEY (invitation_id),
  constraint invitation_role_check CHECK ((role = ANY (ARRAY['operator'::text, 'operator-read'::text, 'tenant-admin'::text, 'tenant-viewer'::text]))),
  constraint invitation_secret_hash_key UNIQUE (secret_hash)
);
-- row level security: none
-- grant delete, insert, select, update to rollcall_app

create table joining_rule (
  tenant_id text not null,
  version integer not null,
  expression text,
  values_version integer not null,
  active text not null,
  connections text[] not null,
  author text not null,
  created_at timestamp with time zone not null,
  constraint joining_rule_active_check CHECK ((active = ANY (ARRAY['all'::text, 'any'::text]))),
  constraint joining_rule_pkey PRIMARY KEY (tenant_id, version),
  constraint joining_rule_version_check CHECK ((version > 0))
);
-- row level security: forced
-- policy tenant_wall for all using (tenant_id = current_setting('rollcall.tenant'::text, true)) with check (tenant_id = current_setting('rollcall.tenant'::text, true))
-- grant insert, select to rollcall_app

create table joining_value (
  tenant_id text not null,
  values_version integer not null,
  resource_id text not null,
  connection_id text not null,
  value text not null,
  constraint joining_value_pkey PRIMARY KEY (tenant_id, values_version, resource_id)
);
CREATE INDEX joining_value_value_idx ON public.joining_value USING btree (tenant_id, values_version, value, resource_id);
-- row level security: forced
-- policy tenant_wall for all using (tenant_id = current_setting('rollcall.tenant'::text, true)) with check (tenant_id = current_setting('rollcall.tenant'::text, true))
-- grant delete, insert, select, update to rollcall_app

create table label (
  label_folded text not null,
  label text not null,
  tenant_id text not null,
  connection_id text,
  constraint label_label_check CHECK ((label ~ '^[A-Za-z0-9_-]{2,32}$'::text)),
  constraint label_pkey PRIMARY KEY (label_folded)
);
CREATE INDEX label_connection_id_idx ON public.label USING btree (connection_id);
-- row level security: none
-- grant delete, insert, select, update to rollcall_app

create table link (
  tenant_id text not null,
  kind text not null,
  from_id text not null,
  to_id text not null,
  since timestamp with time zone not null,
  constraint link_kind_check CHECK ((kind = ANY (ARRAY['member'::text, 'manager'::text]))),
  constraint link_pkey PRIMARY KEY (tenant_id, kind, from_id, to_id)
);
CREATE INDEX link_to_id_idx ON public.link USING btree (tenant_id, to_id, kind, from_id);
-- row level security: forced
-- policy tenant_wall for all using (tenant_id = current_setting('rollcall.tenant'::text, true)) with check (tenant_id = current_setting('rollcall.tenant'::text, true))
-- grant delete, insert, select, update to rollcall_app

create table loader (
  tenant_id text not null,
  last_position bigint not null default 0,
  paused_at timestamp with time zone,
  paused_reason text,
  full_run_id text,
  full_stage text,
  full_after text,
  active_people bigint,
  joining_version integer,
  constraint loader_full_stage_check CHECK ((full_stage = ANY (ARRAY['values'::text, 'resources'::text, 'identities'::text, 'members'::text, 'links'::text]))),
  constraint loader_pkey PRIMARY KEY (tenant_id)
);
CREATE INDEX loader_full_run_idx ON public.loader USING btree (full_run_id) WHERE (full_run_id IS NOT NULL);
-- row level security: forced
-- policy operator_wide for select using (current_setting('rollcall.operator_wide'::text, true) = 'on'::text)
-- policy tenant_wall for all using (tenant_id = current_setting('rollcall.tenant'::text, true)) with check (tenant_id = current_setting('rollcall.tenant'::text, true))
-- grant delete, insert, select, update to rollcall_app

create table logout_delivery (
  tenant_id text not null,
  delivery_id text not null,
  site_id text not null,
  identity_id text not null,
  sid text not null,
  cause text not null,
  created_at timestamp with time zone not null,
  tries integer not null default 0,
  next_try_at timestamp with time zone,
  delivered_at timestamp with time zone,
  failed_at timestamp with time zone,
  answer text,
  constraint logout_delivery_pkey PRIMARY KEY (tenant_id, delivery_id)
);
CREATE INDEX logout_delivery_failed_at_idx ON public.logout_delivery USING btree (tenant_id, failed_at) WHERE (failed_at IS NOT NULL);
CREATE INDEX logout_delivery_next_try_at_idx ON public.logout_delivery USING btree (tenant_id, next_try_at) WHERE (next_try_at IS NOT NULL);
-- row level security: forced
-- policy operator_wide for select using (current_setting('rollcall.operator_wide'::text, true) = 'on'::text)
-- policy tenant_wall for all using (tenant_id = current_setting('rollcall.tenant'::text, true)) with check (tenant_id = current_setting('rollcall.tenant'::text, true))
-- grant delete, insert, select, update to rollcall_app

create table lookup (
  tenant_id text not null,
  connection_id text not null,
  attribute text not null,
  value text not null,
  resource_id text not null,
  constraint lookup_pkey PRIMARY KEY (tenant_id, connection_id, attribute, value, resource_id),
  constraint lookup_tenant_id_connection_id_fkey FOREIGN KEY (tenant_id, connection_id) REFERENCES connection(tenant_id, connection_id) ON DELETE CASCADE
);
-- row level security: forced
-- policy tenant_wall for all using (tenant_id = current_setting('rollcall.tenant'::text, true)) with check (tenant_id = current_setting('rollcall.tenant'::text, true))
-- grant delete, insert, select, update to rollcall_app

create table master_key (
  key_id text not null,
  seals_from timestamp with time zone not null,
  retired_at timestamp with time zone,
  values_wrapped bigint,
  counted_at timestamp with time zone,
  constraint master_key_pkey PRIMARY KEY (key_id)
);
-- row level security: none
-- grant insert, select, update to rollcall_app

create table member (
  tenant_id text not null,
  group_id text not null,
  member_id text not null,
  joined_at timestamp with time zone not null,
  constraint member_pkey PRIMARY KEY (tenant_id, group_id, member_id)
);
CREATE INDEX member_member_id_idx ON public.member USING btree (tenant_id, member_id, group_id) WITH (deduplicate_items=off);
-- row level security: forced
-- policy tenant_wall for all using (tenant_id = current_setting('rollcall.tenant'::text, true)) with check (tenant_id = current_setting('rollcall.tenant'::text, true))
-- grant delete, insert, select, update to rollcall_app

create table member_count (
  tenant_id text not null,
  identity_id text not null,
  members bigint not null,
  constraint member_count_pkey PRIMARY KEY (tenant_id, identity_id),
  constraint member_count_tenant_id_identity_id_fkey FOREIGN KEY (tenant_id, identity_id) REFERENCES identity(tenant_id, identity_id) ON DELETE CASCADE
);
-- row level security: forced
-- policy tenant_wall for all using (tenant_id = current_setting('rollcall.tenant'::text, true)) with check (tenant_id = current_setting('rollcall.tenant'::text, true))
-- grant delete, insert, select, update to rollcall_app

create table node (
  node_id text not null,
  name text not null,
  version text not null,
  runtime text not null,
  started_at timestamp with time zone not null,
  seen_at timestamp with time zone not null,
  rss_bytes bigint not null,
  heap_bytes bigint not null,
  heap_limit_bytes bigint not null,
  loop_delay_ms integer not null,
  connections_busy integer not null,
  connections_most integer not null,
  transactions_waiting integer not null,
  log_rows_dropped bigint not null,
  clock_ahead_ms bigint not null,
  key_ids text[],
  seals_with text,
  constraint node_pkey PRIMARY KEY (node_id)
);
-- row level security: none
-- grant delete, insert, select, update to rollcall_app

create table oidc_payload (
  tenant_id text not null,
  model text not null,
  id_hash text not null,
  payload jsonb not null,
  grant_id text,
  session_uid text,
  identity_id text,
  client_id text,
  expires_at timestamp with time zone,
  consumed_at timestamp with time zone,
  upstream_sid text,
  constraint oidc_payload_pkey PRIMARY KEY (tenant_id, model, id_hash)
);
CREATE INDEX oidc_payload_expires_at_idx ON public.oidc_payload USING btree (tenant_id, expires_at) WHERE (expires_at IS NOT NULL);
CREATE INDEX oidc_payload_grant_id_idx ON public.oidc_payload USING btree (tenant_id, grant_id) WHERE (grant_id IS NOT NULL);
CREATE INDEX oidc_payload_identity_id_idx ON public.oidc_payload USING btree (tenant_id, identity_id) WHERE (identity_id IS NOT NULL);
CREATE INDEX oidc_payload_session_uid_model_idx ON public.oidc_payload USING btree (tenant_id, session_uid, model) WHERE (session_uid IS NOT NULL);
CREATE INDEX oidc_payload_upstream_sid_idx ON public.oidc_payload USING btree (tenant_id, upstream_sid) WHERE (upstream_sid IS NOT NULL);
-- row level security: forced
-- policy tenant_wall for all using (tenant_id = current_setting('rollcall.tenant'::text, true)) with check (tenant_id = current_setting('rollcall.tenant'::text, true))
-- grant delete, insert, select, update to rollcall_app

create table passkey (
  credential_id text not null,
  administrator_id text not null,
  name text not null,
  public_key bytea not null,
  counter bigint not null,
  transports text[] not null,
  created_at timestamp with time zone not null,
  last_used_at timestamp with time zone,
  constraint passkey_pkey PRIMARY KEY (credential_id)
);
CREATE INDEX passkey_administrator_id_idx ON public.passkey USING btree (administrator_id);
-- row level security: none
-- grant delete, insert, select, update to rollcall_app

create table pending (
  tenant_id text not null,
  pending_id uuid not null,
  connection_id text not null,
  resource_id text not null,
  member_ids text[],
  request_id text not null,
  written_at timestamp with time zone not null,
  tries integer not null default 0,
  not_before timestamp with time zone not null,
  constraint pending_pkey PRIMARY KEY (tenant_id, pending_id)
);
CREATE INDEX pending_not_before_idx ON public.pending USING btree (tenant_id, not_before);
CREATE INDEX pending_resource_id_idx ON public.pending USING btree (tenant_id, resource_id);
-- row level security: forced
-- policy operator_wide for select using (current_setting('rollcall.operator_wide'::text, true) = 'on'::text)
-- policy tenant_wall for all using (tenant_id = current_setting('rollcall.tenant'::text, true)) with check (tenant_id = current_setting('rollcall.tenant'::text, true))
-- grant delete, insert, select, update to rollcall_app

create table platform_audit_log (
  audit_id text not null,
  actor text not null,
  act text not null,
  object text not null,
  details jsonb not null,
  request_id text not null,
  happened_at timestamp with time zone not null,
  position bigint,
  hash bytea,
  outcome text not null default 'done'::text,
  address text,
  constraint platform_audit_log_chained_check CHECK ((("position" IS NULL) = (hash IS NULL))),
  constraint platform_audit_log_outcome_check CHECK ((outcome = ANY (ARRAY['done'::text, 'refused'::text]))),
  constraint platform_audit_log_pkey PRIMARY KEY (audit_id)
);
CREATE UNIQUE INDEX platform_audit_log_position_key ON public.platform_audit_log USING btree ("position");
-- row level security: none
-- grant insert, select to rollcall_app

create table provisioning_client (
  tenant_id text not null,
  client_id text not null,
  connection_id text not null,
  secret_hash bytea not null,
  redirect_uris text[] not null,
  created_at timestamp with time zone not null,
  revoked_at timestamp with time zone,
  client_credentials boolean not null default false,
  jwks jsonb,
  last_used_at timestamp with time zone,
  last_used_from text,
  constraint provisioning_client_pkey PRIMARY KEY (tenant_id, client_id),
  constraint provisioning_client_tenant_id_connection_id_fkey FOREIGN KEY (tenant_id, connection_id) REFERENCES connection(tenant_id, connection_id) ON DELETE CASCADE
);
-- row level security: forced
-- policy tenant_wall for all using (tenant_id = current_setting('rollcall.tenant'::text, true)) with check (tenant_id = current_setting('rollcall.tenant'::text, true))
-- grant delete, insert, select, update to rollcall_app

create table provisioning_grant (
  tenant_id text not null,
  grant_id text not null,
  connection_id text not null,
  administrator text not null,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  revoked_at timestamp with time zone,
  last_used_at timestamp with time zone,
  last_used_from text,
  constraint provisioning_grant_pkey PRIMARY KEY (tenant_id, grant_id),
  constraint provisioning_grant_tenant_id_connection_id_fkey FOREIGN KEY (tenant_id, connection_id) REFERENCES connection(tenant_id, connection_id) ON DELETE CASCADE
);
-- row level security: forced
-- policy operator_wide for select using (current_setting('rollcall.operator_wide'::text, true) = 'on'::text)
-- policy tenant_wall for all using (tenant_id = current_setting('rollcall.tenant'::text, true)) with check (tenant_id = current_setting('rollcall.tenant'::text, true))
-- grant delete, insert, select, update to rollcall_app

create table provisioning_log (
  tenant_id text not null,
  request_id text not null,
  connection_id text not null,
  credential_kind text,
  credential_id text,
  operation text not null,
  resource_type text,
  resource_id text,
  status integer not null,
  outcome text not null,
  scim_type text,
  detail text,
  found integer,
  changed text[] not null,
  changes jsonb,
  moved_members integer not null,
  rewrites text[] not null,
  ignored text[] not null,
  unknown_members text[] not null,
  received_at timestamp with time zone not null,
  duration_ms double precision not null,
  address text not null,
  user_agent text,
  bulk_operation integer not null default 0,
  constraint provisioning_log_credential_kind_check CHECK ((credential_kind = ANY (ARRAY['token'::text, 'oauth'::text]))),
  constraint provisioning_log_outcome_check CHECK ((outcome = ANY (ARRAY['ok'::text, 'refused'::text, 'failed'::text]))),
  constraint provisioning_log_pkey PRIMARY KEY (tenant_id, request_id, bulk_operation)
);
CREATE INDEX provisioning_log_outcome_idx ON public.provisioning_log USING btree (tenant_id, request_id) WHERE (outcome <> 'ok'::text);
CREATE INDEX provisioning_log_request_id_idx ON public.provisioning_log USING btree (request_id);
CREATE INDEX provisioning_log_resource_id_idx ON public.provisioning_log USING btree (tenant_id, resource_id, request_id) WHERE (resource_id IS NOT NULL);
-- row level security: forced
-- policy added for insert with check (tenant_id = current_setting('rollcall.tenant'::text, true))
-- policy kept_for_a_day for delete using ((tenant_id = current_setting('rollcall.tenant'::text, true)) AND (received_at < (now() - '1 day'::interval)))
-- policy only_erased for update using (tenant_id = current_setting('rollcall.tenant'::text, true)) with check ((tenant_id = current_setting('rollcall.tenant'::text, true)) AND (detail IS NULL) AND (changes IS NULL))
-- policy operator_wide for select using (current_setting('rollcall.operator_wide'::text, true) = 'on'::text)
-- policy tenant_wall for select using (tenant_id = current_setting('rollcall.tenant'::text, true))
-- grant delete, insert, select to rollcall_app

create table provisioning_log_policy (
  tenant_id text not null,
  connection_id text not null,
  keeps_values boolean not null,
  changed_at timestamp with time zone not null,
  constraint provisioning_log_policy_pkey PRIMARY KEY (tenant_id, connection_id),
  constraint provisioning_log_policy_tenant_id_connection_id_fkey FOREIGN KEY (tenant_id, connection_id) REFERENCES connection(tenant_id, connection_id) ON DELETE CASCADE
);
-- row level security: forced
-- policy operator_wide for select using (current_setting('rollcall.operator_wide'::text, true) = 'on'::text)
-- policy tenant_wall for all using (tenant_id = current_setting('rollcall.tenant'::text, true)) with check (tenant_id = current_setting('rollcall.tenant'::text, true))
-- grant insert, select, update to rollcall_app

create table quarantine (
  tenant_id text not null,
  resource_id text not null,
  member_id text not null default ''::text,
  connection_id text not null,
  reason text not null,
  tries integer not null,
  request_id text not null,
  written_at timestamp with time zone not null,
  quarantined_at timestamp with time zone not null,
  skipped_at timestamp with time zone,
  skip_reason text,
  wanted_name text,
  constraint quarantine_pkey PRIMARY KEY (tenant_id, resource_id, member_id),
  constraint quarantine_skip_check CHECK (((skipped_at IS NULL) = (skip_reason IS NULL)))
);
CREATE INDEX quarantine_wanted_name_idx ON public.quarantine USING btree (tenant_id, wanted_name) WHERE (wanted_name IS NOT NULL);
-- row level security: forced
-- policy operator_wide for select using (current_setting('rollcall.operator_wide'::text, true) = 'on'::text)
-- policy tenant_wall for all using (tenant_id = current_setting('rollcall.tenant'::text, true)) with check (tenant_id = current_setting('rollcall.tenant'::text, true))
-- grant delete, insert, select, update to rollcall_app

create table recovery_code (
  code_hash bytea not null,
  administrator_id text not null,
  constraint recovery_code_pkey PRIMARY KEY (code_hash)
);
CREATE INDEX recovery_code_administrator_id_idx ON public.recovery_code USING btree (administrator_id);
-- row level security: none
-- grant delete, insert, select, update to rollcall_app

create table resource (
  tenant_id text not null,
  resource_id text not null,
  connection_id text not null,
  type text not null,
  unique_key text not null,
  external_id text,
  active boolean not null,
  version bigint not null,
  body text not null,
  created_at timestamp with time zone not null,
  modified_at timestamp with time zone not null,
  folded text,
  member_count integer,
  shown_name text,
  shown_version bigint,
  constraint resource_pkey PRIMARY KEY (tenant_id, resource_id),
  constraint resource_tenant_id_connection_id_fkey FOREIGN KEY (tenant_id, connection_id) REFERENCES connection(tenant_id, connection_id),
  constraint resource_unique_key UNIQUE (tenant_id, connection_id, type, unique_key)
);
CREATE INDEX resource_external_id_idx ON public.resource USING btree (tenant_id, connection_id, external_id) WHERE (external_id IS NOT NULL);
CREATE INDEX resource_list_idx ON public.resource USING btree (tenant_id, connection_id, type, resource_id);
CREATE STATISTICS public.resource_tenant_id_connection_id_type_stats (dependencies) ON tenant_id, connection_id, type FROM resource;
-- row level security: forced
-- policy tenant_wall for all using (tenant_id = current_setting('rollcall.tenant'::text, true)) with check (tenant_id = current_setting('rollcall.tenant'::text, true))
-- grant delete, insert, select, update to rollcall_app

create table rule_set (
  tenant_id text not null,
  connection_id text not null,
  version integer not null,
  rules jsonb not null,
  author text not null,
  created_at timestamp with time zone not null,
  constraint rule_set_pkey PRIMARY KEY (tenant_id, connection_id, version),
  constraint rule_set_tenant_id_connection_id_fkey FOREIGN KEY (tenant_id, connection_id) REFERENCES connection(tenant_id, connection_id) ON DELETE CASCADE,
  constraint rule_set_version_check CHECK ((version > 0))
);
-- row level security: forced
-- policy tenant_wall for all using (tenant_id = current_setting('rollcall.tenant'::text, true)) with check (tenant_id = current_setting('rollcall.tenant'::text, true))
-- grant insert, select to rollcall_app

create table run (
  tenant_id text not null,
  run_id text not null,
  kind text not null,
  status text not null,
  started_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  taken bigint not null default 0,
  identities_created bigint not null default 0,
  identities_changed bigint not null default 0,
  identities_deleted bigint not null default 0,
  links_added bigint not null default 0,
  links_removed bigint not null default 0,
  properties_changed bigint not null default 0,
  quarantined bigint not null default 0,
  max_lag_ms bigint not null default 0,
  reason text,
  expected bigint,
  busy_ms bigint not null default 0,
  first_position bigint,
  last_position bigint,
  constraint run_kind_check CHECK ((kind = ANY (ARRAY['differential'::text, 'full'::text, 'single'::text]))),
  constraint run_pkey PRIMARY KEY (tenant_id, run_id),
  constraint run_status_check CHECK ((status = ANY (ARRAY['running'::text, 'done'::text, 'failed'::text])))
);
CREATE INDEX run_started_at_idx ON public.run USING btree (tenant_id, started_at);
-- row level security: forced
-- policy tenant_wall for all using (tenant_id = current_setting('rollcall.tenant'::text, true)) with check (tenant_id = current_setting('rollcall.tenant'::text, true))
-- grant delete, insert, select, update to rollcall_app

create table schema_migration (
  version integer not null,
  name text not null,
  checksum text not null,
  applied_at timestamp with time zone not null default now(),
  constraint schema_migration_pkey PRIMARY KEY (version)
);
-- row level security: none

create table scim_token (
  tenant_id text not null,
  lookup_id text not null,
  connection_id text not null,
  secret_hash bytea not null,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  revoked_at timestamp with time zone,
  last_used_at timestamp with time zone,
  last_used_from text,
  constraint scim_token_pkey PRIMARY KEY (tenant_id, lookup_id),
  constraint scim_token_tenant_id_connection_id_fkey FOREIGN KEY (tenant_id, connection_id) REFERENCES connection(tenant_id, connection_id) ON DELETE CASCADE
);
-- row level security: forced
-- policy operator_wide for select using (current_setting('rollcall.operator_wide'::text, true) = 'on'::text)
-- policy tenant_wall for all using (tenant_id = current_setting('rollcall.tenant'::text, true)) with check (tenant_id = current_setting('rollcall.tenant'::text, true))
-- grant delete, insert, select, update to rollcall_app

create table setup_choice (
  tenant_id text not null,
  connection_id text not null,
  provider text not null,
  constraint setup_choice_pkey PRIMARY KEY (tenant_id, connection_id),
  constraint setup_choice_tenant_id_connection_id_fkey FOREIGN KEY (tenant_id, connection_id) REFERENCES connection(tenant_id, connection_id) ON DELETE CASCADE
);
-- row level security: forced
-- policy tenant_wall for all using (tenant_id = current_setting('rollcall.tenant'::text, true)) with check (tenant_id = current_setting('rollcall.tenant'::text, true))
-- grant delete, insert, select, update to rollcall_app

create table setup_link (
  tenant_id text not null,
  link_id text not null,
  connection_id text not null,
  lookup_id text not null,
  secret_hash bytea not null,
  created_by text not null,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  revoked_at timestamp with time zone,
  last_used_at timestamp with time zone,
  constraint setup_link_lookup_id_key UNIQUE (tenant_id, lookup_id),
  constraint setup_link_pkey PRIMARY KEY (tenant_id, link_id),
  constraint setup_link_tenant_id_connection_id_fkey FOREIGN KEY (tenant_id, connection_id) REFERENCES connection(tenant_id, connection_id) ON DELETE CASCADE
);
-- row level security: forced
-- policy operator_wide for select using (current_setting('rollcall.operator_wide'::text, true) = 'on'::text)
-- policy tenant_wall for all using (tenant_id = current_setting('rollcall.tenant'::text, true)) with check (tenant_id = current_setting('rollcall.tenant'::text, true))
-- grant delete, insert, select, update to rollcall_app

create table setup_session (
  tenant_id text not null,
  handle_hash bytea not null,
  link_id text not null,
  expires_at timestamp with time zone not null,
  constraint setup_session_pkey PRIMARY KEY (tenant_id, handle_hash),
  constraint setup_session_tenant_id_link_id_fkey FOREIGN KEY (tenant_id, link_id) REFERENCES setup_link(tenant_id, link_id) ON DELETE CASCADE
);
-- row level security: forced
-- policy tenant_wall for all using (tenant_id = current_setting('rollcall.tenant'::text, true)) with check (tenant_id = current_setting('rollcall.tenant'::text, true))
-- grant delete, insert, select, update to rollcall_app

create table sign_in (
  tenant_id text not null,
  sign_in_id text not null,
  client_id text not null,
  connection_id text,
  identity_id text,
  outcome text not null,
  code text,
  steps jsonb not null,
  started_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  constraint sign_in_outcome_check CHECK ((outcome = ANY (ARRAY['started'::text, 'signed-in'::text, 'refused'::text, 'tested'::text]))),
  constraint sign_in_pkey PRIMARY KEY (tenant_id, sign_in_id)
);
CREATE INDEX sign_in_client_id_idx ON public.sign_in USING btree (tenant_id, client_id, sign_in_id);
CREATE INDEX sign_in_connection_id_idx ON public.sign_in USING btree (tenant_id, connection_id, sign_in_id) WHERE (connection_id IS NOT NULL);
CREATE INDEX sign_in_identity_id_idx ON public.sign_in USING btree (tenant_id, identity_id, sign_in_id) WHERE (identity_id IS NOT NULL);
CREATE INDEX sign_in_outcome_idx ON public.sign_in USING btree (tenant_id, sign_in_id) WHERE (outcome <> 'signed-in'::text);
CREATE INDEX sign_in_sign_in_id_idx ON public.sign_in USING btree (sign_in_id);
CREATE INDEX sign_in_started_at_idx ON public.sign_in USING btree (tenant_id, started_at);
-- row level security: forced
-- policy operator_wide for select using (current_setting('rollcall.operator_wide'::text, true) = 'on'::text)
-- policy tenant_wall for all using (tenant_id = current_setting('rollcall.tenant'::text, true)) with check (tenant_id = current_setting('rollcall.tenant'::text, true))
-- grant delete, insert, select, update to rollcall_app

create table sign_in_failure (
  subject_hash bytea not null,
  failures integer not null,
  last_at timestamp with time zone not null,
  constraint sign_in_failure_pkey PRIMARY KEY (subject_hash)
);
CREATE INDEX sign_in_failure_last_at_idx ON public.sign_in_failure USING btree (last_at);
-- row level security: none
-- grant delete, insert, select, update to rollcall_app

create table sign_in_provider (
  connection_id text not null,
  tenant_id text not null,
  name text not null,
  created_at timestamp with time zone not null,
  constraint sign_in_provider_pkey PRIMARY KEY (connection_id)
);
-- row level security: none
-- grant delete, insert, select, update to rollcall_app

create table signal (
  tenant_id text not null,
  signal_id text not null,
  connection_id text not null,
  kind text not null,
  jti_hash text not null,
  identity_ids text[] not null,
  sessions_ended integer not null,
  received_at timestamp with time zone not null,
  constraint signal_kind_check CHECK ((kind = ANY (ARRAY['universal-logout'::text, 'session-revoked'::text, 'back-channel-logout'::text]))),
  constraint signal_pkey PRIMARY KEY (tenant_id, signal_id),
  constraint signal_tenant_id_connection_id_fkey FOREIGN KEY (tenant_id, connection_id) REFERENCES connection(tenant_id, connection_id) ON DELETE CASCADE,
  constraint signal_tenant_id_connection_id_jti_hash_key UNIQUE (tenant_id, connection_id, jti_hash)
);
-- row level security: forced
-- policy tenant_wall for all using (tenant_id = current_setting('rollcall.tenant'::text, true)) with check (tenant_id = current_setting('rollcall.tenant'::text, true))
-- grant delete, insert, select to rollcall_app

create table signing_key (
  tenant_id text not null,
  key_id text not null,
  private_key_sealed text not null,
  public_jwk jsonb not null,
  created_at timestamp with time zone not null,
  retired_at timestamp with time zone,
  signs_from timestamp with time zone not null default now(),
  constraint signing_key_pkey PRIMARY KEY (tenant_id, key_id)
);
-- row level security: forced
-- policy tenant_wall for all using (tenant_id = current_setting('rollcall.tenant'::text, true)) with check (tenant_id = current_setting('rollcall.tenant'::text, true))
-- grant delete, insert, select, update to rollcall_app

create table site (
  tenant_id text not null,
  site_id text not null,
  name text not null,
  secret_hash bytea not null,
  redirect_uris text[] not null,
  post_logout_redirect_uris text[] not null,
  backchannel_logout_uri text,
  created_at timestamp with time zone not null,
  disabled_at timestamp with time zone,
  gateway_origin text,
  jwks jsonb,
  initiate_login_uri text,
  refresh_tokens boolean not null default false,
  previous_secret_hash bytea,
  previous_secret_ends_at timestamp with time zone,
  directory_access boolean not null default false,
  par_required boolean not null default false,
  jwks_uri text,
  changed_at timestamp with time zone,
  constraint site_name_check CHECK (((length(name) >= 1) AND (length(name) <= 100))),
  constraint site_pkey PRIMARY KEY (tenant_id, site_id)
);
-- row level security: forced
-- policy operator_wide for select using (current_setting('rollcall.operator_wide'::text, true) = 'on'::text)
-- policy tenant_wall for all using (tenant_id = current_setting('rollcall.tenant'::text, true)) with check (tenant_id = current_setting('rollcall.tenant'::text, true))
-- grant delete, insert, select, update to rollcall_app

create table tenant (
  tenant_id text not null,
  name text not null,
  name_folded text not null,
  suspended_at timestamp with time zone,
  created_at timestamp with time zone not null,
  sites_by_administrators boolean not null default false,
  constraint tenant_name_check CHECK (((length(name) >= 1) AND (length(name) <= 100))),
  constraint tenant_name_folded_key UNIQUE (name_folded),
  constraint tenant_pkey PRIMARY KEY (tenant_id)
);
-- row level security: none
-- grant delete, insert, select, update to rollcall_app

create table tenant_admin (
  tenant_id text not null,
  connection_id text not null,
  name_folded text not null,
  name text not null,
  created_at timestamp with time zone not null,
  constraint tenant_admin_pkey PRIMARY KEY (tenant_id, connection_id, name_folded),
  constraint tenant_admin_tenant_id_connection_id_fkey FOREIGN KEY (tenant_id, connection_id) REFERENCES connection(tenant_id, connection_id) ON DELETE CASCADE
);
-- row level security: forced
-- policy tenant_wall for all using (tenant_id = current_setting('rollcall.tenant'::text, true)) with check (tenant_id = current_setting('rollcall.tenant'::text, true))
-- grant delete, insert, select, update to rollcall_app

create table verified_domain (
  domain text not null,
  tenant_id text not null,
  connection_id text not null,
  constraint verified_domain_pkey PRIMARY KEY (domain)
);
-- row level security: none
-- grant delete, insert, select to rollcall_app

create table warning_delivery (
  tenant_id text not null,
  delivery_id text not null,
  kind text not null,
  object_id text not null,
  name text not null,
  connection_id text,
  days integer not null,
  expires_at timestamp with time zone not null,
  channel text not null,
  target text not null,
  created_at timestamp with time zone not null,
  tries integer not null default 0,
  next_try_at timestamp with time zone,
  delivered_at timestamp with time zone,
  failed_at timestamp with time zone,
  answer text,
  constraint warning_delivery_channel_check CHECK ((channel = ANY (ARRAY['email'::text, 'webhook'::text]))),
  constraint warning_delivery_pkey PRIMARY KEY (tenant_id, delivery_id),
  constraint warning_delivery_tenant_id_kind_object_id_expires_at_days_c_key UNIQUE (tenant_id, kind, object_id, expires_at, days, channel, target)
);
CREATE INDEX warning_delivery_failed_at_idx ON public.warning_delivery USING btree (tenant_id, failed_at) WHERE (failed_at IS NOT NULL);
CREATE INDEX warning_delivery_next_try_at_idx ON public.warning_delivery USING btree (tenant_id, next_try_at) WHERE (next_try_at IS NOT NULL);
-- row level security: forced
-- policy operator_wide for select using (current_setting('rollcall.operator_wide'::text, true) = 'on'::text)
-- policy tenant_wall for all using (tenant_id = current_setting('rollcall.tenant'::text, true)) with check (tenant_id = current_setting('rollcall.tenant'::text, true))
-- grant delete, insert, select, update to rollcall_app

create table warning_settings (
  tenant_id text not null,
  emails text[] not null default '{}'::text[],
  webhook_url text,
  webhook_secret_sealed text,
  changed_at timestamp with time zone not null,
  constraint warning_settings_check CHECK (((webhook_url IS NULL) = (webhook_secret_sealed IS NULL))),
  constraint warning_settings_pkey PRIMARY KEY (tenant_id)
);
-- row level security: forced
-- policy tenant_wall for all using (tenant_id = current_setting('rollcall.tenant'::text, true)) with check (tenant_id = current_setting('rollcall.tenant'::text, true))
-- grant delete, insert, select, update to rollcall_app
