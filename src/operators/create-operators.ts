/** Puts the folder's parts together. */
import { createActorNames } from './actor-names.ts'
import { createAdministrators } from './administrators.ts'
import { createEnrolment } from './enrolment.ts'
import { createFailures } from './failures.ts'
import { createFlows } from './flows.ts'
import { createInvitations } from './invitations.ts'
import { createKeys } from './keys.ts'
import { createLeavers } from './leavers.ts'
import { createOwnAccount } from './own-account.ts'
import { createPasskeys } from './passkeys.ts'
import { createResets } from './resets.ts'
import { createSessions } from './sessions.ts'
import { createSignIn } from './sign-in.ts'
import { createOidc, type OidcGiven } from './oidc.ts'
import { createSignInProviders } from './sign-in-providers.ts'

export type Operators = ReturnType<typeof createOperators>

export function createOperators(given: OidcGiven) {
  const failures = createFailures(given)
  const flows = createFlows(given)
  return {
    ...createKeys(given),
    ...createSessions(given),
    ...createAdministrators(given),
    ...createActorNames(given),
    ...createOwnAccount(given),
    ...createInvitations(given),
    ...createResets(given),
    ...createEnrolment({ ...given, ...flows }),
    ...createSignInProviders(given),
    ...createLeavers(given),
    ...createOidc({ ...given, ...flows }),
    ...createPasskeys({ ...given, ...flows }),
    ...createSignIn({ ...given, ...failures }),
  }
}
