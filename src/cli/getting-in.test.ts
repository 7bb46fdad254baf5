/** Keys, administrators and setup links from a terminal. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startApp } from '../../test/support/app.ts'
import { rollcall } from '../../test/support/terminal.ts'

test('keys, administrators and setup links are made, listed and taken back from a terminal', async (t) => {
  const app = await startApp(t) // SEC C-4, T-2
  await app.onboard('acme')
  const run = (line: string) => rollcall(app, line.split(' '))
  const made = async (line: string) => JSON.parse((await run(`${line} --json`)).out)

  const key = await made('key create report --role tenant-viewer --tenant acme --days 7')
  assert.match(key.key, /^rca_/)
  assert.match((await run('key list --tenant acme')).out, /report +tenant-viewer +live/)
  const withKey = await rollcall({ ...app, operatorToken: key.key }, ['tenant', 'show', 'acme'])
  assert.equal(withKey.code, 0)
  assert.equal((await run(`key revoke ${key.id} --tenant acme`)).code, 2, 'asks first')
  assert.equal((await run(`key revoke ${key.id} --tenant acme --yes`)).code, 0)
  const refused = await rollcall({ ...app, operatorToken: key.key }, ['tenant', 'show', 'acme'])
  assert.deepEqual([refused.code, refused.out], [1, ''])

  const invitation = await run(
    'administrator invite grace@acme.example --name Grace --role operator',
  )
  assert.match(invitation.out, /Link +http\S+\/console\/invitation#[0-9a-z-]+\n/)
  const misfit = await run('administrator invite g@acme.example --name G --role tenant-admin')
  assert.match(misfit.err, /name the tenant/)
  assert.match((await run('administrator list')).out, /There are none yet/)
  assert.equal((await run('administrator change adm_none')).code, 2)

  const link = await made('setup-link create acme --days 3')
  assert.match(link.url, /\/setup#rcl_/)
  const listed = await run('setup-link list acme')
  assert.match(listed.out, /live/)
  assert.ok(!listed.out.includes('rcl_'))
  const revoked = await run(`setup-link revoke acme ${link.id} --yes`)
  assert.match(revoked.out, /is revoked/)
})

test('who is invited, where operators sign in and what is of no tenant are listed and taken back from a terminal', async (t) => {
  const app = await startApp(t) // SEC C-4
  const acme = await app.onboard('acme')
  const run = (line: string) => rollcall(app, line.split(' '))
  await run('administrator invite grace@acme.example --name Grace --role operator')

  const invited = await run('invitation list')
  assert.match(invited.out, /Grace +grace@acme\.example +operator +open/)
  const [id = ''] = /^\S+(?= +Grace)/m.exec(invited.out) ?? []
  assert.match((await run(`invitation revoke ${id} --yes`)).out, /is revoked/)
  assert.match((await run('invitation list')).out, /Grace .* revoked/)

  const added = await run('sign-in-provider add acme --name Staff')
  assert.match(added.out, /Staff +con_/, added.err)
  assert.match((await run('sign-in-provider list')).out, new RegExp(`Staff +${acme.connection.id}`))
  assert.equal((await run('sign-in-provider remove staff --yes')).code, 2)
  assert.equal((await run(`sign-in-provider remove ${acme.connection.id} --yes`)).code, 0)
  assert.match((await run('sign-in-provider list')).out, /There are none/)

  const audit = await run('audit list')
  assert.match(audit.out, /operators\.invitation\.revoked/)
  assert.doesNotMatch(audit.out, /tenants\.tenant\.onboarded/)
})
