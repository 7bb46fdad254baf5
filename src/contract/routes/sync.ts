/** The way of the data as the operator watches it: what is received, waiting, loaded, stuck. */
import { z } from 'zod'
import { count, instant, listOf, pageOf, paging, tenantRef } from '../parts.ts'
import type { Routes } from '../route.ts'
import { brief } from './identities.ts'

export const pipeline = z.object({
  received: z.object({ people: count, groups: count, members: count }),
  waiting: count,
  loading: count.describe('Of those that wait, how many are in the batch that this node is at.'),
  loaded: z.object({ people: count, groups: count, links: count }),
  quarantined: count,
  skipped: count.describe('In quarantine too, and left out by a decision.'),
  held: count.describe('People whose leaving the brake holds until somebody decides.'),
  heldMembers: count.describe('Memberships that it holds.'),
  heldGroups: count.describe('The groups that those are of, and groups whose deletion it holds.'),
  heldSince: instant.nullable(),
  paused: z.boolean(),
  pausedReason: z.string().nullable(),
  oldestWaitingAt: instant.nullable(),
  lagMs: count.describe('How long the oldest has waited.'),
  p50LagMs: count.nullable().describe('Of the latest changes that this node loaded.'),
  p95LagMs: count.nullable(),
  p99LagMs: count.nullable(),
  ratePerSecond: z.number().nonnegative().describe('Over about the last minute, on all nodes.'),
  estimatedEndAt: instant.nullable().describe('When nothing will wait if nothing else arrives.'),
  fullRun: z
    .object({ id: z.string(), taken: count, expected: count })
    .nullable()
    .describe('The full run under way.'),
})

const run = z.object({
  id: z.string(),
  kind: z.enum(['differential', 'full', 'single']),
  status: z.enum(['running', 'done', 'failed']),
  startedAt: instant,
  endedAt: instant.nullable(),
  taken: count,
  identitiesCreated: count,
  identitiesChanged: count,
  identitiesDeleted: count,
  linksAdded: count,
  linksRemoved: count,
  propertiesChanged: count,
  quarantined: count,
  maxLagMs: count,
  reason: z.string().nullable(),
  expected: count
    .nullable()
    .describe('How much a full run has to look at; `taken` is how much it has.'),
  positions: z
    .object({ first: count, last: count })
    .nullable()
    .describe('Of its events, both ends included; null where it made none.'),
})

const departure = z.object({
  position: count,
  identity: brief.describe('Who was deactivated; or the group that the membership was of.'),
  member: brief.nullable().describe('Set: this membership ended.'),
  requestId: z.string().nullable(),
})
const drift = z.object({
  position: count.describe('Of the event that sites were told it by.'),
  was: z.enum(['missing', 'extra', 'different']),
  event: z.string(),
  identity: brief.describe('Of a membership the group; by the name that they have now.'),
  other: brief.nullable().describe('Set: it is a link, to this member or manager.'),
  changes: z
    .record(z.string(), z.object({ from: z.unknown(), to: z.unknown() }))
    .describe('By attribute, what was there and what the identity provider says.'),
})
const runId = z.string().min(1).max(64)
const resource = z.string().min(1).max(64)

export const quarantined = z.object({
  resourceId: z.string(),
  memberId: z.string().nullable(),
  connectionId: z.string(),
  reason: z.string(),
  tries: count,
  requestId: z.string(),
  writtenAt: instant,
  quarantinedAt: instant,
  skipped: z
    .object({ at: instant, reason: z.string() })
    .nullable()
    .describe('Set: it is left out until the identity provider writes it anew.'),
})

const namedResource = z.object({
  userName: z.string().nullable().describe('Of a person.'),
  displayName: z.string().nullable(),
  identity: brief.nullable().describe('As sites know it; null: it is not loaded.'),
})

const pipelineEvent = z.discriminatedUnion('event', [
  z.object({ event: z.literal('pipeline'), id: z.string(), data: pipeline }),
  z.object({ event: z.literal('run-started'), id: z.string(), data: run }),
  z.object({ event: z.literal('run-ended'), id: z.string(), data: run }),
])

const one = '/admin/v1/tenants/{tenant}/sync'

export const syncRoutes = {
  readSync: {
    method: 'GET',
    path: one,
    needs: 'tenant-viewer',
    summary: 'The pipeline of a tenant: received, waiting, loaded, quarantined, lag.',
    input: z.strictObject({ tenant: tenantRef }),
    reply: pipeline,
  },
  followSync: {
    method: 'GET',
    path: `${one}/stream`,
    needs: 'tenant-viewer',
    summary:
      'The same as server-sent events: `pipeline` at once and whenever it changes, `run-started` and `run-ended`. With the `Last-Event-ID` of an earlier stream, runs are told from there on.',
    streams: true,
    input: z.strictObject({ tenant: tenantRef }),
    reply: pipelineEvent,
  },
  pauseSync: {
    method: 'POST',
    path: `${one}/pauses`,
    needs: 'operator',
    summary: 'Stops loading; what arrives is kept and waits.',
    input: z.strictObject({
      tenant: tenantRef,
      reason: z.string().min(1).max(500).default('Paused by an operator.'),
    }),
    reply: pipeline,
  },
  resumeSync: {
    method: 'DELETE',
    path: `${one}/pauses`,
    needs: 'operator',
    summary: 'Goes on loading.',
    input: z.strictObject({ tenant: tenantRef }),
    reply: pipeline,
  },
  startFullRun: {
    method: 'POST',
    path: `${one}/runs`,
    needs: 'tenant-admin',
    summary:
      'Looks at all of a tenant again, beside the live data, and repairs what differs; the run counts it.',
    status: 202,
    input: z.strictObject({
      tenant: tenantRef,
      withSkipped: z
        .boolean()
        .default(false)
        .describe('What is skipped in quarantine is tried again, too.'),
    }),
    reply: run,
  },
  listRuns: {
    method: 'GET',
    path: `${one}/runs`,
    needs: 'tenant-viewer',
    summary: 'The runs of the loader, the latest first, and what each changed.',
    input: z.strictObject({ tenant: tenantRef, ...paging }),
    reply: pageOf(run),
  },
  readRun: {
    method: 'GET',
    path: `${one}/runs/{run}`,
    needs: 'tenant-viewer',
    summary: 'One run of the loader, and what it changed.',
    input: z.strictObject({ tenant: tenantRef, run: runId }),
    reply: run,
  },
  listDepartures: {
    method: 'GET',
    path: `${one}/runs/{run}/departures`,
    needs: 'operator',
    summary:
      'Who was deactivated by a run and which memberships it ended, as far as nothing has brought them back: what undoing it would.',
    input: z.strictObject({
      tenant: tenantRef,
      run: runId,
      limit: paging.limit,
      after: z.coerce.number().int().nonnegative().optional(),
    }),
    reply: pageOf(departure),
  },
  listDrift: {
    method: 'GET',
    path: `${one}/runs/{run}/drift`,
    needs: 'tenant-viewer',
    summary:
      'What a full run found missing, extra or different and has put right, in order. It is kept as long as events are.',
    input: z.strictObject({
      tenant: tenantRef,
      run: runId,
      limit: paging.limit,
      after: z.coerce.number().int().nonnegative().optional(),
    }),
    reply: pageOf(drift).extend({
      found: z
        .object({
          missing: count,
          different: count,
          extra: count,
          linksMissing: count,
          linksExtra: count.describe(
            'Those that went with an extra person or group have no entry of their own.',
          ),
        })
        .describe('In all, so far.'),
      unrepaired: z.object({
        held: count.describe('Changes that the brake holds.'),
        quarantined: count.describe('Records that cannot be loaded.'),
      }),
    }),
  },
  undoRun: {
    method: 'POST',
    path: `${one}/runs/{run}/undos`,
    needs: 'operator',
    summary:
      'Brings back who was deactivated by a run and the memberships it ended, until the identity provider says something new of them. What was deleted is not brought back.',
    input: z.strictObject({ tenant: tenantRef, run: runId }),
    reply: z.object({ people: count, memberships: count }),
  },
  listQuarantine: {
    method: 'GET',
    path: `${one}/quarantine`,
    needs: 'tenant-viewer',
    summary: 'What could not be loaded, and why.',
    input: z.strictObject({ tenant: tenantRef, limit: paging.limit }),
    reply: listOf(
      quarantined.extend({
        resource: namedResource.describe('As the identity provider last said it.'),
        member: namedResource.nullable().describe('Set: it is a membership of this one.'),
      }),
    ),
  },
  retryQuarantined: {
    method: 'POST',
    path: `${one}/quarantine/{resource}/retries`,
    needs: 'tenant-admin',
    summary: 'Tries a quarantined resource again.',
    status: 202,
    input: z.strictObject({ tenant: tenantRef, resource }),
    reply: pipeline,
  },
  skipQuarantined: {
    method: 'POST',
    path: `${one}/quarantine/{resource}/skips`,
    needs: 'tenant-admin',
    summary:
      'Leaves a quarantined resource out until the identity provider writes it anew. Trying it again takes that back.',
    input: z.strictObject({
      tenant: tenantRef,
      resource,
      reason: z.string().trim().min(1).max(500),
    }),
    reply: pipeline,
  },
} as const satisfies Routes
