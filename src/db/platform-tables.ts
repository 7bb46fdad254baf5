/**
 * The tables that span tenants by nature, with the reason. They keep nothing of a tenant beyond its id
 * and what must be unique over the platform (SEC N-1), have no wall, and are copied to every node of a
 * distributed database. Every other table belongs to tenants: the tenant leads its keys.
 */
export const PLATFORM_TABLES: Readonly<Record<string, string>> = {
  tenant: 'the tenants themselves; a name is unique over the platform',
  label: 'a label is unique over the platform',
  credential_tenant: 'leads from a credential to its tenant, which nothing else names yet',
  admin_token: "an operator's token is of no tenant",
}

/** Of migrations, and of the installation itself: they stay where migrations begin. */
export const BOOKKEEPING_TABLES: readonly string[] = ['schema_migration', 'installation']
