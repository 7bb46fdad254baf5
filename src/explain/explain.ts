/** Explains a person by whatever somebody has of them: a name, an id, the reference on a refusal page. */
import { type ConnectionId, type Id, isId, Refusal, type TenantId } from '../lib/index.ts'
import type { SignIn } from '../signin/index.ts'
import type { ClaimTypeMapping } from '../tenants/index.ts'
import { checkMapping, type CheckPage, checkValues } from './check.ts'
import { claimSent } from './claim-sent.ts'
import { explainAttempt } from './explain-attempt.ts'
import { type ExplainGiven, type Explanation, explainPeople } from './gather.ts'
import { type Expiring, type ExpiringGiven, listExpiring } from './expiring.ts'
import { type HistoryGiven, listFailingSites, readHistory } from './history.ts'
import { type Overview, type OverviewAsk, type OverviewGiven, readOverview } from './overview.ts'
import { type Trial, tryClaims } from './trial.ts'
import { NOBODY, type Verdict } from './known.ts'

export interface Explained {
  /** What was looked up: for a reference, what that sign-in brought, if it came so far. */
  readonly asked: string
  /** The sign-in of the reference. */
  readonly signIn: SignIn | undefined
  /** One for each person that it may mean; usually one. */
  readonly people: readonly Explanation[]
  /** Of that sign-in; else of the only or first person, and of nobody when there is none. */
  readonly verdict: Verdict
}

/** Whoever asks by a name may have mistyped it. */
const NOT_FOUND: Verdict = {
  ...NOBODY,
  todo: `${NOBODY.todo} Look for a typing error, too: only whole names, ids and addresses are looked up.`,
}

export type Explain = ReturnType<typeof createExplain>

export function createExplain(given: ExplainGiven & OverviewGiven & ExpiringGiven & HistoryGiven) {
  const { tenants, sync, identity } = given

  return {
    overview: (ask: OverviewAsk): Promise<Overview> => readOverview(given, ask),

    /** What so many days were like, today the last. */
    history: (days: number) => readHistory(given, days),

    /** Sites that do not hear that sessions end. */
    failingSites: () => listFailingSites(given),

    /** What ends within that many days, or did: tokens, secrets, keys; the first to end first. */
    expiring: (days: number): Promise<Expiring[]> => listExpiring(given, days),

    /**
     * @param who  userName, FQN present or old, e-mail, externalId, an id of ours, or the reference
     *             of a sign-in
     * @throws Refusal `not_found` for a reference that no sign-in of this tenant has
     */
    async explain(tenantId: TenantId, who: string): Promise<Explained> {
      const signIn = await signInOf(given, tenantId, who)
      const connections = await tenants.allConnections(tenantId)
      if (signIn !== undefined)
        return { signIn, ...(await explainAttempt(given, signIn, connections)) }
      const asked = who.trim()
      const ids = connections.map(({ connectionId }) => connectionId)
      const [people, staged] = await Promise.all([
        identity.findPeople(tenantId, ids, asked),
        sync.findStagedPeople(tenantId, ids, asked),
      ])
      const known = await explainPeople(given, tenantId, connections, people, staged)
      const explanations = await Promise.all(known.map((each) => cautioned(given, tenantId, each)))
      const [first] = explanations
      return { asked, signIn, people: explanations, verdict: first?.verdict ?? NOT_FOUND }
    },

    /**
     * What would become of a token with these claims at a connection. Nothing is verified or loaded, and
     * nobody is signed in.
     * @throws Refusal `invalid_input` for claims without an issuer; `not_found`
     */
    tryClaims: (
      tenantId: TenantId,
      connectionId: ConnectionId,
      claims: Readonly<Record<string, unknown>>,
    ): Promise<Trial> => tryClaims(given, tenantId, connectionId, claims),

    /** The active people whom a mapping will not let in. @throws Refusal `not_found` */
    checkMapping: (tenantId: TenantId, mappingId: Id<'ctm'>, page: CheckPage) =>
      checkMapping(given, tenantId, mappingId, page),

    /** Whether the tokens that the mapping is for have its claim, as far as any was seen. */
    claimSent: (tenantId: TenantId, mapping: ClaimTypeMapping) =>
      claimSent(given, tenantId, mapping),

    /** Of the values that tokens will bring, those that would be refused. @throws Refusal `not_found` */
    checkValues: (tenantId: TenantId, mappingId: Id<'ctm'>, values: readonly string[]) =>
      checkValues(given, tenantId, mappingId, values),
  }
}

/** They come in if their token is not like the latest that was seen at their connection, be it theirs or another's. */
async function cautioned(
  given: ExplainGiven,
  tenantId: TenantId,
  explanation: Explanation,
): Promise<Explanation> {
  const { verdict, mapping, sources } = explanation
  // Whoever is one person at several connections has other ways.
  if (!verdict.canSignIn || mapping === undefined || sources.length > 0) return explanation
  const { isSent, caution } = await claimSent(given, tenantId, mapping)
  if (isSent !== false) return explanation
  return {
    ...explanation,
    verdict: { ...verdict, because: `${verdict.because} ${caution}`, todo: SEND },
  }
}

const SEND =
  "The customer's administrator: let the identity provider send that claim, or test the connection to see what it sends. " +
  'Or the operator: map a claim that its tokens have.'

async function signInOf(
  { signin }: ExplainGiven,
  tenantId: TenantId,
  who: string,
): Promise<SignIn | undefined> {
  const reference = who.trim()
  if (!isId('sgn', reference)) return undefined
  const found = await signin.findSignIn(reference)
  if (found?.tenantId === tenantId) return found
  throw new Refusal('not_found', `No sign-in of this tenant has the reference ${reference}.`)
}
