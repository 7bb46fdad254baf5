/** Explains one sign-in by its reference: whom it was about, how that stands now, and the verdict of the attempt. */
import type { SignIn } from '../signin/index.ts'
import type { Connection } from '../tenants/index.ts'
import { refusalOf, verdictOfAttempt } from './attempt.ts'
import { type ExplainGiven, type Explanation, explainPeople } from './gather.ts'
import type { Verdict } from './known.ts'
import { ofPeople, peopleOf, type Source } from './trial.ts'
import { ofConnection, ofTenant } from './of-set-up.ts'

export interface ExplainedAttempt {
  /** What that sign-in looked up; its reference where it did not come so far. */
  readonly asked: string
  readonly people: readonly Explanation[]
  readonly verdict: Verdict
}

/** @param connections  all of the tenant's */
export async function explainAttempt(
  given: ExplainGiven,
  signIn: SignIn,
  connections: readonly Connection[],
): Promise<ExplainedAttempt> {
  const { asked, people, now } =
    (await identified(given, signIn, connections)) ??
    (await lookedUp(given, signIn, connections)) ??
    (await notLookedUp(given, signIn, connections))
  return { asked, people, verdict: verdictOfAttempt(signIn, now) }
}

interface Now {
  readonly asked: string
  readonly people: readonly Explanation[]
  readonly now: Verdict | undefined
}

async function identified(
  given: ExplainGiven,
  { tenantId, identityId }: SignIn,
  connections: readonly Connection[],
): Promise<Now | undefined> {
  if (identityId === null) return undefined
  const ids = connections.map(({ connectionId }) => connectionId)
  const found = await given.identity.findPeople(tenantId, ids, identityId)
  const people = await explainPeople(given, tenantId, connections, found, [])
  return { asked: identityId, people, now: people[0]?.verdict }
}

/** By what it looked up, exactly as it did: whoever goes by that in another way was not found. */
async function lookedUp(
  given: ExplainGiven,
  signIn: SignIn,
  connections: readonly Connection[],
): Promise<Now | undefined> {
  const connection = connectionOf(signIn, connections)
  const source = sourceOf(signIn)
  if (connection === undefined || source === undefined) return undefined
  const people = await peopleOf(given, connection, source)
  return { asked: source.value, people, now: await ofPeople(given, connection, source, people) }
}

async function notLookedUp(
  { tenants }: ExplainGiven,
  signIn: SignIn,
  connections: readonly Connection[],
): Promise<Now> {
  const { tenantId, signInId, code } = signIn
  const nobody = { asked: signInId, people: [] }
  if (code !== 'tenant_suspended' && code !== 'connection_not_ready')
    return { ...nobody, now: undefined }
  const tenant = (await tenants.readTenant(tenantId)) ?? { suspendedAt: null }
  const connection = connectionOf(signIn, connections)
  const now = ofTenant({ tenant }) ?? (connection && ofConnection({ connection }))
  const isMended = code === 'tenant_suspended' || connection !== undefined
  return { ...nobody, now: now ?? (isMended ? MENDED : undefined) }
}

const MENDED: Verdict = {
  canSignIn: true,
  code: null,
  because: 'It is mended since.',
  todo: 'Nothing.',
  act: null,
}

function connectionOf(
  { connectionId }: SignIn,
  connections: readonly Connection[],
): Connection | undefined {
  return connections.find((each) => each.connectionId === connectionId)
}

function sourceOf({ steps }: SignIn): Source | undefined {
  const step = refusalOf(steps)
  const [matches, value] = [step?.['matches'], step?.['value']]
  const isKnown = matches === 'externalId' || matches === 'userName'
  return isKnown && typeof value === 'string' ? { matches, value } : undefined
}
