import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestApp } from '../support/app.ts'
import { startApp } from '../support/app.ts'
import { GROUP, USER } from '../support/scim.ts'
import { call, type Json } from '../support/scim-client.ts'
import { rollcall } from '../support/terminal.ts'
import { isStatus, settle, until } from '../support/world.ts'

async function startCustomer(app: TestApp, name: string) {
  const { tenant, connection, handover } = await app.onboard(name)
  const { admin } = app
  async function scim(method: string, path: string, asked: Json): Promise<string> {
    const { status, body } = await call(handover.scim, method, path, asked)
    assert.ok(status < 300, String(body['detail']))
    return String(body['id'])
  }
  return {
    at: { tenant: tenant.id, connection: connection.id },
    label: connection.label,
    scim,
    hire: (userName: string, more: Record<string, unknown> = {}) =>
      scim('POST', '/Users', { schemas: [USER], userName, active: true, ...more }),
    settle: () => settle(admin, tenant.id),
    names: async () =>
      (await admin.listIdentities({ tenant: tenant.id })).items.map(({ fqn }) => fqn).toSorted(),
    runEnded: (id: string) =>
      until('the full run ended', async () => {
        const { items } = await admin.listRuns({ tenant: tenant.id })
        return items.find((run) => run.id === id && run.status !== 'running')
      }),
  }
}

test('rules are tried out on the people there are, applied by a full run, and taken back', async (t) => {
  const app = await startApp(t)
  const { admin } = app
  const acme = await startCustomer(app, 'Acme')
  const globex = await startCustomer(app, 'Globex')
  for (const customer of [acme, globex]) {
    await customer.hire('Nadia@acme.example', { title: 'Dr', phoneNumbers: [{ value: '1' }] })
    await customer.hire('omar@acme.example')
    await customer.settle()
  }
  const before = await globex.names()
  const rules = { name: 'lower(USERNAME)', properties: { phoneNumbers: null } }

  const preview = await admin.previewRules({ ...acme.at, rules, person: 'omar@acme.example' })

  assert.deepEqual([preview.lookedAt, preview.wouldChange, preview.refused], [2, 1, 0])
  assert.deepEqual(
    preview.people.map(({ fqn, changes }) => [fqn, changes]),
    [
      ['Acme:omar@acme.example', {}],
      [
        'Acme:Nadia@acme.example',
        {
          name: { from: 'Nadia@acme.example', to: 'nadia@acme.example' },
          'properties.phoneNumbers': { from: [{ value: '1' }], to: null },
        },
      ],
    ],
  )
  assert.ok((await acme.names()).includes('Acme:Nadia@acme.example'))

  const applied = await admin.applyRules({ ...acme.at, rules, replaces: 0 })
  const run = await acme.runEnded(applied.runId)

  assert.equal(applied.version, 1)
  assert.equal(applied.rules.name, 'lower(userName)')
  assert.deepEqual([run.status, run.identitiesChanged], ['done', 1])
  assert.deepEqual(await acme.names(), ['Acme:nadia@acme.example', 'Acme:omar@acme.example'])
  const drift = await rollcall(app, ['sync', 'drift', 'acme', applied.runId])
  assert.match(
    drift.out,
    /different +person\.renamed +Acme:nadia\S+ +idn_\w+ +name: "Nadia@acme\.example" →/,
  )
  assert.match(drift.out, /^In all: missing 0, different 1, extra 0; links missing 0, extra 0\.$/m)
  await acme.hire('PIA@acme.example')
  await acme.settle()
  assert.ok((await acme.names()).includes('Acme:pia@acme.example'))
  assert.deepEqual(await globex.names(), before)
  assert.equal((await admin.readRules(globex.at)).version, 0)

  // SEC C-7
  await assert.rejects(admin.applyRules({ ...acme.at, rules: {}, replaces: 0 }), isStatus(409))
  const restored = await admin.applyRules({ ...acme.at, rules: {}, replaces: 1 })
  await acme.runEnded(restored.runId)
  assert.ok((await acme.names()).includes('Acme:Nadia@acme.example'))
  const versions = await admin.listRuleVersions(acme.at)
  assert.deepEqual(
    versions.items.map(({ version, author }) => [version, author?.startsWith('key:')]),
    [
      [2, true],
      [1, true],
    ],
  )
  const audit = await admin.listAudit({ tenant: acme.at.tenant })
  assert.equal(audit.items.filter(({ act }) => act === 'etl.rules.applied').length, 2)
})

test('whom a rule would give a name that another has keeps their own, in quarantine by name with the rule named', async (t) => {
  const app = await startApp(t)
  const { admin } = app
  const acme = await startCustomer(app, 'Acme')
  await acme.hire('jane@acme.example', { displayName: 'Jane' })
  await acme.hire('jane@sub.acme.example', { displayName: 'Jane' })
  await acme.settle()
  const rules = { name: 'before(userName, "@")' }

  const preview = await admin.previewRules({ ...acme.at, rules })
  const { runId } = await admin.applyRules({ ...acme.at, rules, replaces: 0 })
  await acme.runEnded(runId)
  const quarantined = await until(
    'one in quarantine',
    async () => (await admin.listQuarantine({ tenant: acme.at.tenant })).items[0],
    40_000,
  )

  assert.deepEqual([preview.wouldChange, preview.refused], [1, 1])
  assert.match(quarantined.reason, /The rule for name gives "jane", which idn_\w+ has/)
  const { userName, displayName, identity } = quarantined.resource
  assert.match(userName ?? '', /^jane@(?:sub\.)?acme\.example$/)
  assert.deepEqual([displayName, identity?.fqn], ['Jane', `Acme:${userName}`])
  const names = await acme.names()
  assert.equal(names.length, 2)
  assert.ok(names.includes('Acme:jane'))
  assert.ok(names.some((fqn) => fqn.endsWith('acme.example')))

  const { resourceId } = quarantined
  const leaveOut = `sync quarantine skip acme ${resourceId} --json --reason`.split(' ')
  const skipped = await rollcall(app, [...leaveOut, 'Twins'])
  const listed = await rollcall(app, ['sync', 'quarantine', 'acme'])
  const [event] = (await admin.listAudit({ tenant: acme.at.tenant })).items
  const explained = await admin.explain({ tenant: acme.at.tenant, person: resourceId })

  assert.deepEqual([skipped.code, JSON.parse(skipped.out).skipped], [0, 1])
  assert.match(listed.out, /LEFT OUT BECAUSE[^]*Twins \(20/)
  assert.ok(listed.out.includes(`Jane  ${userName}`), listed.out)
  assert.deepEqual(
    [event?.act, event?.details],
    ['etl.quarantine.skipped', { resource: resourceId, reason: 'Twins' }],
  )
  assert.equal(explained.people[0]?.progress?.quarantined[0]?.skipped?.reason, 'Twins')
})

test('rules that are not understood are refused, and another tenant has no say', async (t) => {
  const app = await startApp(t)
  const { admin } = app
  const acme = await startCustomer(app, 'Acme')
  const globex = await startCustomer(app, 'Globex')

  for (const rules of [{ name: 'lower(' }, { name: 'usrName' }, { active: 'userName' }]) {
    await assert.rejects(admin.previewRules({ ...acme.at, rules }), isStatus(400))
    await assert.rejects(admin.applyRules({ ...acme.at, rules, replaces: 0 }), isStatus(400))
  }

  const across = { tenant: acme.at.tenant, connection: globex.at.connection }
  await assert.rejects(admin.readRules(across), isStatus(404))
  await assert.rejects(admin.applyRules({ ...across, rules: {}, replaces: 0 }), isStatus(404))
  await assert.rejects(admin.readRuleVersion({ ...acme.at, version: 7 }), isStatus(404))
  assert.equal((await admin.readRules(acme.at)).version, 0)

  const { tenant } = acme.at
  const by = 'externalId'
  await assert.rejects(admin.previewJoining({ tenant, by }), isStatus(400))
  const connections = [acme.at.connection, globex.at.connection]
  await assert.rejects(admin.previewJoining({ tenant, by, connections }), isStatus(404))
  const { connection } = await admin.addConnection({ tenant, name: 'Labs', label: 'AcmeLabs' })
  const order = `--connections ${connection.id} ${acme.at.connection}`
  await acme.hire('nadia@acme.example', { externalId: '17' })
  const shown = await rollcall(app, `rule preview-joining acme --by ${by} ${order}`.split(' '))
  assert.match(shown.out, /^Of 1 looked at 0 have nothing [^]*\nNobody would be joined\.\n$/)
})

test('a person has the roles that their groups give, by id of the group, and the reason is told', async (t) => {
  const app = await startApp(t)
  const { admin } = app
  const acme = await startCustomer(app, 'Acme')
  const globex = await startCustomer(app, 'Globex')
  const nadia = await acme.hire('nadia@acme.example')
  const omar = await acme.hire('omar@acme.example')
  const crewOf = (displayName: string, ...members: string[]) => ({
    schemas: [GROUP],
    displayName,
    members: members.map((value) => ({ value })),
  })
  const crew = await acme.scim('POST', '/Groups', crewOf('Crew', nadia))
  await acme.settle()
  const identityOf = (resource: string) => `idn_${resource.slice(4)}` as const
  const rolesOf = async (resource: string) =>
    (await admin.listRoles({ tenant: acme.at.tenant, identity: identityOf(resource) })).items.map(
      ({ role, because }) => [role, because.map(({ fqn }) => fqn)],
    )
  const rules = { roles: { editor: [identityOf(crew)] } }

  const { people } = await admin.previewRules({ ...acme.at, rules })
  const { runId } = await admin.applyRules({ ...acme.at, rules, replaces: 0 })
  await acme.runEnded(runId)

  assert.deepEqual(
    people.map(({ fqn, changes }) => [fqn, changes]),
    [['Acme:nadia@acme.example', { roles: { from: [], to: ['editor'] } }]],
  )
  assert.deepEqual(await rolesOf(nadia), [['editor', ['Acme:Crew']]])
  assert.deepEqual(await rolesOf(omar), [])
  await acme.scim('PUT', `/Groups/${crew}`, crewOf('Kader', omar))
  const other = await acme.scim('POST', '/Groups', crewOf('Crew', nadia))
  await acme.settle()
  // SEC N-2
  assert.deepEqual(await rolesOf(omar), [['editor', ['Acme:Kader']]])
  assert.deepEqual(await rolesOf(nadia), [])
  const explained = await admin.explain({ tenant: acme.at.tenant, person: 'omar@acme.example' })
  assert.deepEqual(
    explained.people.map(({ roles }) => roles.map(({ role }) => role)),
    [['editor']],
  )

  for (const stranger of [identityOf(nadia), identityOf(`grp_${'0'.repeat(26)}`)])
    await assert.rejects(
      admin.previewRules({ ...acme.at, rules: { roles: { x: [stranger] } } }),
      isStatus(400),
    )
  const across = { ...globex.at, rules: { roles: { x: [identityOf(other)] } }, replaces: 0 }
  await assert.rejects(admin.applyRules(across), isStatus(400))
  await assert.rejects(
    admin.listRoles({ tenant: globex.at.tenant, identity: identityOf(omar) }),
    isStatus(404),
  )
})
