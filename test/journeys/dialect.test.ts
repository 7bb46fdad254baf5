import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startApp } from '../support/app.ts'
import { USER } from '../support/scim.ts'
import { call, type ScimAddress } from '../support/scim-client.ts'
import { rollcall } from '../support/terminal.ts'
import { isStatus, until } from '../support/world.ts'

const FROM_ENTRA = { schemas: [USER], shoeSize: 44, active: 'True' }

test('the operator switches a rewrite off for one connection, makes it strict, and takes both back', async (t) => {
  const app = await startApp(t)
  const acme = await app.onboard('Acme')
  const globex = await app.onboard('Globex')
  let number = 0
  const create = async (scim: ScimAddress) => {
    number += 1
    const user = { ...FROM_ENTRA, userName: `p${number}@acme.example` }
    const { status, body } = await call(scim, 'POST', '/Users', user)
    return body['scimType'] ?? status
  }
  const set = async (...words: string[]) => {
    const { code, err } = await rollcall(app, ['connection', 'set-dialect', 'Acme', ...words])
    assert.equal(code, 0, err)
    return create(acme.handover.scim)
  }

  assert.equal(await create(acme.handover.scim), 201)
  assert.equal(await set('--off', 'entra.boolean-as-text'), 'invalidValue')
  assert.equal(await create(globex.handover.scim), 201, 'the neighbour is spoken with as before')
  const shown = await rollcall(app, ['connection', 'dialect', 'Acme'])
  assert.match(shown.out, /entra\.boolean-as-text +off +Entra/)
  assert.match(shown.out, /onelogin\.manager-id +on /)
  assert.equal(await set('--strict'), 'invalidSyntax')
  assert.equal(await set('--on', 'entra.boolean-as-text', '--forgiving'), 201)

  const { items } = await app.admin.listAudit({ tenant: acme.tenant.id })
  const changes = items.filter(({ act }) => act === 'tenants.dialect.changed')
  assert.deepEqual(changes.at(-1)?.details, {
    before: { strict: false, off: [] },
    after: { strict: false, off: ['entra.boolean-as-text'] },
  })
})

test('a rewrite that there is not, a connection of a neighbour and both ways at once are refused', async (t) => {
  const app = await startApp(t)
  const acme = await app.onboard('Acme')
  const globex = await app.onboard('Globex')
  const ours = { tenant: acme.tenant.id, connection: acme.connection.id }
  const theirs = { tenant: acme.tenant.id, connection: globex.connection.id }

  await assert.rejects(app.admin.changeDialect({ ...ours, off: ['entra.nothing'] }), isStatus(400))
  await assert.rejects(app.admin.changeDialect({ ...theirs, strict: true }), isStatus(404))
  await assert.rejects(app.admin.readDialect(theirs), isStatus(404))
  const both = await rollcall(app, ['connection', 'set-dialect', 'Acme', '--strict', '--forgiving'])

  assert.equal(both.code, 2)
  assert.deepEqual((await app.admin.readDialect(ours)).off, [])
})

// SEC T-6
test('another node speaks the new dialect within five seconds', async (t) => {
  const app = await startApp(t)
  const { tenant, connection, handover } = await app.onboard('Acme')
  const other = await app.startNode()
  const { pathname } = new URL(handover.scim.baseUrl)
  const isStrict = async () => {
    const there = { baseUrl: other.url + pathname, token: handover.scim.token }
    const { body } = await call(there, 'POST', '/Users', { schemas: [USER], shoeSize: 44 })
    return body['scimType'] === 'invalidSyntax'
  }
  assert.equal(await isStrict(), false)

  await app.admin.changeDialect({ tenant: tenant.id, connection: connection.id, strict: true })

  await until('the other node strict', isStrict, 5000)
})
