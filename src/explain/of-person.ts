/** What stands between a person and a sign-in: that they wait, are set aside, out, erased, or held. Pure. */
import type { Progress } from '../etl/index.ts'
import type { Identity } from '../identity/index.ts'
import { fold } from '../lib/index.ts'
import type { StagedPerson } from '../sync/index.ts'
import type { ClaimTypeMapping } from '../tenants/index.ts'
import { type Known, NOBODY, refused, type Verdict } from './known.ts'
import { mappingOf } from './of-set-up.ts'

/** Before what is missing: whoever was erased comes in by nothing that is mended. */
export function ofErased({ identity }: Known): Verdict | undefined {
  if (identity === undefined || identity.erasedAt === null) return undefined
  return refused(
    'user_not_found',
    `${identity.identityId} was erased on ${identity.erasedAt.toISOString()}: nothing of them is kept but that they were.`,
    'Nobody. If their identity provider hands them over again, they are somebody new here, with another id.',
  )
}

/** Staged and held up. What only waits is loaded by the sign-in itself, and so is no reason. */
export function ofLoading(known: Known): Verdict | undefined {
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

export function ofState(known: Known): Verdict | undefined {
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
export function ofBrake(known: Known): Verdict | undefined {
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
