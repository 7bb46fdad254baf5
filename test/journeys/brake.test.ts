import assert from 'node:assert/strict'
import { test } from 'node:test'
import { buildConsole } from '../../tools/build-console.ts'
import { inChromium, openPage } from '../support/browser.ts'
import { enrol } from '../support/console.ts'
import { isRefused } from '../support/refused.ts'
import { rollcall } from '../support/terminal.ts'
import { PASSWORD } from '../support/visitor.ts'
import { done, startWorld } from '../support/world.ts'

test('a mass unassignment is held, shown with who is meant, and released by the operator', async (t) => {
  const world = await startWorld(t, { kind: 'oin', auth: 'bearer' })
  const { app, tenant, provisioning, admin } = world
  const people = await Promise.all(
    ['Ana', 'Bo', 'Cy', 'Di', 'Ed', 'Fay'].map((name) => world.hire(name, 'Roe')),
  )
  await world.settle()
  const cli = (...words: string[]) => rollcall(app, words)
  const policy = await cli('hold', 'policy', tenant.id, '--share', '50', '--at-least', '1')
  assert.match(
    policy.out,
    /^50 % within 60 minutes, and at least 1 people; then access goes on.*\n50 % of a group of 50 members/,
  )
  // SEC C-7
  const at = { tenant: tenant.id, groupSize: 51 }
  const replaces = await admin.readBrake({ tenant: tenant.id })
  await admin.changeBrake({ ...at, replaces })
  await assert.rejects(
    admin.changeBrake({ ...at, share: 1, replaces }),
    isRefused('conflict', /Somebody else/),
  )
  await Promise.allSettled(
    [40, 41].map((groupSize) =>
      admin.changeBrake({ ...at, groupSize, replaces: { ...replaces, groupSize: 51 } }),
    ),
  ).then((both) =>
    assert.deepEqual(both.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected']),
  )

  for (const person of people) await provisioning.unassign(person)
  await world.settle()

  const status = await admin.readSync({ tenant: tenant.id })
  assert.deepEqual([status.held, status.waiting], [3, 0])
  assert.match((await cli('sync', 'status', tenant.id)).out, /HELD: 3 people/)
  const { items } = await admin.listHeld({ tenant: tenant.id })
  const held = people.find(({ login }) => items.some(({ fqn }) => fqn.endsWith(login)))
  assert.match((await cli('hold', 'list', tenant.id)).out, /inactive +2/)
  assert.ok(held !== undefined)
  assert.equal((await world.signIn(held)).outcome, 'signed-in')
  const explained = await admin.explain({ tenant: tenant.id, person: held.login })
  assert.match(explained.verdict.because, /the brake holds/)

  const unasked = await cli('hold', 'release', tenant.id)
  assert.deepEqual([unasked.code, unasked.out], [2, ''])
  const released = await cli('sync', 'hold', 'release', tenant.id, '--yes')
  assert.equal(released.code, 0, released.err)
  await world.settle()

  assert.equal((await world.signIn(held)).code, 'identity_inactive')
  assert.equal((await admin.readSync({ tenant: tenant.id })).held, 0)
  const acts = (await admin.listAudit({ tenant: tenant.id })).items.map(({ act }) => act)
  assert.ok(acts.includes('etl.brake.changed') && acts.includes('etl.held.released'))
})

test('a group that is emptied by mistake is held, shown with whom it is about, and kept by the tenant itself', async (t) => {
  const world = await startWorld(t, { kind: 'oin', auth: 'bearer' })
  const { app, tenant, okta, provisioning, admin } = world
  const people = await Promise.all(['Ana', 'Bo', 'Cy', 'Di'].map((name) => world.hire(name, 'Roe')))
  const group = okta.createGroup('Field Ops', people)
  await done(provisioning.pushGroup(group))
  await world.settle()
  await rollcall(app, ['hold', 'policy', tenant.id, '--group-share', '50', '--group-size', '3'])

  for (const person of people) await okta.removeMember(group, person)
  await world.settle()

  const status = await admin.readSync({ tenant: tenant.id })
  assert.deepEqual([status.held, status.heldMembers, status.heldGroups], [0, 2, 1])
  const words = (await rollcall(app, ['sync', 'status', tenant.id])).out
  assert.match(words, /HELD: 2 members of 1 group/)
  const groups = (await rollcall(app, ['hold', 'groups', tenant.id])).out
  assert.match(groups, /Acme:Field Ops +without 2 +2 /)
  const { items } = await admin.listHeld({ tenant: tenant.id })
  const kept = people.find(({ login }) => items.some(({ member }) => member?.fqn.endsWith(login)))
  assert.ok(kept !== undefined)
  assert.match(
    (await rollcall(app, ['explain', tenant.id, kept.login])).out,
    /its end is held since/,
  )

  const of = items[0]?.resourceId ?? ''
  const own = { name: 'ours', role: 'tenant-admin', tenant: tenant.id } as const
  const { key: operatorToken } = await admin.createKey(own)
  const asTenant = { url: app.url, operatorToken }
  const discarded = await rollcall(asTenant, ['hold', 'discard', tenant.id, '--of', of, '--yes'])

  assert.equal(discarded.code, 0, discarded.err)
  assert.equal((await world.membersOf(group)).length, 2)
  assert.match((await rollcall(app, ['explain', tenant.id, kept.login])).out, /was discarded/)
  const nothing = await rollcall(app, ['hold', 'list', tenant.id])
  assert.equal(nothing.out, 'Nothing is held.\n')
})

test(
  "a group that would be deleted is held, seen, and let go in the console by the tenant's own administrator",
  inChromium,
  async (t) => {
    await buildConsole()
    const world = await startWorld(t, { kind: 'oin', auth: 'bearer' })
    const { app, tenant, okta, provisioning, admin } = world
    const people = await Promise.all(['Ana', 'Bo', 'Cy'].map((name) => world.hire(name, 'Roe')))
    const group = okta.createGroup('Field Ops', people)
    await done(provisioning.pushGroup(group))
    await world.settle()
    await rollcall(app, ['hold', 'policy', tenant.id, '--group-size', '3'])
    await done(provisioning.unlinkGroup(group, { delete: true }))
    await world.settle()
    const status = await rollcall(app, ['sync', 'status', tenant.id])
    const whom = { role: 'tenant-admin', email: 'lee@acme.example', name: 'Lee' } as const
    const { url } = await admin.inviteAdministrator({ ...whom, tenant: tenant.id })
    const { page } = await openPage(t)
    await page.goto(url)
    await page.getByLabel(/^Password/).fill(PASSWORD)
    await page.getByRole('button', { name: 'Continue' }).click()
    await enrol(page)

    await page.getByText(/^Held1Decide$/).waitFor()
    await page.getByRole('link', { name: 'Decide' }).click()
    await page.getByRole('button', { name: 'Release …' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('What the identity provider said of 1 group happens').waitFor()
    await dialog.getByRole('button', { name: 'Release' }).click()
    await page.getByText('Nothing is held').first().waitFor()
    await world.settle()

    assert.match(status.out, /HELD: 1 group \(hold list\)/)
    const { items } = await admin.listIdentities({ tenant: tenant.id, kind: 'group' })
    assert.deepEqual(
      items.map(({ state }) => state),
      ['deleted'],
    )
  },
)
