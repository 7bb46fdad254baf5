/**
 * The tables that span tenants by nature, with the reason. They keep nothing of a tenant beyond its id
 * and what must be unique over the platform (SEC N-1), have no wall, and are copied to every node of a
 * distributed database. Every other table belongs to tenants: the tenant leads its keys.
 */
export const PLATFORM_TABLES: Readonly<Record<string, string>> = {
  tenant: 'the tenants themselves; a name is unique over the platform',
  label: 'a label is unique over the platform',
  verified_domain: 'a domain is verified for one tenant of the platform',
  credential_tenant: 'leads from a credential to its tenant, which nothing else names yet',
  admin_token: 'a key is found before its tenant is known, and an operator has none',
  administrator: 'found by an e-mail address before their tenant is known; an operator has none',
  recovery_code: "an administrator's",
  passkey: "an administrator's, found by its id before they are known",
  invitation: 'found by its secret before a tenant is known',
  admin_session: 'found by its cookie before a tenant is known',
  sign_in_provider: 'offered to whoever signs in, who is nobody yet',
  administrator_link: 'an administrator, found by issuer and subject before they are known',
  admin_flow: 'somebody on the way in, who is nobody yet',
  sign_in_failure: 'of accounts and addresses, known or not',
  platform_audit_log: 'acts that are of no tenant',
  audit_key: 'what the logs of all tenants are signed with',
  node: 'the nodes that serve, which serve all tenants',
  master_key: 'what seals for all tenants',
}

/** Of migrations, and of the installation itself: they stay where migrations begin. */
export const BOOKKEEPING_TABLES: readonly string[] = ['schema_migration', 'installation']
