import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { startApp } from '../../test/support/app.ts'
import { startDns } from '../../test/support/dns.ts'
import { PNG } from '../../test/support/pictures.ts'
import { rollcall, type TerminalOptions } from '../../test/support/terminal.ts'

test('a second identity provider, its domain and the brand are set up from a terminal', async (t) => {
  const dns = await startDns(t)
  const app = await startApp(t, { config: { ROLLCALL_DNS_SERVERS: [dns.server] } })
  await app.onboard('acme')
  const run = (words: readonly string[], options?: TerminalOptions) => rollcall(app, words, options)
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-'))
  t.after(() => rm(folder, { recursive: true }))
  const logo = join(folder, 'logo.png')
  await writeFile(logo, PNG)

  const added = await run([
    'connection',
    'add',
    'acme',
    '--name',
    'Birch Works',
    '--label',
    'Birch',
  ])
  assert.match(added.out, /Name +Birch Works\n[^]*Token +rcs_/)
  const [, id = ''] = /(con_\w{26})/.exec(added.out) ?? []
  const unlabelled = await run(['connection', 'add', 'acme', '--name', 'Birch'])
  assert.equal(unlabelled.code, 2)
  const at = ['acme', '--connection', id]
  const renamed = await run(['connection', 'rename', 'acme', 'Birch', '--connection', id])
  assert.match(renamed.out, /Name +Birch\n/)
  const application = ['--issuer', 'https://birch.okta.example', '--client-id', '0oa1']
  const keyed = await run(['connection', 'set-oidc', ...at, ...application, '--private-key'])
  assert.match(
    keyed.err,
    new RegExp(`claim-type-mapping create acme --issuer \\S+ --connection ${id}\n`),
  )
  assert.match(keyed.err, new RegExp(`connection test acme --connection ${id}\n`))
  assert.match(keyed.out, /Authentication +private_key_jwt\n[^]*JWKS URL +http\S+\/jwks\n/)
  const rotated = await run(['connection', 'rotate-key', ...at])
  assert.match(rotated.out, /STAGE[^]*key_\w+ +signing[^]*key_\w+ +next/)
  const twice = await run(['connection', 'rotate-key', ...at])
  assert.deepEqual([twice.code, twice.err.includes('published already')], [1, true])
  const leaked = await run(['connection', 'rotate-key', ...at, '--at-once', '--yes'])
  assert.deepEqual(leaked.out.match(/key_/g)?.length, 1, 'the others are withdrawn')
  assert.equal((await run(['connection', 'keys', ...at])).out, leaked.out)
  const secret = { stdin: 'a-secret\n' }
  const file = ['--client-secret-file', '-']
  const back = await run(['connection', 'set-oidc', ...at, ...application, ...file], secret)
  assert.match(back.out, /Authentication +client_secret\n/)
  const inner = [
    'connection',
    'set-oidc',
    ...at,
    '--issuer',
    'https://10.20.0.5',
    ...application.slice(2),
    '--yes',
  ]
  const unreachable = await run([...inner, ...file], secret)
  assert.deepEqual([unreachable.code, unreachable.err.includes('not one of the public')], [1, true])
  const wide = await run(['connection', 'allow-hosts', ...at, '10.20.0.0/7'])
  assert.deepEqual([wide.code, wide.err.includes('"10.20.0.0/7" cannot be allowed')], [1, true])
  const allowed = await run([
    'connection',
    'allow-hosts',
    ...at,
    'IdP.corp.example',
    '10.20.0.0/16',
  ])
  assert.match(allowed.out, /Internal hosts +10\.20\.0\.0\/16 idp\.corp\.example\n/)
  assert.match((await run([...inner, ...file], secret)).out, /Issuer +https:\/\/10\.20\.0\.5\n/)
  const { items } = await app.admin.listAudit({ tenant: 'acme', limit: 2 })
  assert.deepEqual(items[1]?.details, { before: [], after: ['10.20.0.0/16', 'idp.corp.example'] })
  const none = await run(['connection', 'allow-hosts', ...at, '--json'])
  assert.deepEqual(JSON.parse(none.out).internalHosts, [])

  const claimed = await run(['domain', 'add', 'acme', 'birch.example', '--connection', id])
  const [, name = '', value = ''] = /TXT record +(\S+)\nIts value +(\S+)/.exec(claimed.out) ?? []
  const unseen = await run(['domain', 'verify', 'acme', 'birch.example'])
  assert.deepEqual([unseen.code, unseen.err.includes(value)], [1, true])
  dns.records.set(name, [value])
  assert.match((await run(['domain', 'verify', 'acme', 'birch.example'])).out, /State +verified 2/)
  assert.match((await run(['domain', 'list', 'acme'])).out, /birch\.example +con_\w+ +verified/)
  assert.equal((await run(['domain', 'remove', 'acme', 'birch.example'])).code, 2, 'unasked')
  assert.equal((await run(['domain', 'remove', 'acme', 'birch.example', '--yes'])).code, 0)
  assert.match((await run(['domain', 'list', 'acme'])).out, /There are no domains/)

  const set = ['branding', 'set', 'acme', '--accent', '#0f766e', '--logo', logo, '--name', 'Acme']
  assert.match((await run(set)).out, /Name +Acme\nAccent +#0f766e\n[^]*image\/png, 8 by 4/)
  const taken = await run(['branding', 'set', 'acme', '--logo', 'none', '--name', 'none'])
  assert.match(taken.out, /Name +–\nAccent +#0f766e\n[^]*Logo +–/)
  const unread = await run(['branding', 'set', 'acme', '--logo', join(folder, 'no-such-file')])
  assert.deepEqual([unread.code, unread.err.startsWith('The logo cannot be read')], [1, true])
  const pale = await run(['branding', 'set', 'acme', '--accent', '#ffff00'])
  assert.match(pale.err, /cannot be read; it takes 4\.5/)
  assert.match((await run(['branding', 'show', 'acme'])).out, /Accent +#0f766e/)
  assert.match((await run(['signal', 'list', 'acme'])).out, /No identity provider has said so yet/)

  const asked = await run(['connection', 'remove', ...at])
  assert.deepEqual([asked.code, asked.err.includes('are deleted and signed out')], [2, true])
  await run(['connection', 'disable', ...at, '--yes'])
  assert.match((await run(['connection', 'remove', ...at, '--yes'])).out, /Removed +con_\w+\n/)
  assert.doesNotMatch((await run(['connection', 'list', 'acme'])).out, new RegExp(id))
})
