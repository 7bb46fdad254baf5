/**
 * What turns green while a connection is set up, each since when.
 *
 * The first requests are read from the provisioning log, people and groups from what is kept of them:
 * the log forgets after its days, and a connection that has people was reached once.
 */
import type { ProvisioningEntry } from '../audit/index.ts'
import type { ConnectionId, TenantId } from '../lib/index.ts'
import type { SignIn } from '../signin/index.ts'
import { type Given, LATEST } from './given.ts'

export interface Fact {
  readonly fact:
    | 'reachable'
    | 'first-request'
    | 'test-connection'
    | 'first-person'
    | 'first-group'
    | 'first-load'
    | 'test-sign-in'
  /** Null: not yet. */
  readonly since: Date | null
}

/** @param attempts  of that connection, the latest first */
export async function factsOf(
  { provisioningLog, sync, identity }: Given,
  tenantId: TenantId,
  connectionId: ConnectionId,
  attempts: readonly SignIn[],
): Promise<Fact[]> {
  const [requests, person, group] = await Promise.all([
    provisioningLog.listFirst(tenantId, connectionId, LATEST),
    sync.firstStaged(tenantId, connectionId, 'User'),
    sync.firstStaged(tenantId, connectionId, 'Group'),
  ])
  const [loaded] =
    person === undefined
      ? []
      : await identity.findPeople(tenantId, [connectionId], person.resourceId)
  const first = (is: (entry: ProvisioningEntry) => boolean) => requests.find(is)?.receivedAt
  const written = earliest(person?.createdAt, group?.createdAt)
  const passed = attempts.findLast(({ outcome }) => outcome === 'tested' || outcome === 'signed-in')
  const known = first(({ credential }) => credential !== null)
  return [
    { fact: 'reachable', since: earliest(requests[0]?.receivedAt, written) },
    { fact: 'first-request', since: earliest(known, written) },
    { fact: 'test-connection', since: earliest(first(isTest), written) },
    { fact: 'first-person', since: person?.createdAt ?? null },
    { fact: 'first-group', since: group?.createdAt ?? null },
    { fact: 'first-load', since: loaded?.createdAt ?? null },
    { fact: 'test-sign-in', since: passed?.endedAt ?? null },
  ]
}

/** What identity providers send when their administrator presses Test: a look at the list, or at what there is. */
function isTest({ credential, outcome, operation, resourceType }: ProvisioningEntry): boolean {
  if (credential === null || outcome !== 'ok') return false
  return operation === 'list' || (operation === 'read' && resourceType === null)
}

function earliest(...instants: (Date | undefined | null)[]): Date | null {
  const there = instants.filter((at) => at instanceof Date)
  return there.toSorted((a, b) => a.getTime() - b.getTime())[0] ?? null
}
