import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startApp } from '../../test/support/app.ts'
import { rollcall } from '../../test/support/terminal.ts'
import { until } from '../../test/support/world.ts'

test('rules are previewed, applied after a question, shown, listed and restored from a terminal', async (t) => {
  const app = await startApp(t)
  const run = (line: string, options?: Parameters<typeof rollcall>[2]) =>
    rollcall(app, line.split(' '), options)
  await app.onboard('acme')
  const rules = JSON.stringify({ name: 'lower(USERNAME)', properties: { title: null } })

  const previewed = await run('rule preview acme --file -', { stdin: rules })
  assert.deepEqual([previewed.code, previewed.err], [0, ''])
  assert.match(previewed.out, /Of 0 looked at 0 would change and 0 could not be loaded\.\nNobody/)
  const unasked = await run('rule apply acme --file -', { stdin: rules })
  assert.equal(unasked.code, 2)
  const wrong = await run('rule apply acme --file - --yes', { stdin: '{ "name": "lowr(x)" }' })
  assert.equal(wrong.code, 1)
  assert.match(wrong.err, /name: At character 1: There is no function "lowr". Did you mean lower\?/)
  assert.equal((await run('rule apply acme --file - --yes', { stdin: '[]' })).code, 2)

  const applied = await run('rule apply acme --file - --yes', { stdin: rules })
  assert.match(applied.out, /^Version 1 is in force\. The full run run_\w+ /)

  const shown = await run('rule show acme')
  assert.match(shown.out, /^Version 1, .*, by key:/)
  assert.match(shown.out, /name +lower\(userName\)\nproperties\.title +\(left out\)\n/)
  const file = JSON.parse((await run('rule show acme --json')).out)
  assert.deepEqual(file.rules, { name: 'lower(userName)', properties: { title: null } })
  assert.match((await run('rule show acme --version 0')).out, /There are no rules/)
  assert.equal((await run('rule show acme --version x')).code, 2)
  await until('the full run ended', async () =>
    (await app.admin.listRuns({ tenant: 'acme' })).items.every(
      ({ status }) => status !== 'running',
    ),
  )
  assert.match((await run('rule restore acme 0 --yes')).out, /^Version 2 is in force/)
  const listed = JSON.parse((await run('rule list acme --json')).out)
  assert.deepEqual(
    listed.items.map((each: { version: number; rules: object }) => [each.version, each.rules]),
    [
      [2, {}],
      [1, { name: 'lower(userName)', properties: { title: null } }],
    ],
  )
})
