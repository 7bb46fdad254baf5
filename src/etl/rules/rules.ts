/**
 * Rules as an administrator has them: read, tried out on the people that are there, and applied.
 * Applying is a new version and a full run in one transaction: what arrives from then on is loaded by
 * the new rules, and the run, in the background, brings along what is there and counts what it changed.
 */
import { isDeepStrictEqual } from 'node:util'
import type { Audit } from '../../audit/index.ts'
import { type Transaction, uniqueViolation } from '../../db/index.ts'
import {
  type Identity,
  type IdentityStore,
  membershipsAmong,
  nameHolders,
} from '../../identity/index.ts'
import { type Actor, type ConnectionId, Refusal, type TenantId } from '../../lib/index.ts'
import type { ResourceType } from '../../scim/index.ts'
import { presentResources, sampleResources, type Sync } from '../../sync/index.ts'
import type { BatchGiven } from '../batch.ts'
import { startFullRunIn } from '../full-run.ts'
import { identityIdOf } from '../transform.ts'
import { type JoiningAsked, type JoiningPreview, previewJoining } from './joining-preview.ts'
import { createJoining } from './joining-versions.ts'
import { type Previewed, previewRules } from './preview.ts'
import { groupsIn, refuseStrangers, type Role, type Roles, rolesFor, rolesOf } from './roles.ts'
import { checkRuleSet, readyRules, type RuleSet } from './rule-set.ts'
import { addVersion, listVersions, readRules, readVersion, type RuleVersion } from './versions.ts'

export interface RulesGiven extends Pick<BatchGiven, 'db' | 'clock' | 'newId' | 'labelsOf'> {
  readonly audit: Audit
  readonly sync: Pick<Sync, 'findStagedPeople'>
  readonly identity: Pick<IdentityStore, 'groupsAmong' | 'readMany'>
  /** The resource types of a connection, with the extensions that it declares. */
  readonly typesOf: (
    tenantId: TenantId,
    connectionId: ConnectionId,
  ) => Promise<readonly ResourceType[]>
  /** Something is to be done for that tenant. */
  readonly wake: (tenantId: TenantId) => void
}

interface Asked {
  readonly rules: RuleSet
  /** Somebody to show in any case. */
  readonly person?: string | undefined
}

export interface Preview {
  readonly lookedAt: number
  readonly wouldChange: number
  readonly refused: number
  /** The person asked for, then those who would be refused, then those who would change. */
  readonly people: readonly Previewed[]
}

/** Of each type. */
const LOOKED_AT = 500
const SHOWN = 50

export type RulesOfConnections = ReturnType<typeof createRules>

export function createRules(given: RulesGiven) {
  const { db, audit, clock, typesOf, wake } = given

  return {
    ...createJoining(given),

    /** @param version  undefined: the one in force. @throws Refusal `not_found` */
    async read(
      tenantId: TenantId,
      connectionId: ConnectionId,
      version?: number,
    ): Promise<RuleVersion> {
      const found = await db.inTenant(tenantId, (trx) =>
        readVersion(trx, tenantId, connectionId, version),
      )
      if (found !== undefined) return found
      throw new Refusal('not_found', `The rules of ${connectionId} have no version ${version}.`)
    },

    list: (tenantId: TenantId, connectionId: ConnectionId, limit: number): Promise<RuleVersion[]> =>
      db.inTenant(tenantId, (trx) => listVersions(trx, tenantId, connectionId, limit)),

    /** Those that a person has now, and the groups that give them. */
    rolesOf: (
      tenantId: TenantId,
      person: Pick<Identity, 'identityId' | 'connectionId' | 'joinedFrom'>,
    ): Promise<Role[]> => rolesOf(given, tenantId, person),

    /**
     * Over a sample of at most 500 people and 500 groups, and a person asked for.
     * @throws Refusal `invalid_input` for the rules, `not_found` for the person
     */
    preview: (tenantId: TenantId, connectionId: ConnectionId, asked: Asked): Promise<Preview> =>
      preview(given, tenantId, connectionId, asked),

    /** Who would be one person by a rule over several connections. @throws Refusal as `previewJoining` */
    previewJoining: (tenantId: TenantId, asked: JoiningAsked): Promise<JoiningPreview> =>
      previewJoining(given, tenantId, asked),

    /**
     * @param replaces  the version in force, as the caller knows it (SEC C-7)
     * @returns the version that is in force now, and the full run that carries it out
     * @throws Refusal `invalid_input`; `conflict` when another version is in force, or a full run is
     *         under way
     */
    async apply(
      actor: Actor,
      tenantId: TenantId,
      connectionId: ConnectionId,
      { rules, replaces }: { readonly rules: RuleSet; readonly replaces: number },
    ): Promise<RuleVersion & { readonly runId: string }> {
      const checked = checkRuleSet(rules, await typesOf(tenantId, connectionId))
      await refuseStrangers(given, tenantId, connectionId, checked.roles)
      const applied = await db
        .inTenant(tenantId, async (trx) => {
          const before = await readVersion(trx, tenantId, connectionId)
          if (before?.version !== replaces) throw changedMeanwhile(connectionId, replaces)
          const next = {
            version: replaces + 1,
            rules: checked,
            author: `${actor.kind}:${actor.id}`,
            createdAt: clock(),
          }
          await addVersion(trx, tenantId, connectionId, next)
          const runId = await startFullRunIn(trx, given, tenantId)
          await audit.record(trx, tenantId, actor, {
            act: 'etl.rules.applied',
            object: connectionId,
            details: { version: next.version, before: before.rules, after: checked, runId },
          })
          return { ...next, runId }
        })
        .catch((error: unknown) => {
          if (uniqueViolation(error) === undefined) throw error
          throw changedMeanwhile(connectionId, replaces, error)
        })
      wake(tenantId)
      return applied
    },
  }
}

async function preview(
  given: RulesGiven,
  tenantId: TenantId,
  connectionId: ConnectionId,
  { rules, person }: Asked,
): Promise<Preview> {
  const { db, labelsOf, typesOf } = given
  const checked = checkRuleSet(rules, await typesOf(tenantId, connectionId))
  await refuseStrangers(given, tenantId, connectionId, checked.roles)
  const draft = readyRules(checked, 0)
  const label = (await labelsOf(tenantId)).get(connectionId) ?? ''
  const asked = person === undefined ? [] : await personOf(given, tenantId, connectionId, person)
  const all = await db.inTenant(tenantId, async (trx) => {
    const sample = await sampleResources(trx, tenantId, connectionId, LOOKED_AT)
    const also = asked.filter((id) => !sample.some(({ resourceId }) => resourceId === id))
    const resources = [...sample, ...(await presentResources(trx, tenantId, also))]
    const inForce = (await readRules(trx, tenantId)).get(connectionId)
    const previewed = await previewRules(resources, label, { inForce, draft }, (wanted) =>
      nameHolders(trx, tenantId, wanted),
    )
    const before = (await readVersion(trx, tenantId, connectionId))?.rules.roles
    return withRoles(trx, tenantId, previewed, { before, after: checked.roles })
  })
  const refused = all.filter((each) => each.refused !== null)
  const changing = all.filter((each) => each.refused === null && !isSame(each))
  const first = all.filter(({ resourceId }) => asked.includes(resourceId))
  return {
    lookedAt: all.length,
    wouldChange: changing.length,
    refused: refused.length,
    people: [...new Set([...first, ...refused.slice(0, SHOWN), ...changing.slice(0, SHOWN)])],
  }
}

async function withRoles(
  trx: Transaction,
  tenantId: TenantId,
  previewed: readonly Previewed[],
  { before, after }: { readonly before: Roles | undefined; readonly after: Roles | undefined },
): Promise<Previewed[]> {
  const people = previewed.filter(({ kind }) => kind === 'person')
  const ids = people.map(({ resourceId }) => identityIdOf(resourceId))
  const links = await membershipsAmong(trx, tenantId, ids, groupsIn(before, after))
  const groupsOf = Map.groupBy(links, ({ memberId }) => memberId)
  return previewed.map((each) => {
    const groups = groupsOf.get(identityIdOf(each.resourceId)) ?? []
    const groupIds = new Set<string>(groups.map(({ groupId }) => groupId))
    const [from, to] = [before, after].map((roles) =>
      rolesFor(roles, groupIds).map(({ role }) => role),
    )
    if (isDeepStrictEqual(from, to)) return each
    return { ...each, changes: { ...each.changes, roles: { from, to } } }
  })
}

function isSame({ changes }: Previewed): boolean {
  return Object.keys(changes).length === 0
}

function changedMeanwhile(connectionId: ConnectionId, replaces: number, cause?: unknown): Refusal {
  return new Refusal(
    'conflict',
    `Version ${replaces} of the rules of ${connectionId} is not the one in force. Look at that one first.`,
    { command: 'rule show', cause },
  )
}

/** @returns resource ids of that connection */
async function personOf(
  { sync }: RulesGiven,
  tenantId: TenantId,
  connectionId: ConnectionId,
  person: string,
): Promise<string[]> {
  const found = await sync.findStagedPeople(tenantId, [connectionId], person)
  const ids = found
    .filter((each) => each.connectionId === connectionId)
    .map(({ resourceId }) => resourceId)
  if (ids.length > 0) return ids
  throw new Refusal(
    'not_found',
    `The identity provider of ${connectionId} has handed over nobody "${person}".`,
  )
}
