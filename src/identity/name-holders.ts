/** Who has a name now: for the loader, where a rule names people and might name two of them alike. */
import type { Transaction } from '../db/index.ts'
import { fold, type IdentityId, type TenantId } from '../lib/index.ts'

export interface NameHolder {
  readonly identityId: IdentityId
  readonly label: string
  readonly name: string
}

/** The people who have one of these FQNs at present, active or not. */
export async function nameHolders(
  trx: Transaction,
  tenantId: TenantId,
  names: readonly { readonly label: string; readonly name: string }[],
): Promise<NameHolder[]> {
  if (names.length === 0) return []
  return trx.prepared<NameHolder & Record<string, unknown>>(
    'identity-name-holders',
    `select f.identity_id as "identityId", f.label, f.name
       from unnest($2::text[], $3::text[]) as named (label_folded, name_folded)
       join fqn f on f.tenant_id = $1 and f.label_folded = named.label_folded
        and f.name_folded = named.name_folded and f.valid_to is null and f.kind = 'person'`,
    [tenantId, names.map(({ label }) => fold(label)), names.map(({ name }) => fold(name))],
  )
}
