/** A person or group as it is named on the command line: by id, or by a present or old FQN. */
import type { Context } from '../context.ts'

/** By id as it is, by a present or old fully qualified name after a look-up. */
export async function identityNamed(
  { client }: Context,
  tenant: string,
  who: string,
): Promise<`idn_${string}`> {
  if (who.startsWith('idn_')) return who as `idn_${string}`
  return (await client().readIdentityByFqn({ tenant, fqn: who })).id
}
