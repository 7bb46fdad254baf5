/** Details of the RFCs that are easy to get wrong, and that no other test of this folder shows. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ENTERPRISE, GROUP, startScim, typesWithOne, USER } from '../../test/support/scim.ts'
import type { Attribute } from './schemas/attribute.ts'

test('a PUT clears an externalId that is empty, and switches nobody on or off by what is neither', async () => {
  for (const empty of [null, '', []]) {
    const { ask, hire } = startScim()
    const { id } = await hire('nadia', { externalId: '00u1', active: false })
    const body = { schemas: [USER], userName: 'nadia', externalId: empty, active: empty }

    const reply = await ask('PUT', `/Users/${id}`, body)

    assert.deepEqual([reply.body.externalId, reply.body.active], [undefined, false])
  }
})

test('a leaver whose active is cleared by PATCH stays a leaver', async () => {
  const { hire, patch } = startScim()
  const { id } = await hire('nadia', { active: false })

  const replies = [
    await patch(id, { op: 'remove', path: 'active' }),
    await patch(id, { op: 'replace', path: 'ACTIVE', value: null }),
    await patch(id, { op: 'replace', value: { active: '', title: 'Lead' } }),
  ]

  assert.deepEqual(
    replies.map(({ status, body }) => [status, body.active, body.title]),
    [
      [200, false, undefined],
      [200, false, undefined],
      [200, false, 'Lead'],
    ],
  )
})

test('null is no value wherever it stands: nothing of it is kept or told (RFC 7643 §2.5)', async () => {
  const { ask, hire, patch } = startScim()
  const nothing = {
    name: { givenName: null, familyName: '' },
    emails: [null, {}, { value: null, type: '' }],
    addresses: null,
    phoneNumbers: [],
    [ENTERPRISE]: { department: null, manager: { value: '' } },
  }
  const { groups: _groups, meta: _meta, id, ...made } = await hire('nadia', nothing)
  const patched = await patch(
    id,
    { op: 'add', path: 'emails', value: [null] },
    { op: 'add', value: nothing },
  )
  const found = async (name: string) =>
    (await ask('GET', `/Users?filter=${encodeURIComponent(`${name} pr`)}`)).body.totalResults

  assert.deepEqual(made, { schemas: [USER], userName: 'nadia', active: true })
  assert.deepEqual([patched.status, patched.outcome.changed], [200, false])
  for (const name of ['name', 'emails', 'emails.value', 'addresses', `${ENTERPRISE}:manager`])
    assert.equal(await found(name), 0, name)
  assert.deepEqual([await found('userName'), await found('active'), await found('meta')], [1, 1, 1])
})

test('what is caseExact is compared exactly: ids, addresses and all of meta (RFC 7643 §3.1)', async () => {
  const { ask, hire, found } = startScim()
  const { id, meta } = await hire('nadia', { externalId: 'Ext' })
  const group = await found('Crew', [id])
  const hits = async (filter: string, path = '/Users') =>
    (await ask('GET', `${path}?filter=${encodeURIComponent(filter)}`)).body.totalResults
  const exact: [string, string, string?][] = [
    ['id', id],
    ['externalId', 'Ext'],
    ['meta.resourceType', 'User'],
    ['meta.location', meta.location],
    ['groups.value', group.id],
    ['groups.$ref', group.meta.location],
    ['members.value', id, '/Groups'],
    ['members.$ref', meta.location, '/Groups'],
  ]

  for (const [name, value, path] of exact) {
    assert.equal(await hits(`${name} eq "${value}"`, path), 1, name)
    assert.equal(await hits(`${name} eq "${value.toUpperCase()}"`, path), 0, name)
  }
})

test('what is binary is base64, and anything else is invalidValue (RFC 7643 §2.3.6)', async () => {
  const { ask, hire } = startScim()
  const certificate = (value: string) => ({ x509Certificates: [{ value }] })

  for (const value of ['TUlJ', 'TUk=', 'TQ', '-_8', '+/8='])
    assert.ok((await hire(`of ${value}`, certificate(value))).id, value)
  for (const value of ['a b', 'TUlJ\n', '-----BEGIN CERTIFICATE-----', 'TU=J', '+_8=', 'ü']) {
    const sent = { schemas: [USER], userName: 'zoya', ...certificate(value) }
    const { status, body } = await ask('POST', '/Users', sent)

    assert.deepEqual([status, body.scimType], [400, 'invalidValue'], value)
    assert.match(body.detail, /"value" is not base64/)
  }
})

test('what is binary has no order, and of a list any value may be compared (RFC 7644 §3.4.2.2)', async () => {
  const { ask, hire } = startScim()
  const { id: boss } = await hire('boss')
  await hire('nadia', {
    x509Certificates: [{ value: 'TUlJ' }, { value: 'QUJD' }],
    emails: [{ value: 'n@work.example' }, { value: 'n@home.example' }],
    [ENTERPRISE]: { manager: boss },
  })
  const said = async (filter: string) => {
    const { body } = await ask('GET', `/Users?filter=${encodeURIComponent(filter)}`)
    return body.scimType ?? body.totalResults
  }

  for (const operator of ['gt', 'ge', 'lt', 'le'])
    assert.equal(await said(`x509Certificates.value ${operator} "A"`), 'invalidFilter')
  for (const filter of [
    'x509Certificates.value eq "QUJD"',
    'x509Certificates co "UlJ"',
    'emails co "@HOME"',
    'emails ew "work.example"',
    `${ENTERPRISE}:manager eq "${boss}"`,
  ])
    assert.equal(await said(filter), 1, filter)
})

const SHIFT = 'urn:acme:2.0:Shift'
const TYPES = typesWithOne('User', SHIFT, [{ name: 'begins', type: 'dateTime' }])

test('instants are kept as they were sent, and compared and sorted as instants (RFC 7643 §2.3.5)', async () => {
  const { ask, hire } = startScim({ types: TYPES })
  const begins = (at: string) => ({ [SHIFT]: { begins: at } })
  const early = '2026-11-02T09:30:00+02:00'
  await hire('late', begins('2026-11-02T08:00:00.5Z'))
  const { id, [SHIFT]: kept } = await hire('early', begins(early))
  const names = async (query: string) => {
    const { body } = await ask('GET', `/Users?${query}`)
    return body.Resources.map(({ userName }: { userName: string }) => userName)
  }
  const filtered = (how: string, at: string) =>
    names(`filter=${encodeURIComponent(`${SHIFT}:begins ${how} "${at}"`)}`)

  assert.equal(kept.begins, early)
  for (const same of ['07:30:00Z', '07:30', '07:30:00.000', '09:30:00+0200', '02:30:00-05:00'])
    assert.deepEqual(await filtered('eq', `2026-11-02T${same}`), ['early'], same)
  assert.deepEqual(await filtered('gt', '2026-11-01T23:45:00-08:00'), ['late'])
  assert.deepEqual(await names(`sortBy=${SHIFT}:begins`), ['early', 'late'])
  const again = await ask('PUT', `/Users/${id}`, {
    schemas: [USER],
    userName: 'early',
    ...begins('2026-11-02T07:30:00Z'),
  })
  assert.equal(again.body[SHIFT].begins, '2026-11-02T07:30:00Z')
})

for (const text of [
  ...['1', 'May', 'tomorrow', '2026', '02.11.2026', '0'],
  ...['2026-13-01T00:00:00Z', '2026-02-30', '2026-04-31T08:00:00+02:00'],
])
  test(`"${text}" is no instant: neither kept nor compared with (RFC 7643 §2.3.5)`, async () => {
    const { ask } = startScim({ types: TYPES })

    const kept = await ask('POST', '/Users', {
      schemas: [USER],
      userName: 'nadia',
      [SHIFT]: { begins: text },
    })
    const compared = await ask('GET', `/Users?filter=meta.created gt "${text}"`)

    assert.deepEqual(
      [kept.body.scimType, compared.body.scimType],
      ['invalidValue', 'invalidFilter'],
    )
  })

test('at most one value is primary, by whatever door it comes (RFC 7643 §2.4)', async () => {
  const { ask, hire, patch } = startScim()
  const two = [
    { value: 'a@x.example', primary: true },
    { value: 'b@x.example', primary: 'True' },
  ]
  const { id } = await hire('nadia', { emails: [two[0], { value: 'b@x.example' }] })
  const refused = [
    await ask('POST', '/Users', { schemas: [USER], userName: 'b', emails: two }),
    await ask('PUT', `/Users/${id}`, { schemas: [USER], userName: 'nadia', emails: two }),
    await patch(id, { op: 'replace', path: 'emails', value: two }),
    await patch(id, { op: 'add', value: { emails: two } }),
  ]
  const handed = [
    await patch(id, { op: 'replace', path: 'emails[value eq "b@x.example"].primary', value: true }),
    await patch(id, { op: 'add', path: 'emails', value: { value: 'c@x.example', primary: true } }),
    await patch(id, { op: 'replace', path: 'emails.primary', value: true }),
  ]

  for (const { status, body } of refused)
    assert.deepEqual([status, body.scimType], [400, 'invalidValue'])
  for (const { status, body } of handed) {
    const primary = body.emails.filter((each: { primary?: boolean }) => each.primary === true)
    assert.deepEqual([status, primary.length], [200, 1])
  }
})

test('a name in full-width or ligature letters is the name in plain ones (RFC 7644 §7.8)', async () => {
  const { ask, hire } = startScim()
  const { id } = await hire('ﬁona@acme.example')

  const taken = await ask('POST', '/Users', {
    schemas: [USER],
    userName: 'ＦＩＯＮＡ@acme.example',
  })
  const filter = encodeURIComponent('userName eq "Fiona@ACME.example"')
  const found = await ask('GET', `/Users?filter=${filter}`)

  assert.deepEqual([taken.status, taken.body.scimType], [409, 'uniqueness'])
  assert.equal(found.body.Resources[0].id, id)
})

test('a group that is written with what was read of it is as it was (RFC 7644 §3.5.1)', async () => {
  const { ask, hire, found } = startScim()
  const group = await found('Crew', [(await hire('a')).id, (await hire('b')).id])

  const reply = await ask('PUT', `/Groups/${group.id}`, { ...group, schemas: [GROUP, GROUP] })

  assert.deepEqual([reply.status, reply.outcome.changed], [200, false])
  assert.deepEqual(reply.body, group)
})

test('the schemas are as the errata have them (RFC 7643 errata 5368, 6004, 6011, 8415, 8471, 8472)', async () => {
  const { ask } = startScim()
  const attributeOf = async (urn: string, ...path: readonly string[]) => {
    let { attributes: among }: { attributes: Attribute[] } = (await ask('GET', `/Schemas/${urn}`))
      .body
    let found: Partial<Attribute> = {}
    for (const name of path) {
      found = among.find((each) => each.name === name) ?? {}
      among = [...(found.subAttributes ?? [])]
    }
    return found
  }

  const name = await attributeOf(GROUP, 'displayName')
  const members = await attributeOf(GROUP, 'members')
  const shown = await attributeOf(GROUP, 'members', 'display')
  const groupAddress = await attributeOf(USER, 'groups', '$ref')
  const manager = await attributeOf(ENTERPRISE, 'manager', 'value')

  assert.equal(name.required, true)
  assert.deepEqual([members.uniqueness, members.caseExact], [undefined, undefined])
  assert.equal(shown.mutability, 'readOnly')
  assert.deepEqual(groupAddress.referenceTypes, ['Group'])
  assert.equal(manager.caseExact, true)
})

test('a number that would be kept as another one is refused, as text too (RFC 7643 §2.3)', async () => {
  const types = typesWithOne('User', 'urn:acme:User', [
    { name: 'badge', type: 'integer' },
    { name: 'rate', type: 'decimal' },
  ])
  const { ask } = startScim({ types })
  const create = (userName: string, more: string) =>
    ask('POST', '/Users', `{"schemas":["${USER}"],"userName":"${userName}",${more}}`)

  const refused = [
    await create('a', '"externalId":12345678901234567890'),
    await create('b', `"${ENTERPRISE}":{"employeeNumber":1e400}`),
    await create('c', '"urn:acme:User":{"badge":12345678901234567890}'),
    await create('d', '"urn:acme:User":{"rate":1e400}'),
  ]
  const kept = await create(
    'e',
    '"externalId":9007199254740991,"urn:acme:User":{"badge":-7,"rate":1e21}',
  )

  for (const { status, body } of refused)
    assert.deepEqual([status, body.scimType], [400, 'invalidValue'], body.detail)
  assert.deepEqual(
    [kept.body.externalId, kept.body['urn:acme:User']],
    ['9007199254740991', { badge: -7, rate: 1e21 }],
  )
})

test('the core schema’s URN as a path is all of the resource, and cannot be removed (RFC 7644 §3.10)', async () => {
  const { hire, patch } = startScim()
  const { id } = await hire('nadia')

  const set = await patch(id, { op: 'Replace', path: USER, value: { displayName: 'Nadia' } })
  const refused = [
    await patch(id, { op: 'remove', path: USER }),
    await patch(id, { op: 'add', path: USER, value: 'Nadia' }),
  ]

  assert.deepEqual([set.status, set.body.displayName], [200, 'Nadia'])
  assert.deepEqual(
    refused.map(({ status, body }) => [status, body.scimType]),
    [
      [400, 'invalidPath'],
      [400, 'invalidValue'],
    ],
  )
})

test('an error that repeats what was sent holds no half letter (RFC 8259 §8.2)', async () => {
  const { ask } = startScim()

  const { body } = await ask('GET', `/Users?sortBy=${encodeURIComponent(`${'z'.repeat(99)}😀`)}`)

  assert.ok(String(body.detail).isWellFormed(), body.detail)
})

test('a number is not looked for a part of (RFC 7644 §3.4.2.2)', async () => {
  const types = typesWithOne('User', 'urn:acme:User', [{ name: 'badge', type: 'integer' }])
  const { ask } = startScim({ types })

  for (const operator of ['co', 'sw', 'ew']) {
    const filter = encodeURIComponent(`urn:acme:User:badge ${operator} 7`)
    const { status, body } = await ask('GET', `/Users?filter=${filter}`)
    assert.deepEqual([status, body.scimType], [400, 'invalidFilter'], body.detail)
  }
})
