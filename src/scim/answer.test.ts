/** The whole of SCIM over the store in memory, request by request: long, because the protocol is and each rule has its own. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createIds, systemRandom } from '../lib/index.ts'
import { answer, createMemoryStore, RESOURCE_TYPES, type ScimAnswer } from './index.ts'

const baseUrl = 'https://id.example.com/scim/v2/con_1'
const USER = 'urn:ietf:params:scim:schemas:core:2.0:User'
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group'
const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'

type Resource = Record<string, unknown> & { id: string; meta: Record<string, string> }

/** A server in memory: `ask` returns status and parsed body; a clock that ticks once a request. */
function server() {
  let now = Date.parse('2026-11-02T09:14:05.120Z')
  const clock = () => new Date(now)
  const store = createMemoryStore({ newId: createIds({ now: clock, random: systemRandom }), clock })
  async function raw(
    method: string,
    address: string,
    body?: unknown,
    headers: { ifMatch?: string; ifNoneMatch?: string; contentType?: string } = {},
  ): Promise<ScimAnswer> {
    now += 1000
    const url = new URL(address, 'http://x')
    return answer(
      { store, baseUrl, types: RESOURCE_TYPES },
      {
        method,
        path: decodeURIComponent(url.pathname),
        query: url.searchParams,
        contentType: 'application/scim+json; charset=utf-8',
        body:
          body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
        ...headers,
      },
    )
  }
  async function ask(method: string, address: string, body?: unknown) {
    const reply = await raw(method, address, body)
    return {
      status: reply.status,
      outcome: reply.outcome,
      body: reply.body === undefined ? undefined : JSON.parse(reply.body),
    }
  }
  async function hire(userName: string, extra: object = {}): Promise<Resource> {
    const reply = await ask('POST', '/Users', { schemas: [USER], userName, active: true, ...extra })
    assert.equal(reply.status, 201, JSON.stringify(reply.body))
    return reply.body
  }
  const patch = (id: string, ...Operations: unknown[]) =>
    ask('PATCH', id.startsWith('grp') ? `/Groups/${id}` : `/Users/${id}`, {
      schemas: [PATCH_OP],
      Operations,
    })
  return { raw, ask, hire, patch }
}

const oktaCreate = {
  schemas: [USER],
  userName: 'nadia.osei@acme.example',
  name: { givenName: 'Nadia', familyName: 'Osei' },
  emails: [{ primary: true, value: 'nadia.osei@acme.example', type: 'work' }],
  displayName: 'Nadia Osei',
  locale: 'en-US',
  externalId: '00u4k7exampleq1w2E5d7',
  groups: [],
  password: '7hT-random-9sQ',
  active: true,
}

test('what Okta creates comes back whole, with our id and without the password (RFC 7644 §3.3)', async () => {
  const { raw } = server()

  const reply = await raw('POST', '/Users', oktaCreate)

  const user = JSON.parse(reply.body ?? '')
  const { groups, password: _password, ...echoed } = oktaCreate
  assert.equal(reply.status, 201)
  assert.match(user.id, /^usr_/)
  assert.deepEqual(user, {
    ...echoed,
    id: user.id,
    groups,
    meta: {
      resourceType: 'User',
      created: '2026-11-02T09:14:06.120Z',
      lastModified: '2026-11-02T09:14:06.120Z',
      version: '"1"',
      location: `${baseUrl}/Users/${user.id}`,
    },
  })
  assert.equal(reply.headers.location, user.meta.location)
  assert.equal(reply.headers['content-type'], 'application/scim+json')
})

// SEC P-14
test('a password is kept nowhere, neither by POST, PUT nor PATCH, and cannot be filtered by', async () => {
  const { ask, hire, patch } = server()
  const { id } = await hire('a@acme.example', { password: 'Canary-1' })
  await ask('PUT', `/Users/${id}`, {
    schemas: [USER],
    userName: 'a@acme.example',
    password: 'Canary-2',
  })
  await patch(id, { op: 'replace', value: { password: 'Canary-3' } })
  await patch(id, { op: 'replace', path: 'password', value: 'Canary-4' })

  const read = await ask('GET', `/Users/${id}?attributes=userName,password`)
  const filtered = await ask('GET', '/Users?filter=password eq "Canary-1"')

  assert.ok(!JSON.stringify(read.body).includes('Canary'))
  assert.equal(filtered.body.scimType, 'invalidFilter')
})

test('a name that is taken in another letter case is 409 and names who has it (RFC 7644 §3.3)', async () => {
  const { ask, hire } = server()
  const { id } = await hire('Nadia.Osei@acme.example')

  const reply = await ask('POST', '/Users', {
    schemas: [USER],
    userName: 'nadia.OSEI@acme.example',
  })

  assert.equal(reply.status, 409)
  assert.equal(reply.body.scimType, 'uniqueness')
  assert.equal(reply.body.status, '409')
  assert.ok(reply.body.detail.includes(id))
})

const REFUSED: [string, string, string, unknown, number, string | undefined][] = [
  ['no userName', 'POST', '/Users', { schemas: [USER] }, 400, 'invalidValue'],
  ['a blank userName', 'POST', '/Users', { schemas: [USER], userName: '  ' }, 400, 'invalidValue'],
  ['JSON that is none', 'POST', '/Users', '{"userName":', 400, 'invalidSyntax'],
  ['an array', 'POST', '/Users', '[]', 400, 'invalidSyntax'],
  ['no body', 'POST', '/Users', undefined, 400, 'invalidSyntax'],
  [
    'the schema of a group',
    'POST',
    '/Users',
    { schemas: [GROUP], userName: 'x' },
    400,
    'invalidSyntax',
  ],
  [
    'an active that is no boolean',
    'POST',
    '/Users',
    { userName: 'x', active: 'yes' },
    400,
    'invalidValue',
  ],
  ['a name twice', 'POST', '/Users', '{"userName":"x","userName":"y"}', 400, 'invalidSyntax'],
  [
    'a name twice in other case',
    'POST',
    '/Users',
    '{"userName":"x","USERNAME":"y"}',
    400,
    'invalidSyntax',
  ],
  ['NUL in text', 'POST', '/Users', '{"userName":"x\\u0000"}', 400, 'invalidValue'],
  ['half a surrogate pair', 'POST', '/Users', '{"userName":"x\\ud800"}', 400, 'invalidValue'],
  ['a line break in a name', 'POST', '/Users', { userName: 'x\ny' }, 400, 'invalidValue'],
  [
    'a userName of 513 characters',
    'POST',
    '/Users',
    { userName: 'x'.repeat(513) },
    400,
    'invalidValue',
  ],
  ['33 levels', 'POST', '/Users', `${'{"a":'.repeat(33)}1${'}'.repeat(33)}`, 400, 'invalidSyntax'],
  ['a million levels', 'POST', '/Users', '['.repeat(1_000_000), 400, 'invalidSyntax'],
  [
    'two primary e-mails',
    'POST',
    '/Users',
    {
      userName: 'x',
      emails: [
        { value: 'a', primary: true },
        { value: 'b', primary: 'True' },
      ],
    },
    400,
    'invalidValue',
  ],
  ['an unknown id', 'GET', '/Users/usr_none', undefined, 404, undefined],
  ['PUT to an unknown id', 'PUT', '/Users/usr_none', { userName: 'x' }, 404, undefined],
  ['DELETE of an unknown id', 'DELETE', '/Users/usr_none', undefined, 404, undefined],
  ['an unknown path', 'GET', '/People', undefined, 404, undefined],
  ['a path too long', 'GET', '/Users/usr_none/b', undefined, 404, undefined],
  ['a wrong method', 'DELETE', '/Users', undefined, 405, undefined],
  ['bulk by GET', 'GET', '/Bulk', undefined, 405, undefined],
  ['bulk without a schema', 'POST', '/bulk', { Operations: [] }, 400, 'invalidSyntax'],
  ['me', 'GET', '/Me', undefined, 501, undefined],
  ['a search that is none', 'POST', '/Users/.search', {}, 400, 'invalidSyntax'],
  ['GET of a search', 'GET', '/.search', undefined, 405, undefined],
  ['a count that is no number', 'GET', '/Users?count=many', undefined, 400, 'invalidValue'],
  [
    'a startIndex that is no number',
    'GET',
    '/Users?startIndex=1.5',
    undefined,
    400,
    'invalidValue',
  ],
  [
    'both projections',
    'GET',
    '/Users?attributes=id&excludedAttributes=name',
    undefined,
    400,
    'invalidValue',
  ],
  [
    'an unknown attribute in a filter',
    'GET',
    '/Users?filter=shoeSize eq "44"',
    undefined,
    400,
    'invalidFilter',
  ],
  ['a filter on discovery', 'GET', '/Schemas?filter=id eq "x"', undefined, 403, undefined],
  ['an unknown schema', 'GET', '/Schemas/urn:x', undefined, 404, undefined],
]
for (const [what, method, address, body, status, scimType] of REFUSED)
  test(`${what}: ${status}${scimType === undefined ? '' : ` ${scimType}`} in a SCIM error body (RFC 7644 §3.12)`, async () => {
    const reply = await server().ask(method, address, body)

    assert.deepEqual(
      [reply.status, reply.body.status, reply.body.scimType, reply.body.schemas],
      [status, String(status), scimType, ['urn:ietf:params:scim:api:messages:2.0:Error']],
    )
    assert.ok(reply.body.detail.length > 10)
  })

test('a body of another type is 415 (RFC 7644 §3.1)', async () => {
  const reply = await server().raw('POST', '/Users', { userName: 'x' }, { contentType: 'text/xml' })

  assert.equal(reply.status, 415)
})

test('a filter that finds nobody is an empty list, not an error (RFC 7644 §3.4.2)', async () => {
  const reply = await server().ask(
    'GET',
    '/Users?filter=userName eq "nobody"&startIndex=1&count=100',
  )

  assert.deepEqual(reply.body, {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
    totalResults: 0,
    itemsPerPage: 0,
    startIndex: 1,
    Resources: [],
  })
})

test('pages neither overlap nor skip, and the edges of startIndex and count are tame (RFC 7644 §3.4.2.4)', async () => {
  const { ask, hire } = server()
  for (let index = 0; index < 7; index += 1) await hire(`p${index}`)
  const page = async (query: string) => {
    const { body } = await ask('GET', `/Users?${query}`)
    return [
      body.totalResults,
      body.Resources.map((each: { userName: string }) => each.userName).join(),
    ]
  }

  assert.deepEqual(await page('startIndex=1&count=3'), [7, 'p0,p1,p2'])
  assert.deepEqual(await page('startIndex=4&count=3'), [7, 'p3,p4,p5'])
  assert.deepEqual(await page('startIndex=7&count=3'), [7, 'p6'])
  assert.deepEqual(await page('startIndex=99&count=3'), [7, ''])
  assert.deepEqual(await page('startIndex=0&count=1'), [7, 'p0'])
  assert.deepEqual(await page('startIndex=-5&count=1'), [7, 'p0'])
  assert.deepEqual(await page('count=0'), [7, ''])
  assert.deepEqual(await page('count=-1'), [7, ''])
  assert.deepEqual(await page('unknown=1&count=1'), [7, 'p0'])
})

test('the look-up before a create finds a person in any letter case, inactive ones too', async () => {
  const { ask, hire } = server()
  const { id } = await hire('Nadia.Osei@acme.example', { active: false })

  const reply = await ask(
    'GET',
    '/users?filter=USERNAME EQ "NADIA.osei@ACME.example"&startIndex=1&count=100',
  )

  assert.deepEqual(
    reply.body.Resources.map((each: Resource) => each.id),
    [id],
  )
})

test('Okta deactivates by a path-less PATCH and reads the person back, same id', async () => {
  const { ask, hire, patch } = server()
  const { id } = await hire('a@acme.example')

  const reply = await patch(id, { op: 'replace', value: { active: false } })

  assert.deepEqual([reply.status, reply.body.active, reply.body.id], [200, false, id])
  assert.equal((await ask('GET', `/Users/${id}`)).body.active, false)
})

test('Okta’s PUT of our own answer changes what it changed and nothing else (RFC 7644 §3.5.1)', async () => {
  const { ask } = server()
  const { body: created } = await ask('POST', '/Users', oktaCreate)
  const sent = {
    ...created,
    name: { givenName: 'Nadia', middleName: '', familyName: 'Osei-Mensah' },
    groups: [{ value: 'grp_other', display: 'Taken over' }],
    totalResults: 1,
  }

  const { status, body, outcome } = await ask('PUT', `/Users/${created.id}`, sent)

  assert.equal(status, 200)
  assert.deepEqual(body, {
    ...created,
    name: { givenName: 'Nadia', familyName: 'Osei-Mensah' },
    meta: { ...created.meta, lastModified: '2026-11-02T09:14:07.120Z', version: '"2"' },
  })
  assert.deepEqual(outcome.ignored, ['totalResults'])
})

test('a PUT or PATCH that changes nothing leaves version and lastModified alone (RFC 7644 §3.5.2.1)', async () => {
  const { ask, patch } = server()
  const { body: created } = await ask('POST', '/Users', oktaCreate)

  const put = await ask('PUT', `/Users/${created.id}`, created)
  const patched = await patch(created.id, {
    op: 'add',
    value: { emails: oktaCreate.emails, active: 'True' },
  })

  assert.deepEqual(put.body, created)
  assert.deepEqual(patched.body, created)
  assert.equal(put.outcome.changed || patched.outcome.changed, false)
})

test('a PUT that leaves out active and externalId keeps both and clears the rest', async () => {
  const { ask } = server()
  const { body: created } = await ask('POST', '/Users', { ...oktaCreate, active: false })

  const { body } = await ask('PUT', `/Users/${created.id}`, {
    schemas: [USER],
    userName: 'nadia.osei@acme.example',
  })

  assert.deepEqual(
    [body.active, body.externalId, body.name, body.emails],
    [false, oktaCreate.externalId, undefined, undefined],
  )
})

test('names mixed in one path-less value: plain, dotted, qualified and a whole extension', async () => {
  const { hire, patch } = server()
  const { id } = await hire('a@acme.example', { name: { givenName: 'A', familyName: 'B' } })

  const { body } = await patch(id, {
    op: 'replace',
    value: {
      displayName: 'A C',
      'name.familyName': 'C',
      [`${ENTERPRISE}:department`]: 'Logistics',
      [ENTERPRISE]: { costCenter: '7' },
      shoeSize: 44,
    },
  })

  assert.deepEqual(
    [body.displayName, body.name, body[ENTERPRISE], body.schemas],
    [
      'A C',
      { givenName: 'A', familyName: 'C' },
      { department: 'Logistics', costCenter: '7' },
      [USER, ENTERPRISE],
    ],
  )
})

test('the extension’s URN leaves schemas with its last attribute (RFC 7643 §3)', async () => {
  const { hire, patch } = server()
  const { id } = await hire('a', { [ENTERPRISE]: { department: 'X', manager: 'usr_boss' } })

  const { body } = await patch(
    id,
    { op: 'Replace', path: `${ENTERPRISE}:manager`, value: '' },
    { op: 'remove', path: `${ENTERPRISE}:department` },
  )

  assert.deepEqual([body.schemas, body[ENTERPRISE]], [[USER], undefined])
})

test('Entra’s single operations land in one element that comes into being', async () => {
  const { hire, patch } = server()
  const { id } = await hire('a')

  const { body } = await patch(
    id,
    { op: 'Add', path: 'emails[type eq "work"].primary', value: 'true' },
    { op: 'Add', path: 'emails[type eq "work"].type', value: 'work' },
    { op: 'Add', path: 'emails[type eq "work"].value', value: 't.bak@acme.example' },
    { op: 'Replace', path: 'active', value: 'False' },
  )

  assert.deepEqual(body.emails, [{ type: 'work', primary: true, value: 't.bak@acme.example' }])
  assert.equal(body.active, false)
})

test('a new primary takes it over from the old one (RFC 7644 §3.5.2)', async () => {
  const { hire, patch } = server()
  const { id } = await hire('a', { emails: [{ value: 'old', type: 'work', primary: true }] })

  const { body } = await patch(id, {
    op: 'add',
    path: 'emails',
    value: [{ value: 'new', type: 'home', primary: true }],
  })

  assert.deepEqual(
    body.emails.map((each: { primary: boolean }) => each.primary),
    [false, true],
  )
})

const PATCH_REFUSED: [string, unknown, string][] = [
  ['an unknown operation', { op: 'upsert', path: 'title', value: 'x' }, 'invalidSyntax'],
  ['a remove without a path', { op: 'remove' }, 'noTarget'],
  [
    'a replace that selects nothing',
    { op: 'replace', path: 'emails[value co "x"].value', value: 'y' },
    'noTarget',
  ],
  ['a path that is none', { op: 'replace', path: 'emails[type eq', value: 'y' }, 'invalidPath'],
  ['a path of signs', { op: 'replace', path: '!!', value: 'y' }, 'invalidPath'],
  ['another id', { op: 'replace', value: { id: 'usr_other' } }, 'mutability'],
  ['groups of a user', { op: 'add', path: 'groups', value: [{ value: 'grp_1' }] }, 'mutability'],
  ['removal of the userName', { op: 'remove', path: 'userName' }, 'mutability'],
  ['an empty userName', { op: 'replace', path: 'userName', value: '' }, 'invalidValue'],
  ['a text as a boolean', { op: 'replace', path: 'active', value: 'maybe' }, 'invalidValue'],
  ['an add without a value', { op: 'add', path: 'title' }, 'invalidValue'],
]
for (const [what, operation, scimType] of PATCH_REFUSED)
  test(`PATCH with ${what}: ${scimType}, and the whole request changes nothing (SEC P-10)`, async () => {
    const { ask, hire, patch } = server()
    const before = await hire('a', { title: 'before' })

    const reply = await patch(
      before.id,
      { op: 'replace', path: 'title', value: 'after' },
      operation,
    )

    assert.equal(reply.body.scimType, scimType, reply.body.detail)
    assert.deepEqual((await ask('GET', `/Users/${before.id}`)).body, { ...before })
  })

// SEC P-7
test('prototype names change no prototype and are ignored like any unknown name', async () => {
  const { ask } = server()

  const reply = await ask(
    'POST',
    '/Users',
    '{"userName":"x","__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"name":{"__proto__":{"polluted":1},"givenName":"G"}}',
  )

  assert.equal(reply.status, 201)
  assert.deepEqual(reply.body.name, { givenName: 'G' })
  assert.equal(({} as Record<string, unknown>).polluted, undefined)
  assert.equal(
    Object.hasOwn(reply.body, '__proto__') || Object.hasOwn(reply.body, 'constructor'),
    false,
  )
})

async function withGroup() {
  const world = server()
  const [one, two, three] = [
    await world.hire('one', { displayName: 'One' }),
    await world.hire('two'),
    await world.hire('three'),
  ]
  const { body: group } = await world.ask('POST', '/Groups', {
    schemas: [GROUP],
    displayName: 'Field Ops',
    members: [{ value: one.id, display: 'one' }],
  })
  const members = async () =>
    (await world.ask('GET', `/Groups/${group.id}`)).body.members
      .map((each: { value: string }) => each.value)
      .toSorted()
  return { ...world, one, two, three, group, members }
}

test('a group shows its members with type, name and address', async () => {
  const { ask, group, one } = await withGroup()

  const { body } = await ask('GET', `/Groups/${group.id}`)

  assert.deepEqual(body.members, [
    { value: one.id, $ref: `${baseUrl}/Users/${one.id}`, type: 'User', display: 'One' },
  ])
  const user = await ask('GET', `/Users/${one.id}`)
  assert.deepEqual(user.body.groups, [
    {
      value: group.id,
      $ref: `${baseUrl}/Groups/${group.id}`,
      display: 'Field Ops',
      type: 'direct',
    },
  ])
})

test('Okta renames with the group’s own id, adds and removes in one request, and gets 204', async () => {
  const { ask, patch, group, one, two, members } = await withGroup()

  const reply = await patch(
    group.id,
    { op: 'replace', value: { id: group.id, displayName: 'Field Operations' } },
    { op: 'remove', path: `members[value eq "${one.id}"]` },
    { op: 'add', path: 'members', value: [{ value: two.id, display: 'two' }] },
  )

  assert.equal(reply.status, 204)
  assert.deepEqual(reply.outcome.rewrites, ['okta.own-id-in-value'])
  assert.deepEqual(await members(), [two.id])
  assert.equal((await ask('GET', `/Groups/${group.id}`)).body.displayName, 'Field Operations')
})

test('push now replaces all members, and an empty list empties the group', async () => {
  const { patch, group, two, three, members } = await withGroup()

  await patch(group.id, {
    op: 'replace',
    path: 'members',
    value: [{ value: two.id }, { value: three.id }],
  })
  const replaced = await members()
  await patch(group.id, { op: 'replace', path: 'members', value: [] })

  assert.deepEqual(replaced, [two.id, three.id].toSorted())
  assert.deepEqual(await members(), [])
})

// SEC P-11
test('entra: removing a member by value removes that one and no other', async () => {
  const { patch, group, one, two, members } = await withGroup()
  await patch(group.id, { op: 'Add', path: 'members', value: [{ $ref: null, value: two.id }] })

  const reply = await patch(group.id, {
    op: 'Remove',
    path: 'members',
    value: [{ $ref: null, value: one.id }],
  })
  await patch(group.id, { op: 'Remove', path: 'members', value: [] })
  await patch(group.id, { op: 'Remove', path: 'members', value: '' })
  for (const path of [' Members ', `${GROUP}:members`])
    await patch(group.id, { op: 'Remove', path, value: [{ value: one.id }] })

  assert.deepEqual(reply.outcome.rewrites, ['entra.remove-members-by-value'])
  assert.deepEqual(await members(), [two.id])
})

test('a remove of members with no value, or null, empties the group (RFC 7644 §3.5.2.2)', async () => {
  const { patch, group, members } = await withGroup()

  const reply = await patch(group.id, { op: 'remove', path: 'members', value: null })

  assert.equal(reply.status, 204)
  assert.deepEqual(await members(), [])
})

test('a path-less replace that does not speak of members leaves them alone', async () => {
  const { patch, group, one, members } = await withGroup()

  await patch(group.id, {
    op: 'replace',
    value: { schemas: [GROUP], id: group.id, displayName: 'Other', externalId: 'g-77' },
  })

  assert.deepEqual(await members(), [one.id])
})

test('repeating an add or a removal succeeds and changes nothing', async () => {
  const { patch, group, one, three } = await withGroup()

  const add = await patch(group.id, { op: 'add', path: 'members', value: [{ value: one.id }] })
  const remove = await patch(group.id, { op: 'remove', path: `members[value eq "${three.id}"]` })

  assert.deepEqual(
    [add.status, add.outcome.changed, remove.status, remove.outcome.changed],
    [204, false, 204, false],
  )
})

test('an unknown member costs nobody else the push, and is reported', async () => {
  const { patch, group, one, two, members } = await withGroup()

  const reply = await patch(group.id, {
    op: 'add',
    path: 'members',
    value: [{ value: two.id }, { value: 'usr_stale' }],
  })

  assert.equal(reply.status, 204)
  assert.deepEqual(reply.outcome.unknownMembers, ['usr_stale'])
  assert.deepEqual(await members(), [one.id, two.id].toSorted())
})

// SEC I-10
test('a group is not a member of itself', async () => {
  const { ask, patch, group } = await withGroup()

  const patched = await patch(group.id, {
    op: 'add',
    path: 'members',
    value: [{ value: group.id }],
  })
  const put = await ask('PUT', `/Groups/${group.id}`, {
    displayName: 'x',
    members: [{ value: group.id }],
  })

  assert.deepEqual([patched.body.scimType, put.body.scimType], ['invalidValue', 'invalidValue'])
})

test('a wizard-made app puts the whole membership, display null', async () => {
  const { ask, group, two, members } = await withGroup()

  const reply = await ask('PUT', `/Groups/${group.id}`, {
    schemas: [GROUP],
    id: group.id,
    displayName: 'Field Ops',
    members: [{ value: two.id, display: null }],
  })

  assert.equal(reply.status, 200)
  assert.deepEqual(await members(), [two.id])
})

test('members are left out of an answer that excludes them (RFC 7644 §3.9)', async () => {
  const { ask, group } = await withGroup()

  const { body } = await ask(
    'GET',
    `/Groups?excludedAttributes=members&filter=displayName eq "field ops"`,
  )

  assert.equal(body.Resources[0].id, group.id)
  assert.equal('members' in body.Resources[0], false)
})

test('attributes chooses, and id and schemas stay (RFC 7644 §3.9)', async () => {
  const { ask, hire } = server()
  const { id } = await hire('a', {
    name: { givenName: 'G', familyName: 'F' },
    title: 'T',
    [ENTERPRISE]: { department: 'D', division: 'V' },
  })

  const chosen = await ask(
    'GET',
    `/Users/${id}?attributes=userName,NAME.givenName,${ENTERPRISE}:department`,
  )
  const without = await ask(
    'GET',
    `/Users/${id}?excludedAttributes=id,meta,groups,name.givenName,${ENTERPRISE}`,
  )

  assert.deepEqual(chosen.body, {
    schemas: [USER, ENTERPRISE],
    id,
    userName: 'a',
    name: { givenName: 'G' },
    [ENTERPRISE]: { department: 'D' },
  })
  assert.deepEqual(without.body, {
    schemas: [USER],
    id,
    userName: 'a',
    active: true,
    name: { familyName: 'F' },
    title: 'T',
  })
})

test('a deleted person is gone from everywhere, and the name is free for another id (RFC 7644 §3.6)', async () => {
  const { ask, hire, one, members } = await withGroup()

  const gone = await ask('DELETE', `/Users/${one.id}`)
  const again = await ask('DELETE', `/Users/${one.id}`)
  const other = await hire('one')

  assert.deepEqual([gone.status, again.status], [204, 404])
  assert.deepEqual(await members(), [])
  assert.notEqual(other.id, one.id)
})

test('If-Match with an old version is 412, with the present one or * it passes (RFC 7644 §3.14)', async () => {
  const { raw, hire } = server()
  const { id } = await hire('a')
  const change = { schemas: [PATCH_OP], Operations: [{ op: 'replace', path: 'title', value: 'x' }] }

  const stale = await raw('PATCH', `/Users/${id}`, change, { ifMatch: 'W/"9"' })
  const fresh = await raw('PATCH', `/Users/${id}`, change, { ifMatch: '"1"' })
  const any = await raw('DELETE', `/Users/${id}`, undefined, { ifMatch: '*' })

  assert.deepEqual([stale.status, fresh.status, any.status], [412, 200, 204])
})

test('If-None-Match with the present version is 304 without a body (RFC 7644 §3.14)', async () => {
  const { raw, hire } = server()
  const { id } = await hire('a')

  const reply = await raw('GET', `/Users/${id}`, undefined, { ifNoneMatch: 'W/"1"' })

  assert.deepEqual([reply.status, reply.body, reply.headers.etag], [304, undefined, '"1"'])
})

test('discovery lists what is served and each document is at its own address (RFC 7644 §4)', async () => {
  const { ask } = server()

  const types = await ask('GET', '/ResourceTypes')
  const schemas = await ask('GET', '/schemas')
  const config = await ask('GET', '/ServiceProviderConfig')

  assert.deepEqual(
    types.body.Resources.map((each: Resource) => each.id),
    ['User', 'Group'],
  )
  for (const { id } of [...schemas.body.Resources])
    assert.deepEqual((await ask('GET', `/Schemas/${encodeURIComponent(id)}`)).body.id, id)
  assert.equal(schemas.body.Resources.length, 3)
  assert.deepEqual(
    [config.body.patch.supported, config.body.bulk.supported, config.body.sort.supported],
    [true, true, true],
  )
})
