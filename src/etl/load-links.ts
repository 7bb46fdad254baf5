/** The part of a batch that is about links: memberships, and who manages whom. */
import type { Transaction } from '../db/index.ts'
import {
  addLinks,
  peopleManagedBy,
  removeLinks,
  removeLinksOf,
  type Link,
} from '../identity/index.ts'
import type { IdentityId, TenantId } from '../lib/index.ts'
import {
  addPendingMembers,
  membershipsOf,
  presentMemberships,
  type Membership,
  type Pending,
} from '../sync/index.ts'
import { newsOfLink, type News, type Step } from './diff.ts'
import { identityIdOf } from './transform.ts'

/**
 * Brings in line the memberships that are pending, the managers that changed, and what had to wait
 * for an identity that is new: a membership or manager whose other end came first. A person's are
 * linked at once, so that a sign-in finds their groups; a group may have very many, which become
 * pending again.
 *
 * Links of what is deleted go without news of their own: its deletion says it.
 */
export async function loadLinks(
  trx: Transaction,
  tenantId: TenantId,
  pending: readonly Pending[],
  steps: readonly Step[],
  now: Date,
): Promise<{ added: number; removed: number; news: News[] }> {
  const deleted = steps.filter(({ after }) => after.state === 'deleted')
  const gone = await removeLinksOf(
    trx,
    tenantId,
    deleted.map(({ after }) => after.identityId),
  )
  const born = steps.filter(({ before }) => before === undefined).map(({ after }) => after)
  const newIds = born.map(({ resourceId }) => resourceId)
  const memberships = await membershipChanges(trx, tenantId, pending, newIds)
  const managers = await managerChanges(trx, tenantId, steps, newIds)
  const removed = await removeLinks(trx, tenantId, [...memberships.ended, ...managers.ended])
  const added = await addLinks(trx, tenantId, [...memberships.begun, ...managers.begun], now)
  const newGroups = new Set(
    born.filter(({ kind }) => kind === 'group').map(({ resourceId }) => resourceId),
  )
  await addPendingMembers(
    trx,
    tenantId,
    pending.filter(({ resourceId, memberId }) => memberId === null && newGroups.has(resourceId)),
    memberships.named,
    now,
  )
  return {
    added: added.length,
    removed: removed.length + gone.length,
    news: [
      ...removed.map((link) => newsOfLink(link, 'removed')),
      ...added.map((link) => newsOfLink(link, 'added')),
    ],
  }
}

interface LinkChanges {
  readonly begun: readonly Link[]
  readonly ended: readonly Link[]
}

async function membershipChanges(
  trx: Transaction,
  tenantId: TenantId,
  pending: readonly Pending[],
  newIds: readonly string[],
): Promise<LinkChanges & { readonly named: readonly Membership[] }> {
  const named = pending.flatMap(({ resourceId, memberId }) =>
    memberId === null ? [] : [{ groupId: resourceId, memberId }],
  )
  const present = await presentMemberships(trx, tenantId, named)
  const keyOf = ({ groupId, memberId }: Membership) => `${groupId} ${memberId}`
  const holds = new Set(present.map(keyOf))
  return {
    begun: [...present, ...(await membershipsOf(trx, tenantId, newIds))].map(memberLink),
    ended: named.filter((each) => !holds.has(keyOf(each))).map(memberLink),
    named,
  }
}

function memberLink({ groupId, memberId }: Membership): Link {
  return { kind: 'member', fromId: identityIdOf(groupId), toId: identityIdOf(memberId) }
}

async function managerChanges(
  trx: Transaction,
  tenantId: TenantId,
  steps: readonly Step[],
  newIds: readonly string[],
): Promise<LinkChanges> {
  const moved = steps.filter(
    ({ before, after }) => (before?.managerResourceId ?? null) !== after.managerResourceId,
  )
  const waiting = await peopleManagedBy(trx, tenantId, newIds)
  return {
    begun: [...moved.map(({ after }) => after), ...waiting].flatMap(managerLink),
    ended: moved.flatMap(({ before }) => (before === undefined ? [] : managerLink(before))),
  }
}

function managerLink(person: {
  readonly identityId: IdentityId
  readonly managerResourceId: string | null
}): Link[] {
  const { identityId, managerResourceId } = person
  if (managerResourceId === null) return []
  return [{ kind: 'manager', fromId: identityId, toId: identityIdOf(managerResourceId) }]
}
