/**
 * Mistakes that are known by their traces in the latest requests and sign-ins, each with what goes
 * wrong and the screen to change, in the words of the provider that was chosen.
 */
import type { ProvisioningEntry } from '../audit/index.ts'
import { fold, type ConnectionId, type RefusalCode, type TenantId } from '../lib/index.ts'
import type { SignIn } from '../signin/index.ts'
import type { Given } from './given.ts'

export interface Mistake {
  readonly code: keyof typeof WORDS
  readonly words: string
  readonly screen: string
  readonly times: number
  readonly lastAt: Date
  /** The latest request or sign-in that shows it. */
  readonly reference: string
}

const FAMILIES = ['okta', 'entra', 'onelogin', 'pingone', 'jumpcloud', 'authentik'] as const
type Screens = { readonly [family in (typeof FAMILIES)[number]]?: string }

/** By the beginning of the provider's name; `other` for all that have no words of their own. */
const WORDS = {
  token_is_wrong: {
    words: 'Requests arrive whose token is not the one that is in force.',
    okta: 'Provisioning > Integration > Edit: enter the token again as API Token, press Test API Credentials.',
    entra: 'Provisioning: enter the token again as Secret Token, press Test Connection.',
    onelogin: 'Configuration: enter the token again as SCIM Bearer Token, and press Enable.',
    pingone:
      'Integrations > Provisioning, the connection: enter the token again as OAuth Access Token, press Test Connection.',
    jumpcloud:
      'Identity Management: enter the token again as Token Key, press Test Connection, then Activate.',
    other: 'Where the SCIM base URL is entered: enter the token again, and test.',
  },
  assigned_before_provisioning: {
    words:
      'Somebody signed in whom provisioning has not sent. Whoever was assigned before provisioning was on is not sent by itself.',
    okta: 'Assignments: press Provision User beside the people who wait.',
    entra:
      'Provision on-demand, or start provisioning again; and Users and groups: is the person assigned?',
    onelogin: 'Users of the application for provisioning: give it to the person; Pending: Approve.',
    pingone: 'The rule > Configuration > User Filter: is the person among those? Is the rule on?',
    jumpcloud:
      'User Groups of the application for provisioning: is one of the person’s groups ticked?',
    other: 'Is the person assigned to the application? Then start a synchronisation there.',
  },
  user_name_is_not_the_sign_in_name: {
    words:
      'Somebody signed in under a name that provisioning sends as their e-mail address, and not as their userName.',
    okta: 'Sign On > Credentials Details > Application username format: choose the one that the OpenID app sends.',
    entra:
      'Provisioning > Attribute mapping: map userName from the attribute that the sign-in sends.',
    other: 'Where attributes are mapped: let userName be what the sign-in sends as the name.',
  },
  external_id_is_not_the_subject: {
    words:
      'Somebody signed in whom provisioning has sent under another externalId than the id that the sign-in says of them.',
    okta: 'Are both applications of one Okta organisation, and is the issuer its own address?',
    entra: 'Provisioning > Attribute mapping, for users: map externalId from objectId.',
    onelogin: 'Configuration > SCIM JSON Template: add the line "externalId": "{$user.id}".',
    pingone:
      'The rule > Configuration > Attribute Mapping: User ID to externalId; and at the application, Attribute Mappings: sub is User ID.',
    authentik:
      'The provider for signing in > Advanced protocol settings > Subject mode: Based on the User’s hashed ID.',
    other:
      'Map externalId from what the provider says as sub. Where it lets you map neither, whoever gave you this link can have another claim compared.',
  },
  group_for_assignment_and_push: {
    words:
      'A group was pushed with members who are not there. Often the same group is used for assignment and for push.',
    okta: 'Push Groups: push a group that is not used on the Assignments tab.',
    entra: 'Users and groups: assign the members of the group, too.',
    other: 'Synchronise the people before their groups, or assign them, too.',
  },
  name_is_taken: {
    words: 'Somebody could not be created, since another one has the same userName.',
    okta: 'Directory > People: two people with one username? Assign one of them, or rename.',
    entra:
      'Provisioning > Provisioning logs: two people with one userPrincipalName? Assign one of them.',
    other: 'Are two people assigned whose userName is the same? Assign one of them, or rename.',
  },
  not_assigned_to_sign_in: {
    words:
      'The identity provider sent somebody back with an error. Most often they are not assigned.',
    okta: 'Applications > the OpenID app > Assignments: assign the person.',
    entra: 'Enterprise applications > the OpenID app > Users and groups: assign the person.',
    other: 'Is the person assigned to the application that they sign in with?',
  },
  application_does_not_fit: {
    words:
      'What the identity provider said at a sign-in did not fit the application as it is entered here.',
    okta: 'Applications > the OpenID app > General: compare issuer, client id and client secret with those entered here.',
    entra:
      'App registrations > the OpenID app: compare issuer, client id and client secret with those here. Has the secret ended?',
    other: 'Compare issuer, client id and client secret with those entered here.',
  },
} as const satisfies Record<string, { readonly words: string; readonly other: string } & Screens>
type Code = keyof typeof WORDS

/** What mistakes leave their traces in; the latest first. */
export interface Traced {
  readonly provider: string | undefined
  readonly since: Date
  readonly entries: readonly ProvisioningEntry[]
  /** Of that connection. */
  readonly attempts: readonly SignIn[]
}

interface Trace {
  readonly code: Code
  readonly at: Date
  readonly reference: string
}

export async function mistakesOf(
  given: Given,
  tenantId: TenantId,
  connectionId: ConnectionId,
  { provider, since, entries, attempts }: Traced,
): Promise<Mistake[]> {
  const recent = attempts.filter(({ startedAt }) => startedAt >= since)
  const traces = [
    ...tracesOfRequests(entries),
    ...(await Promise.all(recent.map((one) => traceOfSignIn(given, tenantId, connectionId, one)))),
  ].filter((trace) => trace !== undefined)
  const family = FAMILIES.find((each) => provider?.startsWith(each) === true)
  return Object.keys(WORDS).flatMap((code) => {
    const those = traces.filter((trace) => trace.code === code)
    const [last] = those.toSorted((a, b) => b.at.getTime() - a.at.getTime())
    if (last === undefined) return []
    const { words, other, ...screens }: { words: string; other: string } & Screens =
      WORDS[last.code]
    const screen = (family && screens[family]) ?? other
    const { at: lastAt, reference } = last
    return [{ code: last.code, words, screen, times: those.length, lastAt, reference }]
  })
}

/** @param entries  the latest first */
function tracesOfRequests(entries: readonly ProvisioningEntry[]): Trace[] {
  const trace = (code: Code, { receivedAt, requestId }: ProvisioningEntry) => ({
    code,
    at: receivedAt,
    reference: requestId,
  })
  const known = entries.findIndex(({ credential }) => credential !== null)
  // A token that was put right since is no mistake any more.
  const strangers = known < 0 ? entries : entries.slice(0, known)
  return [
    ...strangers.map((entry) => trace('token_is_wrong', entry)),
    ...entries
      .filter(
        ({ resourceType, unknownMembers }) => resourceType === 'Group' && unknownMembers.length > 0,
      )
      .map((entry) => trace('group_for_assignment_and_push', entry)),
    ...entries
      .filter(({ operation, status }) => operation === 'create' && status === 409)
      .map((entry) => trace('name_is_taken', entry)),
  ]
}

/** With these everybody is refused, and not the one who came. */
const OF_APPLICATION: ReadonlySet<RefusalCode> = new Set([
  'application_refused',
  'token_refused',
  'claim_type_mapping_not_found',
])

async function traceOfSignIn(
  { sync }: Given,
  tenantId: TenantId,
  connectionId: ConnectionId,
  { code, signInId: reference, startedAt: at, steps }: SignIn,
): Promise<Trace | undefined> {
  if (code === 'idp_error') return { code: 'not_assigned_to_sign_in', at, reference }
  if (code !== null && OF_APPLICATION.has(code))
    return { code: 'application_does_not_fit', at, reference }
  if (code !== 'user_not_found') return undefined
  const value = steps.findLast((step) => typeof step['value'] === 'string')?.['value']
  if (steps.some((step) => step['sentAs'] !== undefined))
    return { code: 'external_id_is_not_the_subject', at, reference }
  const people =
    typeof value === 'string' ? await sync.findStagedPeople(tenantId, [connectionId], value) : []
  if (people.length === 0) return { code: 'assigned_before_provisioning', at, reference }
  // Whoever was sent since has no trouble any more.
  const isUnderName = people.some(
    ({ userName, externalId }) => fold(userName) === fold(String(value)) || externalId === value,
  )
  return isUnderName ? undefined : { code: 'user_name_is_not_the_sign_in_name', at, reference }
}
