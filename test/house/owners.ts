/**
 * Who owns which table (ARCHITECTURE.md, invariant 1). Only the owner's files name it, and the
 * migrations. `also` lets a second folder name it, with the reason.
 */
export interface Owner {
  readonly folder: string
  readonly also?: readonly { readonly folder: string; readonly because: string }[]
}

/** What stands for somebody ends in the transaction that says that they are out, in whichever thread that is. */
const ENDED = [{ folder: 'sessions', because: 'it ends what stands for people who are out' }]

export const OWNERS: Readonly<Record<string, Owner>> = {
  tenant: { folder: 'tenants' },
  installation: { folder: 'db' },
  label: { folder: 'tenants' },
  credential_tenant: {
    folder: 'tenants',
    also: [
      {
        folder: 'signin',
        because: 'an access token that the Authority issues must lead the SCIM edge to its tenant',
      },
    ],
  },
  admin_token: { folder: 'operators' },
  administrator: { folder: 'operators' },
  recovery_code: { folder: 'operators' },
  passkey: { folder: 'operators' },
  invitation: { folder: 'operators' },
  admin_session: { folder: 'operators', also: ENDED },
  sign_in_provider: { folder: 'operators' },
  administrator_link: { folder: 'operators', also: ENDED },
  admin_flow: { folder: 'operators' },
  sign_in_failure: { folder: 'operators' },
  platform_audit_log: { folder: 'audit' },
  audit_key: { folder: 'audit' },
  node: { folder: 'health' },
  master_key: { folder: 'master-keys' },
  connection: { folder: 'tenants' },
  day_tally: { folder: 'audit' },
  scim_token: { folder: 'tenants' },
  provisioning_client: { folder: 'tenants' },
  site: { folder: 'tenants' },
  claim_type_mapping: { folder: 'tenants' },
  tenant_admin: { folder: 'tenants' },
  setup_link: { folder: 'tenants' },
  setup_session: { folder: 'tenants' },
  setup_choice: { folder: 'tenants' },
  warning_settings: { folder: 'warnings' },
  warning_delivery: { folder: 'warnings' },
  dialect: { folder: 'tenants' },
  branding: { folder: 'tenants' },
  domain: { folder: 'tenants' },
  verified_domain: { folder: 'tenants' },
  connection_key: { folder: 'tenants' },
  extension_schema: { folder: 'tenants' },
  resource: { folder: 'sync' },
  lookup: { folder: 'sync' },
  member: { folder: 'sync' },
  pending: { folder: 'sync' },
  loader: {
    folder: 'etl',
    also: [
      { folder: 'sync', because: 'whether a tenant has something pending is asked for each' },
      { folder: 'signin', because: 'how sign-ins go is asked for each tenant' },
    ],
  },
  run: { folder: 'etl' },
  brake_policy: { folder: 'etl' },
  departure: { folder: 'etl' },
  member_count: { folder: 'etl' },
  group_departure: { folder: 'etl' },
  held: { folder: 'etl' },
  rule_set: { folder: 'etl' },
  joining_rule: { folder: 'etl' },
  joining_value: { folder: 'etl' },
  quarantine: { folder: 'etl' },
  identity: { folder: 'identity' },
  fqn: { folder: 'identity' },
  link: { folder: 'identity' },
  event_horizon: { folder: 'identity' },
  event: { folder: 'identity' },
  signing_key: { folder: 'signin' },
  provisioning_grant: { folder: 'signin' },
  oidc_payload: { folder: 'signin', also: ENDED },
  flow: { folder: 'signin' },
  sign_in: { folder: 'signin' },
  logout_delivery: { folder: 'signin', also: ENDED },
  signal: { folder: 'signin' },
  audit_log: { folder: 'audit' },
  provisioning_log: { folder: 'audit' },
  provisioning_log_policy: { folder: 'audit' },
}
