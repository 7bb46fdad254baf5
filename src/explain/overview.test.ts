import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startApp } from '../../test/support/app.ts'
import { createAttempts } from '../../test/support/sign-ins.ts'
import { createTestClock, DAY, HOUR, MINUTE } from '../../test/support/clock.ts'
import { call, createUser } from '../../test/support/scim-client.ts'
import { until } from '../../test/support/world.ts'
import type { TenantId } from '../lib/index.ts'
import type { Trouble } from '../etl/index.ts'
import { healthOf } from './overview.ts'

const NOW = new Date('2026-11-02T09:00:00Z')
const before = (ms: number) => new Date(NOW.getTime() - ms)
const tenant = {
  tenantId: 'ten_1' as const,
  name: 'Acme',
  suspendedAt: null,
  sitesByAdministrators: false,
  createdAt: NOW,
}
const calm: Trouble = {
  waiting: 0,
  oldestWaitingAt: null,
  quarantined: 0,
  quarantinedSince: null,
  held: 0,
  heldSince: null,
  pausedAt: null,
}
const busy = { waiting: 9, oldestWaitingAt: before(6 * MINUTE) }

const CASES = [
  ['nothing is wrong', {}, {}, 'fine', []],
  ['what waits is on its way', { waiting: 9, oldestWaitingAt: before(MINUTE) }, {}, 'fine', []],
  ['what waits for minutes does not get on', busy, {}, 'failing', ['lagging']],
  [
    'what somebody paused waits because of that',
    { ...busy, pausedAt: before(HOUR) },
    {},
    'needs-you',
    ['paused'],
  ],
  ['the brake waits for a decision', { held: 60, heldSince: NOW }, {}, 'needs-you', ['held']],
  [
    'more are refused than get in',
    {},
    { signedIn: 4, refused: 5 },
    'failing',
    ['sign-ins-refused'],
  ],
  ['a few refusals are people', {}, { signedIn: 0, refused: 4 }, 'fine', []],
  ['many get in beside them', {}, { signedIn: 90, refused: 40 }, 'fine', []],
  [
    'the worst comes first',
    { ...busy, quarantined: 1, quarantinedSince: NOW },
    {},
    'failing',
    ['lagging', 'quarantined'],
  ],
] as const

for (const [what, trouble, outcomes, health, codes] of CASES)
  test(`health: ${what}`, () => {
    const found = healthOf(
      tenant,
      { ...calm, ...trouble },
      { signedIn: 0, refused: 0, ...outcomes },
      NOW,
    )

    assert.deepEqual([found.health, found.reasons.map(({ code }) => code)], [health, codes])
  })

test('a suspended tenant is that and nothing else, whatever waits', () => {
  const found = healthOf(
    { ...tenant, suspendedAt: NOW },
    { ...calm, ...busy },
    { signedIn: 0, refused: 0 },
    NOW,
  )

  assert.equal(found.health, 'suspended')
})

test('the overview has every tenant once, the worst first, with the sign-ins of the last hour', async (t) => {
  const clock = createTestClock()
  const { app, admin, onboard } = await startApp(t, { clock })
  const ids: TenantId[] = []
  for (const name of ['Acme', 'Globex', 'Hooli', 'Initech'])
    ids.push((await onboard(name)).tenant.id)
  const [, globex, hooli, initech] = ids as [TenantId, TenantId, TenantId, TenantId]
  const signIn = createAttempts({ app }, clock)
  await signIn(globex, 'signed-in')
  clock.turn(2 * HOUR)
  for (let times = 0; times < 5; times += 1) await signIn(initech, 'refused')
  await signIn(globex, 'refused')
  await admin.pauseSync({ tenant: globex })
  await admin.suspendTenant({ tenant: hooli })
  clock.turn(MINUTE)

  const overview = await admin.readOverview({})

  assert.deepEqual(
    overview.items.map(({ name, health, signedIn, refused }) => [name, health, signedIn, refused]),
    [
      ['Initech', 'failing', 0, 5],
      ['Globex', 'needs-you', 0, 1],
      ['Acme', 'fine', 0, 0],
      ['Hooli', 'suspended', 0, 0],
    ],
  )
  assert.deepEqual(overview.byHealth, { failing: 1, 'needs-you': 1, fine: 1, suspended: 1 })
  assert.deepEqual(
    (await admin.readOverview({ q: 'LOB', limit: 1 })).items.map(({ name }) => name),
    ['Globex'],
  )
  assert.equal((await admin.readOverview({ limit: 1 })).tenants, 4)
  const found = async (ask: object) =>
    (await admin.listSignIns({ tenant: globex, ...ask })).items.map(({ outcome }) => outcome)
  assert.deepEqual(await found({ outcome: 'signed-in' }), ['signed-in'])
  assert.deepEqual(await found({ code: 'user_not_found' }), ['refused'])
  assert.deepEqual(await found({ code: 'fqn_not_found' }), [])
})

test('what ends soon is told before it ends, and what was replaced and is used no more is not', async (t) => {
  const clock = createTestClock()
  const app = await startApp(t, { clock })
  const { tenant: acme, connection, handover } = await app.onboard('Acme')
  const birch = await app.onboard('Birch')
  const at = { tenant: acme.id, connection: connection.id }
  const { id: site } = await app.admin.createSite({
    tenant: acme.id,
    name: 'Intranet',
    redirectUris: ['https://intranet.example/cb'],
  })
  const ending = async () =>
    (await app.admin.listExpiring({})).items.map(({ kind, tenant: of, name, connectionId }) =>
      [kind, of?.name ?? 'platform', name, ...(connectionId === null ? [] : [connectionId])].join(
        ' ',
      ),
    )
  assert.deepEqual(await ending(), [])

  await app.admin.rotateSiteSecret({ tenant: acme.id, site, overlapHours: 24 })
  await app.admin.createKey({ name: 'Nightly', role: 'tenant-viewer', tenant: acme.id, days: 20 })
  await app.admin.createKey({ name: 'Watch', role: 'operator-read', days: 31 })
  assert.deepEqual(await ending(), ['site-secret Acme Intranet', 'key Acme Nightly'])

  clock.turn(350 * DAY)
  const tokenOf = (name: string, id: string) => `scim-token ${name} ${connection.name} ${id}`
  const both = [tokenOf('Acme', connection.id), tokenOf('Birch', birch.connection.id)]
  assert.deepEqual(await ending(), both)

  const later = await app.admin.mintToken({ ...at, overlapHours: 24 })
  assert.deepEqual(await ending(), both.slice(1), 'never used, and replaced')
  clock.turn(HOUR)
  await call(handover.scim, 'GET', '/Users?count=0')
  await until(
    'the one that was replaced is told, for it is used',
    async () => (await ending()).length === 2,
  )

  await app.admin.suspendTenant({ tenant: birch.tenant.id })
  clock.turn(2 * DAY)
  assert.deepEqual(await ending(), both.slice(0, 1), 'it has ended, and the later one is not used')
  await call({ ...handover.scim, token: later.token }, 'GET', '/Users?count=0')
  await until('the customer has gone over to it', async () => (await ending()).length === 0)
})

test('each day is told by its requests, its sign-ins, the times that things took, and the worst of each tenant', async (t) => {
  const clock = createTestClock()
  const app = await startApp(t, { clock })
  const { tenant: acme, handover } = await app.onboard('Acme')
  const { tenant: birch } = await app.onboard('Birch')
  const attempt = createAttempts(app, clock)
  const nadia = await createUser(handover.scim, { userName: 'nadia@acme.example' })
  const people = async (state: 'active' | 'inactive') =>
    (await app.admin.listIdentities({ tenant: acme.id, state })).items.length === 1
  await until('she is loaded', () => people('active'))
  await attempt(acme.id, 'signed-in')
  await app.app.tallies.flush()

  clock.turn(DAY)
  await call(handover.scim, 'POST', '/Users', { userName: 'nadia@acme.example' })
  await call(handover.scim, 'PATCH', `/Users/${nadia}`, {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
    Operations: [{ op: 'replace', value: { active: false } }],
  })
  await until('she is out', () => people('inactive'))
  for (const outcome of ['signed-in', 'refused', 'refused'] as const)
    await attempt(birch.id, outcome)
  const { tallies } = app.app
  tallies.told(acme.id, 700)
  tallies.told(acme.id, undefined)
  await until('the loader has counted what it did', async () => {
    await tallies.flush()
    const { rows } = await app.database.ownerPool.query<{ counted: number }>(
      'select sum(one)::int as counted from day_tally, unnest(access) one where tenant_id = $1',
      [acme.id],
    )
    return rows[0]?.counted === 2
  })

  const { days, times, tenants } = await app.admin.readHistory({ days: 3 })
  assert.deepEqual(
    days.map(({ day, requestsOk, requestsRefused, signedIn, signInsRefused, noticesFailed }) =>
      [day, requestsOk, requestsRefused, signedIn, signInsRefused, noticesFailed].join(' '),
    ),
    ['2026-11-01 0 0 0 0 0', '2026-11-02 1 0 1 0 0', '2026-11-03 1 1 1 2 1'],
  )
  assert.deepEqual(
    [times.access.count, times.revoke.count, times.told.count, times.revoke.targetMs],
    [2, 1, 1, 5_000],
  )
  assert.equal(times.told.p50, 750, 'the middle of its bucket')
  assert.deepEqual(
    new Map(tenants.map(({ id, ...daysOf }) => [id, daysOf])),
    new Map([
      [
        acme.id,
        { worst: ['quiet', 'ok', 'failed'], all: [0, 2, 2], refused: [0, 0, 1], failed: [0, 0, 1] },
      ],
      [
        birch.id,
        {
          worst: ['quiet', 'quiet', 'refused'],
          all: [0, 0, 3],
          refused: [0, 0, 2],
          failed: [0, 0, 0],
        },
      ],
    ]),
  )

  assert.equal(await tallies.sweep(acme.id, clock()), 1)
  clock.turn(MINUTE)
  const { days: kept } = await app.admin.readHistory({ days: 3 })
  assert.deepEqual(
    kept.map(({ requestsOk }) => requestsOk),
    [0, 0, 1],
  )
})

test('a site that does not hear that sessions end is told with what it said, until it hears', async (t) => {
  const app = await startApp(t)
  const { tenant: acme } = await app.onboard('Acme')
  const site = await app.admin.createSite({
    tenant: acme.id,
    name: 'Intranet',
    redirectUris: ['https://intranet.example/cb'],
    backchannelLogoutUri: 'https://intranet.example/logout',
  })
  const notice = (id: string, tries: number, ended: 'delivered_at' | 'failed_at' | 'next_try_at') =>
    app.database.ownerPool.query(
      `insert into logout_delivery (tenant_id, delivery_id, site_id, identity_id, sid, cause, created_at,
                                    tries, answer, ${ended})
       values ($1, $2, $3, 'idn_1', 's', 'deactivated', now(), $4, 'the site answered 503', now() + interval '1 hour')`,
      [acme.id, id, site.id, tries],
    )
  const failing = async () =>
    (await app.admin.listFailingSites({})).items.map(({ name, tenant: of, notices, answer }) =>
      [of.name, name, notices, answer].join(' '),
    )

  await notice('log_1', 9, 'delivered_at')
  await notice('log_2', 2, 'next_try_at')
  assert.deepEqual(await failing(), [])
  await notice('log_3', 3, 'next_try_at')
  await notice('log_4', 30, 'failed_at')

  assert.deepEqual(await failing(), ['Acme Intranet 2 the site answered 503'])
})
