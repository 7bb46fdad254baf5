/**
 * The tables as Kysely sees them: one interface a table, columns as the migrations left them.
 *
 * bigint columns are numbers here: versions, positions and counts stay far below 2^53, and
 * `open.ts` has the driver read them so. jsonb columns go in as text and come out parsed.
 * Which folder owns which table is held by `test/house/owners.ts`.
 */
import type { ColumnType, Generated, JSONColumnType } from 'kysely'
import type { ConnectionId, Id, IdentityId, Role, SiteId, TenantId } from '../lib/index.ts'

/** Any JSON object or array, as a jsonb column holds it. */
type Json = object

export interface TenantTable {
  tenant_id: TenantId
  name: string
  name_folded: string
  suspended_at: Date | null
  created_at: Date
  sites_by_administrators: Generated<boolean>
}

export interface VerifiedDomainTable {
  domain: string
  tenant_id: TenantId
  connection_id: ConnectionId
}

export interface DomainTable {
  tenant_id: TenantId
  domain: string
  connection_id: ConnectionId
  challenge: string
  created_at: Date
  verified_at: Date | null
}

export interface ConnectionKeyTable {
  tenant_id: TenantId
  connection_id: ConnectionId
  key_id: string
  private_key_sealed: string
  public_jwk: JSONColumnType<Json>
  created_at: Date
  signs_from: Generated<Date>
}

export interface SignalTable {
  tenant_id: TenantId
  signal_id: string
  connection_id: ConnectionId
  kind: 'universal-logout' | 'session-revoked' | 'back-channel-logout'
  jti_hash: string
  identity_ids: IdentityId[]
  sessions_ended: number
  received_at: Date
}

export interface BrandingTable {
  tenant_id: TenantId
  name: string | null
  accent: string | null
  accent_dark: string | null
  logo: Buffer | null
  logo_type: 'image/png' | 'image/jpeg' | null
  logo_width: number | null
  logo_height: number | null
  changed_at: Date
}

export interface LabelTable {
  label_folded: string
  label: string
  tenant_id: TenantId
  connection_id: ConnectionId | null
}

export interface CredentialTenantTable {
  credential: string
  tenant_id: TenantId
}

export interface AdminTokenTable {
  lookup_id: string
  secret_hash: Buffer
  name: string
  created_at: Date
  expires_at: Date | null
  revoked_at: Date | null
  role: Generated<Role>
  tenant_id: TenantId | null
  created_by: string | null
  administrator_id: Generated<string | null>
  last_used_at: Date | null
}

export interface AdministratorTable {
  administrator_id: Id<'adm'>
  name: string
  email: string
  email_folded: string
  role: Role
  tenant_id: TenantId | null
  password_hash: string | null
  totp_sealed: string | null
  totp_step: Generated<number>
  created_at: Date
  disabled_at: Date | null
  last_signed_in_at: Date | null
}

export interface RecoveryCodeTable {
  code_hash: Buffer
  administrator_id: Id<'adm'>
}

export interface PasskeyTable {
  credential_id: string
  administrator_id: Id<'adm'>
  name: string
  public_key: Buffer
  counter: number
  transports: string[]
  created_at: Date
  last_used_at: Date | null
}

export interface InvitationTable {
  invitation_id: Id<'inv'>
  secret_hash: Buffer
  is_first: Generated<boolean>
  role: Role
  tenant_id: TenantId | null
  email: string | null
  name: string | null
  administrator_id: Id<'adm'> | null
  invited_by: string
  created_at: Date
  expires_at: Date
  used_at: Date | null
  revoked_at: Date | null
}

export interface AdminSessionTable {
  session_id: Id<'ses'>
  handle_hash: Buffer
  administrator_id: Id<'adm'>
  method: 'password' | 'passkey' | 'oidc'
  created_at: Date
  last_used_at: Date
  expires_at: Date
  address: string
  user_agent: string | null
}

export interface AdminFlowTable {
  handle_hash: Buffer
  kind: string
  state_sealed: string
  expires_at: Date
}

export interface SignInFailureTable {
  subject_hash: Buffer
  failures: number
  last_at: Date
}

export interface ConnectionTable {
  tenant_id: TenantId
  connection_id: ConnectionId
  name: string
  kind: 'okta' | 'entra' | 'other'
  label: string
  issuer: string | null
  client_id: string | null
  client_secret_sealed: string | null
  authentication: Generated<'client_secret' | 'private_key_jwt'>
  internal_hosts: Generated<string[]>
  disabled_at: Date | null
  created_at: Date
  changed_at: Date
  removed_at: Date | null
}

export interface ScimTokenTable {
  tenant_id: TenantId
  lookup_id: string
  connection_id: ConnectionId
  secret_hash: Buffer
  created_at: Date
  expires_at: Date
  revoked_at: Date | null
  last_used_at: Date | null
  last_used_from: string | null
}

export interface ProvisioningClientTable {
  tenant_id: TenantId
  client_id: string
  connection_id: ConnectionId
  secret_hash: Buffer
  redirect_uris: string[]
  created_at: Date
  revoked_at: Date | null
  client_credentials: Generated<boolean>
  jwks: JSONColumnType<{ keys: Readonly<Record<string, unknown>>[] }> | null
  last_used_at: Date | null
  last_used_from: string | null
}

export interface ProvisioningGrantTable {
  tenant_id: TenantId
  grant_id: Id<'gra'>
  connection_id: ConnectionId
  administrator: string
  created_at: Date
  expires_at: Date
  revoked_at: Date | null
  last_used_at: Date | null
  last_used_from: string | null
}

export interface SiteTable {
  tenant_id: TenantId
  site_id: SiteId
  name: string
  secret_hash: Buffer
  redirect_uris: string[]
  post_logout_redirect_uris: string[]
  backchannel_logout_uri: string | null
  gateway_origin: string | null
  jwks: JSONColumnType<{ keys: Readonly<Record<string, unknown>>[] }> | null
  initiate_login_uri: string | null
  refresh_tokens: boolean
  directory_access: boolean
  par_required: boolean
  jwks_uri: string | null
  previous_secret_hash: Buffer | null
  previous_secret_ends_at: Date | null
  created_at: Date
  disabled_at: Date | null
  changed_at: Generated<Date | null>
}

export interface ClaimTypeMappingTable {
  tenant_id: TenantId
  mapping_id: Id<'ctm'>
  connection_id: ConnectionId
  issuer: string
  claim_type: string
  matches: 'externalId' | 'userName'
  original_issuer: Generated<string>
  original_issuer_claim: Generated<string>
  created_at: Date
}

export interface TenantAdminTable {
  tenant_id: TenantId
  connection_id: ConnectionId
  name_folded: string
  name: string
  created_at: Date
}

export interface ResourceTable {
  tenant_id: TenantId
  resource_id: string
  connection_id: ConnectionId
  type: string
  unique_key: string
  external_id: string | null
  active: boolean
  version: number
  body: string
  folded: string | null
  /** The displayName as JSON, as long as the version is the one beside it; else the text has it. */
  shown_name: Generated<string | null>
  shown_version: Generated<number | null>
  /** Of a group: how many members it has or, since some were deleted, had. Null: not counted yet. */
  member_count: Generated<number | null>
  created_at: Date
  modified_at: Date
}

export interface LookupTable {
  tenant_id: TenantId
  connection_id: ConnectionId
  attribute: string
  value: string
  resource_id: string
}

export interface MemberTable {
  tenant_id: TenantId
  group_id: string
  member_id: string
  joined_at: Date
}

export interface PendingTable {
  tenant_id: TenantId
  pending_id: string
  connection_id: ConnectionId
  resource_id: string
  member_ids: string[] | null
  request_id: string
  written_at: Date
  tries: Generated<number>
  not_before: Date
}

export interface LoaderTable {
  tenant_id: TenantId
  last_position: Generated<number>
  paused_at: Date | null
  paused_reason: string | null
  full_run_id: string | null
  full_stage: 'values' | 'resources' | 'identities' | 'members' | 'links' | null
  full_after: string | null
  active_people: number | null
  joining_version: number | null
}

export interface BrakePolicyTable {
  tenant_id: TenantId
  share: ColumnType<string, number, number>
  at_least: number
  window_minutes: number
  cuts_access: boolean
  group_share: ColumnType<string, number, number>
  group_size: number
}

export interface DepartureTable {
  tenant_id: TenantId
  resource_id: string
  left_at: Date
}

export interface MemberCountTable {
  tenant_id: TenantId
  identity_id: IdentityId
  members: number
}

export interface GroupDepartureTable {
  tenant_id: TenantId
  identity_id: IdentityId
  slice_at: Date
  members: number
}

export interface HeldTable {
  tenant_id: TenantId
  resource_id: string
  member_id: string
  connection_id: ConnectionId
  identity_id: IdentityId
  would_be: 'inactive' | 'deleted' | 'removed'
  request_id: string
  held_at: Date
  discarded_at: Date | null
  released_at: Date | null
}

export interface RunTable {
  tenant_id: TenantId
  run_id: string
  kind: 'differential' | 'full' | 'single'
  status: 'running' | 'done' | 'failed'
  started_at: Date
  ended_at: Date | null
  taken: Generated<number>
  identities_created: Generated<number>
  identities_changed: Generated<number>
  identities_deleted: Generated<number>
  links_added: Generated<number>
  links_removed: Generated<number>
  properties_changed: Generated<number>
  quarantined: Generated<number>
  max_lag_ms: Generated<number>
  busy_ms: Generated<number>
  reason: string | null
  expected: number | null
  first_position: number | null
  last_position: number | null
}

export interface EventHorizonTable {
  tenant_id: TenantId
  position: number
  happened_at: Date | null
}

export interface QuarantineTable {
  tenant_id: TenantId
  resource_id: string
  member_id: Generated<string>
  connection_id: ConnectionId
  reason: string
  wanted_name: string | null
  tries: number
  request_id: string
  written_at: Date
  quarantined_at: Date
  skipped_at: Date | null
  skip_reason: string | null
}

export interface IdentityTable {
  tenant_id: TenantId
  identity_id: IdentityId
  connection_id: ConnectionId
  resource_id: string
  kind: 'person' | 'group'
  state: 'active' | 'inactive' | 'deleted' | 'joined'
  label: string
  name: string
  name_folded: string
  external_id: string | null
  display_name: string | null
  given_name: string | null
  family_name: string | null
  email: string | null
  locale: string | null
  properties: JSONColumnType<Json>
  manager_resource_id: string | null
  created_at: Date
  changed_at: Date
  access_ended_at: Date | null
  joined_to: IdentityId | null
  joined_from: Generated<IdentityId[]>
  source_state: 'active' | 'inactive' | null
  erased_at: Date | null
}

export interface FqnTable {
  tenant_id: TenantId
  identity_id: IdentityId
  label: string
  name: string
  label_folded: string
  name_folded: string
  kind: 'person' | 'group'
  valid_from: Date
  valid_to: Date | null
}

export interface LinkTable {
  tenant_id: TenantId
  kind: 'member' | 'manager'
  from_id: string
  to_id: string
  since: Date
}

export interface EventTable {
  tenant_id: TenantId
  position: number
  kind: string
  identity_id: IdentityId
  other_id: string | null
  changes: JSONColumnType<Json>
  request_id: string | null
  happened_at: Date
}

export interface SigningKeyTable {
  tenant_id: TenantId
  key_id: string
  private_key_sealed: string
  public_jwk: JSONColumnType<Json>
  created_at: Date
  signs_from: Generated<Date>
  retired_at: Generated<Date | null>
}

export interface OidcPayloadTable {
  tenant_id: TenantId
  model: string
  id_hash: string
  payload: JSONColumnType<Json>
  grant_id: string | null
  session_uid: string | null
  identity_id: IdentityId | null
  client_id: string | null
  expires_at: Date | null
  consumed_at: Date | null
  upstream_sid: Generated<string | null>
}

export interface FlowTable {
  max_age: Generated<number | null>
  interaction_hash: string | null
  tenant_id: TenantId
  state_hash: string
  sign_in_id: string
  connection_id: ConnectionId
  interaction: string
  cookie_hash: string
  issuer: string
  nonce: string
  verifier: string
  created_at: Date
  expires_at: Date
}

export interface SignInTable {
  tenant_id: TenantId
  sign_in_id: string
  client_id: string
  connection_id: ConnectionId | null
  identity_id: IdentityId | null
  outcome: 'started' | 'signed-in' | 'refused' | 'tested'
  code: string | null
  steps: JSONColumnType<Json>
  started_at: Date
  ended_at: Date | null
}

export interface LogoutDeliveryTable {
  tenant_id: TenantId
  delivery_id: string
  site_id: SiteId
  identity_id: IdentityId
  sid: string
  cause: string
  created_at: Date
  tries: Generated<number>
  next_try_at: Date | null
  delivered_at: Date | null
  failed_at: Date | null
  answer: string | null
}

export interface WarningSettingsTable {
  tenant_id: TenantId
  emails: Generated<string[]>
  webhook_url: string | null
  webhook_secret_sealed: string | null
  changed_at: Date
}

export interface WarningDeliveryTable {
  tenant_id: TenantId
  delivery_id: string
  kind: string
  object_id: string
  name: string
  connection_id: ConnectionId | null
  days: number
  expires_at: Date
  channel: 'email' | 'webhook'
  target: string
  created_at: Date
  tries: Generated<number>
  next_try_at: Date | null
  delivered_at: Date | null
  failed_at: Date | null
  answer: string | null
}

export interface AuditLogTable {
  tenant_id: TenantId
  audit_id: string
  actor: string
  act: string
  object: string
  details: JSONColumnType<Json>
  request_id: string
  happened_at: Date
  position: number | null
  hash: Buffer | null
  outcome: Generated<'done' | 'refused'>
  address: string | null
}

export type PlatformAuditLogTable = Omit<AuditLogTable, 'tenant_id'>

export interface AuditKeyTable {
  key_id: string
  private_key_sealed: string
  created_at: Date
}

export interface SignInProviderTable {
  connection_id: ConnectionId
  tenant_id: TenantId
  name: string
  created_at: Date
}

export interface AdministratorLinkTable {
  connection_id: ConnectionId
  issuer: string
  subject: string
  administrator_id: Id<'adm'>
  created_at: Date
  identity_id: IdentityId | null
  left_at: Date | null
  held_at: Generated<Date | null>
}

export interface SetupLinkTable {
  tenant_id: TenantId
  link_id: Id<'lnk'>
  connection_id: ConnectionId
  lookup_id: string
  secret_hash: Buffer
  created_by: string
  created_at: Date
  expires_at: Date
  revoked_at: Date | null
  last_used_at: Date | null
}

export interface SetupSessionTable {
  tenant_id: TenantId
  handle_hash: Buffer
  link_id: Id<'lnk'>
  expires_at: Date
}

export interface SetupChoiceTable {
  tenant_id: TenantId
  connection_id: ConnectionId
  provider: string
}

export interface DialectTable {
  tenant_id: TenantId
  connection_id: ConnectionId
  is_strict: boolean
  rewrites_off: string[]
  changed_at: Date
}

export interface RuleSetTable {
  tenant_id: TenantId
  connection_id: ConnectionId
  version: number
  rules: JSONColumnType<Json>
  author: string
  created_at: Date
}

export interface JoiningRuleTable {
  tenant_id: TenantId
  version: number
  expression: string | null
  values_version: number
  active: 'all' | 'any'
  connections: ConnectionId[]
  author: string
  created_at: Date
}

export interface JoiningValueTable {
  tenant_id: TenantId
  values_version: number
  resource_id: string
  connection_id: ConnectionId
  value: string
}

export interface ExtensionSchemaTable {
  tenant_id: TenantId
  connection_id: ConnectionId
  urn_folded: string
  resource_type: string
  schema: JSONColumnType<Json>
  created_at: Date
}

export interface ProvisioningLogTable {
  tenant_id: TenantId
  request_id: string
  /** 0 for the request itself. */
  bulk_operation: Generated<number>
  connection_id: ConnectionId
  credential_kind: 'token' | 'oauth' | null
  credential_id: string | null
  operation: string
  resource_type: string | null
  resource_id: string | null
  status: number
  outcome: 'ok' | 'refused' | 'failed'
  scim_type: string | null
  detail: string | null
  found: number | null
  changed: string[]
  changes: JSONColumnType<Json> | null
  moved_members: number
  rewrites: string[]
  ignored: string[]
  unknown_members: string[]
  received_at: Date
  duration_ms: number
  address: string
  user_agent: string | null
}

export interface ProvisioningLogPolicyTable {
  tenant_id: TenantId
  connection_id: ConnectionId
  keeps_values: boolean
  changed_at: Date
}

export interface NodeTable {
  node_id: Id<'nod'>
  name: string
  version: string
  runtime: string
  started_at: Date
  seen_at: Date
  rss_bytes: number
  heap_bytes: number
  heap_limit_bytes: number
  loop_delay_ms: number
  connections_busy: number
  connections_most: number
  transactions_waiting: number
  log_rows_dropped: number
  clock_ahead_ms: number
  key_ids: string[] | null
  seals_with: string | null
}

export interface MasterKeyTable {
  key_id: string
  seals_from: Date
  retired_at: Date | null
  values_wrapped: number | null
  counted_at: Date | null
}

export interface InstallationTable {
  is_only: Generated<boolean>
  key_digest: string
  app_password_sealed: string | null
}

export interface Database {
  installation: InstallationTable
  master_key: MasterKeyTable
  tenant: TenantTable
  label: LabelTable
  credential_tenant: CredentialTenantTable
  admin_token: AdminTokenTable
  administrator: AdministratorTable
  recovery_code: RecoveryCodeTable
  passkey: PasskeyTable
  invitation: InvitationTable
  admin_session: AdminSessionTable
  admin_flow: AdminFlowTable
  sign_in_failure: SignInFailureTable
  connection: ConnectionTable
  scim_token: ScimTokenTable
  provisioning_client: ProvisioningClientTable
  provisioning_grant: ProvisioningGrantTable
  site: SiteTable
  claim_type_mapping: ClaimTypeMappingTable
  tenant_admin: TenantAdminTable
  sign_in_provider: SignInProviderTable
  administrator_link: AdministratorLinkTable
  setup_link: SetupLinkTable
  setup_session: SetupSessionTable
  setup_choice: SetupChoiceTable
  dialect: DialectTable
  branding: BrandingTable
  signal: SignalTable
  verified_domain: VerifiedDomainTable
  domain: DomainTable
  connection_key: ConnectionKeyTable
  extension_schema: ExtensionSchemaTable
  resource: ResourceTable
  lookup: LookupTable
  member: MemberTable
  pending: PendingTable
  loader: LoaderTable
  brake_policy: BrakePolicyTable
  departure: DepartureTable
  member_count: MemberCountTable
  group_departure: GroupDepartureTable
  held: HeldTable
  run: RunTable
  rule_set: RuleSetTable
  joining_rule: JoiningRuleTable
  joining_value: JoiningValueTable
  quarantine: QuarantineTable
  identity: IdentityTable
  fqn: FqnTable
  link: LinkTable
  event: EventTable
  event_horizon: EventHorizonTable
  signing_key: SigningKeyTable
  oidc_payload: OidcPayloadTable
  flow: FlowTable
  sign_in: SignInTable
  logout_delivery: LogoutDeliveryTable
  warning_settings: WarningSettingsTable
  warning_delivery: WarningDeliveryTable
  audit_log: AuditLogTable
  platform_audit_log: PlatformAuditLogTable
  audit_key: AuditKeyTable
  node: NodeTable
  provisioning_log: ProvisioningLogTable
  provisioning_log_policy: ProvisioningLogPolicyTable
}
