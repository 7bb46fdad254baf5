/** The identity providers that the page leads through, and the words of what it shows of each. */
import { AUTHENTIK } from './guides/authentik.ts'
import { ENTRA } from './guides/entra.ts'
import { GENERIC } from './guides/generic.ts'
import type { Guide, Provider, Setup } from './guides/guide.ts'
import { JUMPCLOUD } from './guides/jumpcloud.ts'
import { KEYCLOAK } from './guides/keycloak.ts'
import { OKTA_CATALOGUE, OKTA_WIZARD } from './guides/okta.ts'
import { ONELOGIN } from './guides/onelogin.ts'
import { PINGONE } from './guides/pingone.ts'

export type { Line, Provider, Setup, Way } from './guides/guide.ts'

export const PROVIDERS: Readonly<Record<Provider, Guide>> = {
  'okta-catalogue': OKTA_CATALOGUE,
  'okta-wizard': OKTA_WIZARD,
  entra: ENTRA,
  onelogin: ONELOGIN,
  pingone: PINGONE,
  jumpcloud: JUMPCLOUD,
  keycloak: KEYCLOAK,
  authentik: AUTHENTIK,
  generic: GENERIC,
}

/** The words that the provider has for where it sends people back to. */
export function callbackFieldOf(provider: Provider | null): string {
  const lines = provider === null ? [] : PROVIDERS[provider].steps.flatMap((step) => step.lines)
  const field = lines.flatMap((line) =>
    typeof line === 'object' && 'value' in line && line.value === 'callbackUrl' ? [line.field] : [],
  )
  return field[0] ?? 'Redirect URI'
}

export const FACTS: Readonly<Record<Setup['checklist'][number]['fact'], string>> = {
  reachable: 'This address can be reached',
  'first-request': 'The first request has arrived',
  'test-connection': 'The test of the connection went through',
  'first-person': 'The first person was created',
  'first-group': 'The first group was pushed',
  'first-load': 'Sites know the first person',
  'test-sign-in': 'A test sign-in has passed',
}

/** The steps of a test sign-in. */
export const TEST_STEPS: Readonly<Record<string, string>> = {
  discovered: 'The provider was found',
  'sent-to-idp': 'You were sent to it',
  'token-verified': 'What it says of you was verified',
  tested: 'You were found among those who were sent here',
  refused: 'Here it was refused',
}
