/**
 * Can this person sign in? The same questions in the same order as a sign-in asks them, answered from
 * what is known without one. Pure.
 */
import type { Progress } from '../etl/index.ts'
import type { Identity } from '../identity/index.ts'
import { type ConnectionId, fold, type RefusalCode } from '../lib/index.ts'
import type { StagedPerson } from '../sync/index.ts'
import {
  chooseMapping,
  type ClaimTypeMapping,
  type Connection,
  type Tenant,
} from '../tenants/index.ts'

export interface Known {
  readonly tenant: Pick<Tenant, 'suspendedAt'>
  readonly connection: Connection
  /** The others that have whoever is one person with them. */
  readonly others: readonly Connection[]
  readonly mappings: readonly ClaimTypeMapping[]
  readonly staged: StagedPerson | undefined
  /** As sites know them. */
  readonly identity: Identity | undefined
  /** That, and who is one person with it, where there are several. */
  readonly sources: readonly Identity[]
  readonly progress: Progress | undefined
  /** Whom a sign-in through each connection finds by what it would bring of them, where that are several. */
  readonly alike: ReadonlyMap<ConnectionId, readonly Identity[]>
}

type SetUp = Pick<Known, 'connection' | 'mappings'>

export interface Verdict {
  readonly canSignIn: boolean
  /** The code that a sign-in would be refused with. */
  readonly code: RefusalCode | null
  readonly because: string
  /** Who does what next. */
  readonly todo: string
  /** What of that is done here, as the command line calls it. */
  readonly act: Act | null
}

export type Act =
  | 'tenant resume'
  | 'connection enable'
  | 'connection set-oidc'
  | 'claim-type-mapping create'
  | 'sync resume'
  | 'sync retry'
  | 'hold list'
  | 'rule show'

export const NOBODY: Verdict = {
  canSignIn: false,
  code: 'user_not_found',
  because: 'No identity provider of this tenant has handed over anybody of that name.',
  todo:
    "The customer's administrator: assign the person to the application in the identity provider, or " +
    'press "Provision User" there if they are assigned already.',
  act: null,
}

/** Of the person: they come in where any of their connections lets them, and of each other it says why not. */
export function verdictOf(known: Known): Verdict {
  const ways = [known, ...known.others.map((connection) => ({ ...known, connection }))]
  const open = ways.find((way) => ofWay(way) === undefined)
  const verdict = verdictAt(open ?? known)
  const isAboutWays = verdict.canSignIn || verdict.because === ofWay(known)?.because
  if (ways.length === 1 || !isAboutWays) return verdict
  const through = open === undefined ? [] : [`Through ${open.connection.label}: ${verdict.because}`]
  const closed = ways.flatMap((way) => {
    const why = ofWay(way)?.because
    return why === undefined ? [] : [`Not through ${way.connection.label}: ${why}`]
  })
  return { ...verdict, because: [...through, ...closed].join(' ') }
}

/** What is missing for a sign-in through the connection. */
function ofWay(known: Known): Verdict | undefined {
  return ofConnection(known) ?? ofMapping(known) ?? ofAlike(known) ?? ofClaim(known)
}

/** Of a sign-in through the connection. */
function verdictAt(known: Known): Verdict {
  return (
    ofErased(known) ??
    ofTenant(known) ??
    ofConnection(known) ??
    ofMapping(known) ??
    ofAlike(known) ??
    ofLoading(known) ??
    ofState(known) ??
    ofClaim(known) ??
    ofBrake(known) ?? {
      canSignIn: true,
      code: null,
      because: `${known.identity?.fqn ?? known.staged?.userName} is active and found by the mapping of ${known.connection.issuer}.`,
      todo: 'Nothing. If they are refused all the same, ask them for the reference on the page.',
      act: null,
    }
  )
}

/** Before what is missing: whoever was erased comes in by nothing that is mended. */
function ofErased({ identity }: Known): Verdict | undefined {
  if (identity === undefined || identity.erasedAt === null) return undefined
  return refused(
    'user_not_found',
    `${identity.identityId} was erased on ${identity.erasedAt.toISOString()}: nothing of them is kept but that they were.`,
    'Nobody. If their identity provider hands them over again, they are somebody new here, with another id.',
  )
}

export function refused(
  code: RefusalCode,
  because: string,
  todo: string,
  act: Act | null = null,
): Verdict {
  return { canSignIn: false, code, because, todo, act }
}

export function ofTenant({ tenant }: Pick<Known, 'tenant'>): Verdict | undefined {
  if (tenant.suspendedAt === null) return undefined
  return refused(
    'tenant_suspended',
    'The tenant is suspended.',
    'The operator: resume it.',
    'tenant resume',
  )
}

export function ofConnection({ connection }: Pick<Known, 'connection'>): Verdict | undefined {
  const { connectionId, disabledAt, issuer, hasClientSecret, authentication } = connection
  if (disabledAt !== null)
    return refused(
      'connection_not_ready',
      `The connection ${connectionId} is disabled.`,
      'The operator: enable it.',
      'connection enable',
    )
  const canShowItself = hasClientSecret || authentication === 'private_key_jwt'
  if (issuer !== null && canShowItself) return undefined
  return refused(
    'connection_not_ready',
    `The connection ${connectionId} has no OpenID Connect application yet.`,
    'The operator: set issuer, client id and client secret.',
    'connection set-oidc',
  )
}

export function mappingsOf({ connection, mappings }: SetUp): readonly ClaimTypeMapping[] {
  return mappings.filter(
    ({ connectionId, issuer }) =>
      connectionId === connection.connectionId && issuer === connection.issuer,
  )
}

/** Without a token: the one for tokens that say nothing of an original issuer, or else the first. */
export function mappingOf(known: SetUp): ClaimTypeMapping | undefined {
  const all = mappingsOf(known)
  return chooseMapping(all, {}) ?? all[0]
}

export function ofMapping(known: SetUp): Verdict | undefined {
  if (mappingOf(known) !== undefined) return undefined
  const { connectionId, issuer } = known.connection
  return refused(
    'claim_type_mapping_not_found',
    `No claim type mapping stands for the issuer ${issuer} of ${connectionId}.`,
    'The operator: add it.',
    'claim-type-mapping create',
  )
}

/** Staged and held up. What only waits is loaded by the sign-in itself, and so is no reason. */
function ofLoading(known: Known): Verdict | undefined {
  const { connection, staged, identity, sources, progress } = known
  if (staged?.connectionId !== connection.connectionId || progress === undefined) return undefined
  const source = sources.find(({ resourceId }) => resourceId === staged.resourceId) ?? identity
  if (identity?.state === 'active' && isFound(source, staged, mappingOf(known))) return undefined
  const [aside] = progress.quarantined.filter(({ memberId }) => memberId === null)
  if (aside !== undefined && progress.waiting === 0) return ofAside(aside)
  if (progress.waiting > 0 && progress.pausedReason !== null)
    return refused(
      'fqn_not_found',
      `Loading is paused: ${progress.pausedReason}`,
      'The operator: let it go on.',
      'sync resume',
    )
  return undefined
}

/** By what their identity provider says of them now, which is what a token of it brings. */
function isFound(
  source: Identity | undefined,
  staged: StagedPerson,
  mapping: ClaimTypeMapping | undefined,
): boolean {
  if (source === undefined) return false
  return mapping?.matches === 'externalId'
    ? source.externalId === staged.externalId
    : fold(source.name) === fold(staged.userName)
}

function ofAside({ resourceId, tries, reason, skipped }: Progress['quarantined'][number]): Verdict {
  const left =
    skipped === null
      ? ''
      : ` It is left out since ${skipped.at.toISOString()} by a decision: ${skipped.reason}`
  const often = tries === 1 ? 'once' : `${tries} times`
  return refused(
    'fqn_not_found',
    `Loading failed ${often} and was set aside: ${reason}${left}`,
    `Mend what it says, then the operator: let ${resourceId} be tried again.`,
    'sync retry',
  )
}

function ofState(known: Known): Verdict | undefined {
  const { staged, identity, sources, progress } = known
  const willLoad = staged?.active === true && (progress?.waiting ?? 0) > 0
  if (identity === undefined && staged === undefined) return NOBODY
  if (identity?.state === 'active' && progress?.hasLeft === true)
    return ofLeaver(identity, progress)
  if (identity?.state === 'active' || willLoad) return undefined
  if (identity === undefined && staged?.active === true) return undefined
  const ruledOut = ofRule(known)
  if (ruledOut !== undefined) return ruledOut
  const what = identity?.state === 'deleted' || staged === undefined ? 'deleted' : 'deactivated'
  return refused(
    'identity_inactive',
    ofOther(identity, sources) ??
      `${identity?.fqn ?? staged?.userName} is ${what} in the identity provider.`,
    "The customer's administrator: assign or reactivate the person in the identity provider.",
  )
}

/** Nothing of them is to be loaded, and the identity provider has them as active. */
function ofRule({ connection, staged, identity }: Known): Verdict | undefined {
  if (identity === undefined || staged?.resourceId !== identity.resourceId) return undefined
  const isOut = (identity.sourceState ?? identity.state) === 'inactive'
  if (!isOut || !staged.active) return undefined
  return refused(
    'identity_inactive',
    `${identity.fqn} is active in the identity provider, and made inactive by the rule for active of ${connection.label}.`,
    'An administrator of the tenant: see whether that rule is right. If it is, the person is to stay out, or ' +
      "the customer's administrator changes in the identity provider what the rule looks at.",
    'rule show',
  )
}

/** It is another connection that has them as out. */
function ofOther(identity: Identity | undefined, sources: readonly Identity[]): string | undefined {
  const out = sources.find(({ sourceState }) => sourceState === 'inactive')
  if (identity?.state !== 'inactive' || identity.sourceState !== 'active' || out === undefined)
    return undefined
  return `${out.fqn} is deactivated in the identity provider. ${identity.fqn} is one person with them by the joining rule, and out at one connection is out.`
}

/** Out already, though the identity store does not know it yet. */
function ofLeaver({ fqn }: Identity, { heldAt }: Progress): Verdict {
  if (heldAt === null)
    return refused(
      'identity_inactive',
      `${fqn} was deactivated or deleted in the identity provider; that is still to be loaded.`,
      "The customer's administrator: assign or reactivate the person in the identity provider.",
    )
  return refused(
    'identity_inactive',
    `${fqn} has left in the identity provider. The brake holds that since ${heldAt.toISOString()}, and has cut access.`,
    DECIDE,
    'hold list',
  )
}

const DECIDE =
  'The operator, or an administrator of the tenant: look at who is held, then release or discard them.'

/** They should be out, and are not. */
function ofBrake(known: Known): Verdict | undefined {
  const { connection, staged, identity, sources, progress } = known
  const { heldAt = null, keptAt = null } = progress ?? {}
  const letIn = { canSignIn: true, code: null, act: 'hold list' } as const
  const isRuledOut = staged?.active === true && sources.length === 0
  const why = isRuledOut
    ? `is to be inactive by the rule for active of ${connection.label}`
    : 'has left in the identity provider'
  const left = `${identity?.fqn} ${why}, and`
  if (heldAt !== null)
    return {
      ...letIn,
      because: `${left} the brake holds that since ${heldAt.toISOString()}.`,
      todo: DECIDE,
    }
  if (keptAt === null) return undefined
  return {
    ...letIn,
    because: `${left} is kept all the same, since ${keptAt.toISOString()}: that was discarded, or the run that did it was undone.`,
    todo: 'Nobody, if that is still right: it ends when the identity provider says something new of them. Else the operator, or an administrator of the tenant: release them.',
  }
}

/** What a token of the connection would bring of them, to be compared as its mapping says. */
export function valueAt(known: Omit<Known, 'tenant' | 'alike' | 'progress'>): string | null {
  const at = known.connection.connectionId
  const staged = known.staged?.connectionId === at ? known.staged : undefined
  const source = known.sources.find(({ connectionId }) => connectionId === at) ?? known.identity
  return mappingOf(known)?.matches === 'externalId'
    ? (staged?.externalId ?? source?.externalId ?? null)
    : (staged?.userName ?? source?.name ?? null)
}

/** Who is meant nobody can tell, so it is nobody. */
function ofAlike({ connection, alike }: Known): Verdict | undefined {
  const active = (alike.get(connection.connectionId) ?? []).filter(
    ({ state }) => state === 'active',
  )
  if (active.length < 2) return undefined
  return refused(
    'identity_ambiguous',
    `${active.length} active people of ${connection.label} answer to the same claim: ${active.map(({ fqn }) => fqn).join(', ')}.`,
    "The customer's administrator: deactivate all but one of them in the identity provider.",
  )
}

function ofClaim(known: Known): Verdict | undefined {
  const mapping = mappingOf(known)
  if (mapping?.matches !== 'externalId' || valueAt(known) !== null) return undefined
  return refused(
    'user_not_found',
    `The mapping compares the claim "${mapping.claimType}" with externalId, and this person has none.`,
    "The customer's administrator: let provisioning send externalId. Or the operator: map a claim that is " +
      'compared with userName.',
  )
}
