/** Recovery codes: each lets its administrator in once instead of a code of the authenticator app. */
import type { Transaction } from '../db/index.ts'
import type { Id, Random } from '../lib/index.ts'
import { codeOf, hashCode } from './codes.ts'

const HOW_MANY = 10
const BYTES = 16

/** Replaces what there was. @returns the codes, which are kept nowhere */
export async function newRecoveryCodes(
  random: Random,
  trx: Transaction,
  administratorId: Id<'adm'>,
): Promise<string[]> {
  const codes = Array.from({ length: HOW_MANY }, () => codeOf(random(BYTES)))
  await trx.deleteFrom('recovery_code').where('administrator_id', '=', administratorId).execute()
  await trx
    .insertInto('recovery_code')
    .values(codes.map((code) => ({ code_hash: hashCode(code), administrator_id: administratorId })))
    .execute()
  return codes
}

/** Uses one up. @returns false when it is none of theirs, or used already (SEC T-8) */
export async function takeRecoveryCode(
  trx: Transaction,
  administratorId: Id<'adm'>,
  code: string,
): Promise<boolean> {
  const row = await trx
    .deleteFrom('recovery_code')
    .where('administrator_id', '=', administratorId)
    .where('code_hash', '=', hashCode(code))
    .returning('administrator_id')
    .executeTakeFirst()
  return row !== undefined
}
