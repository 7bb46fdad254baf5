import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { startApp } from '../../test/support/app.ts'
import { rollcall } from '../../test/support/terminal.ts'

test('a site is registered, changed, given another secret and put behind the gateway from a terminal', async (t) => {
  const app = await startApp(t)
  const run = (line: string, options?: Parameters<typeof rollcall>[2]) =>
    rollcall(app, line.split(' '), options)
  const { tenant } = await app.onboard('acme')
  const key = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' })
  const keys = JSON.stringify({ keys: [{ ...key, kid: 'first' }] })

  const made = await run('site create acme --name Travel --redirect-uri https://t.example/cb')
  assert.equal(made.code, 0)
  assert.match(made.err, /shown this once/)
  assert.match(made.out, /Shows who it is by +its secret\n/)
  const { items } = await app.admin.listSites({ tenant: 'acme' })
  const id = items[0]?.id
  const rotated = await run(`site rotate-secret acme ${id} --overlap-hours 2`)
  assert.match(rotated.out, /Client secret +[\w-]{43}\nThe one before ends +20/)

  const keyed = await run(
    `site update acme ${id} --jwks - --refresh-tokens --initiate-login-uri https://t.example/in`,
    { stdin: keys },
  )
  assert.match(keyed.out, /Shows who it is by +its keys first\n/)
  assert.match(keyed.out, /Refresh tokens +yes\n/)
  assert.match(keyed.out, new RegExp(`Started from outside at +${tenant.authority}/start/${id}\n`))
  assert.equal((await run(`site update acme ${id} --jwks -`, { stdin: '[]' })).code, 2)
  const refused = await run(`site rotate-secret acme ${id}`)
  assert.deepEqual([refused.code, refused.out], [1, ''])
  const plain = await run(`site update acme ${id} --no-jwks --no-refresh-tokens --json`)
  const { jwks, refreshTokens, initiateLoginUri } = JSON.parse(plain.out)
  assert.deepEqual([jwks, refreshTokens, initiateLoginUri], [null, false, 'https://t.example/in'])

  const wiki = await run('site create acme --name Wiki --gateway-origin https://wiki.acme.example')
  assert.match(wiki.out, new RegExp(`Gateway +${tenant.authority}/gateway/sit_`))
  assert.doesNotMatch(wiki.err, /secret/)
  const odd = await run('site create acme --name Wiki --gateway-origin https://wiki.acme.example/')
  assert.match(odd.err, /more than scheme, host and port/)
  for (const search of ['wIk', id]) {
    const { out } = await run(`site list acme --search ${search}`)
    assert.deepEqual([/Wiki/.test(out), /Travel/.test(out)], [search !== id, search === id])
  }
  assert.match((await run('site list acme --search W%i')).out, /no sites/)
})

test('the keys of an Authority are listed and rotated from a terminal, at once only after a question', async (t) => {
  const app = await startApp(t)
  const run = (line: string, options?: Parameters<typeof rollcall>[2]) =>
    rollcall(app, line.split(' '), options)
  const { tenant } = await app.onboard('acme')

  assert.match((await run('signing-key list acme')).out, /There is none yet/)
  await fetch(`${tenant.authority}/jwks`)
  assert.match((await run('signing-key rotate acme')).out, /key_\w+ +signing .*\nkey_\w+ +next /)
  const again = await run('signing-key rotate acme')
  assert.deepEqual([again.code, again.out], [1, ''])
  assert.match(again.err, /published already.* rotate at once/)
  assert.equal((await run('signing-key rotate acme --at-once')).code, 2)
  const atOnce = JSON.parse((await run('signing-key rotate acme --at-once --yes --json')).out)
  assert.deepEqual(
    atOnce.items.map(({ stage }: { stage: string }) => stage),
    ['signing'],
  )
})
