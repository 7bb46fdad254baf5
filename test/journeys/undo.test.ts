/** Somebody was deactivated by mistake: the operator finds the run, looks, and brings them back. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rollcall } from '../support/terminal.ts'
import { done, startWorld } from '../support/world.ts'

test('who was deactivated by mistake is found with the run that did it, brought back, and signs in', async (t) => {
  const world = await startWorld(t, { kind: 'oin', auth: 'header' })
  const nadia = await world.hire('Nadia', 'Osei')
  await world.settle()
  await done(world.provisioning.unassign(nadia))
  await world.settle()
  const before = await world.signIn(nadia)
  const run = (line: string) => rollcall(world.app, line.split(' '))
  const runs = JSON.parse((await run('sync runs Acme --json')).out)
  const found = runs.items.find((each: { positions: unknown }) => each.positions !== null)
  const { id } = found

  const listed = await run(`sync departures Acme ${id}`)
  const unasked = await run(`sync undo Acme ${id}`)
  const undone = await run(`sync undo Acme ${id} --yes`)

  assert.equal(before.code, 'identity_inactive')
  assert.deepEqual(await world.admin.readRun({ tenant: 'Acme', run: id }), found)
  assert.match(listed.out, /^\d+ +Acme:nadia\S* +deactivated +req_/m)
  assert.deepEqual([unasked.code, unasked.out], [2, ''])
  assert.match(unasked.err, /^1 departure of run_\w+ will be undone;.* add --yes/)
  assert.match(undone.out, /^1 person may sign in again; back in groups: 0 memberships\./)
  assert.match((await run(`explain Acme ${nadia.login}`)).out, /kept all the same, since/)
  assert.equal((await world.signIn(nadia)).outcome, 'signed-in')
  const { items } = await world.admin.listAudit({ tenant: world.tenant.id })
  const [act] = items.filter((each) => each.act === 'etl.run.undone')
  assert.deepEqual(act?.details, { run: id, people: 1, memberships: 0 })
  assert.match((await run(`sync departures Acme ${id}`)).out, /^It took nothing away that is gone/)
})
