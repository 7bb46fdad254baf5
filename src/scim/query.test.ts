import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BASE_URL, ENTERPRISE, type Said, startScim } from '../../test/support/scim.ts'

const SEARCH = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest'

function namesIn({ body, status }: Said): string[] {
  assert.equal(status, 200, JSON.stringify(body))
  return body.Resources.map(
    (each: { userName?: string; displayName: string }) => each.userName ?? each.displayName,
  )
}

async function office() {
  const server = startScim()
  await server.hire('carla', { title: 'Dr', name: { familyName: 'berg' }, nickName: 'c' })
  await server.hire('ada', {
    name: { familyName: 'Zoe' },
    emails: [{ value: 'x@x' }, { value: 'A@x', primary: true }],
  })
  await server.hire('Bert', { name: { familyName: 'Äng' }, emails: [{ value: 'b@x' }] })
  const crew = await server.found('Crew')
  return { ...server, crew }
}

test('a list is sorted without regard to case, who has no value comes last, or first when descending (RFC 7644 §3.4.2.3)', async () => {
  const { ask } = await office()
  const sorted = async (query: string) => namesIn(await ask('GET', `/Users?${query}`))

  assert.deepEqual(await sorted('sortBy=userName'), ['ada', 'Bert', 'carla'])
  assert.deepEqual(await sorted('sortBy=USERNAME&sortOrder=Descending'), ['carla', 'Bert', 'ada'])
  assert.deepEqual(await sorted('sortBy=name.familyName'), ['carla', 'ada', 'Bert'])
  assert.deepEqual(await sorted('sortBy=title'), ['carla', 'ada', 'Bert'])
  assert.deepEqual(await sorted('sortBy=title&sortOrder=descending'), ['Bert', 'ada', 'carla'])
  assert.deepEqual(await sorted('sortBy=emails'), ['ada', 'Bert', 'carla'])
  assert.deepEqual(await sorted('sortBy=emails.value&startIndex=2&count=1'), ['Bert'])
  assert.deepEqual(await sorted('sortBy=meta.created&sortOrder=descending'), [
    'Bert',
    'ada',
    'carla',
  ])
  assert.deepEqual(await sorted('sortOrder=descending'), ['carla', 'ada', 'Bert'])
})

const REFUSED: [string, string, string][] = [
  ['an unknown sortBy', 'sortBy=shoeSize', 'invalidValue'],
  ['sortBy of what is never told', 'sortBy=password', 'invalidValue'],
  ['sortBy of rows', 'sortBy=groups', 'invalidValue'],
  ['an unknown sortOrder', 'sortBy=userName&sortOrder=up', 'invalidValue'],
  ['both ways of paging', 'startIndex=1&cursor=', 'invalidValue'],
  ['a cursor that is none', 'cursor=abc', 'invalidCursor'],
  ['a cursor with signs', 'cursor=%F0%9F%98%80', 'invalidCursor'],
  ['a count of none with a cursor', 'cursor=&count=0', 'invalidCount'],
  ['a count below none with a cursor', 'cursor=&count=-1', 'invalidCount'],
  ['a count that is no number with a cursor', 'cursor=&count=ten', 'invalidCount'],
]
for (const [what, query, scimType] of REFUSED)
  test(`${what}: 400 ${scimType} (RFC 7644 §3.4.2, RFC 9865 §2.1)`, async () => {
    const { ask } = await office()

    const { status, body } = await ask('GET', `/Users?${query}`)

    assert.deepEqual([status, body.scimType], [400, scimType], body.detail)
  })

test('a walk by cursor meets everybody once, though some come, go and change meanwhile (RFC 9865 §2)', async () => {
  const { ask, hire, patch } = startScim()
  const people = []
  for (let n = 0; n < 7; n += 1) people.push(await hire(`p${n}`))

  const first = await ask('GET', '/Users?cursor&count=3')
  await ask('DELETE', `/Users/${people[2].id}`)
  await ask('DELETE', `/Users/${people[4].id}`)
  await patch(people[3].id, { op: 'replace', path: 'title', value: 'Dr' })
  await hire('late')
  const second = await ask('GET', `/Users?cursor=${first.body.nextCursor}&count=3`)
  const third = await ask('GET', `/Users?cursor=${second.body.nextCursor}&count=3`)

  assert.deepEqual([first, second, third].map(namesIn), [
    ['p0', 'p1', 'p2'],
    ['p3', 'p5', 'p6'],
    ['late'],
  ])
  assert.match(first.body.nextCursor, /^[A-Za-z0-9_-]+$/)
  assert.deepEqual(
    [first, second, third].map(({ body }) => body.totalResults),
    [7, 7, 7],
    'counted once, for the first page',
  )
  assert.deepEqual(Object.keys(third.body), [
    'schemas',
    'totalResults',
    'itemsPerPage',
    'Resources',
  ])
})

test('a sorted and filtered walk by cursor keeps its order, those without a value last', async () => {
  const { ask } = await office()
  const query = '/Users?filter=active eq true&sortBy=emails.value&count=1'

  const names: string[] = []
  for (let cursor: string | undefined = ''; cursor !== undefined;) {
    const page: Said = await ask('GET', `${query}&cursor=${cursor}`)
    names.push(...namesIn(page))
    cursor = page.body.nextCursor
  }

  assert.deepEqual(names, ['ada', 'Bert', 'carla'])
})

// SEC I-9
test('a cursor is good for its own query alone, tells nothing of what it holds, and expires', async () => {
  const { ask, hire } = startScim()
  for (const name of ['canary-one', 'canary-two']) await hire(name)
  const { body } = await ask('GET', '/Users?sortBy=userName&cursor=&count=1')
  const cursor: string = body.nextCursor
  const follow = async (query: string) => (await ask('GET', query)).body.scimType

  assert.equal(await follow(`/Users?sortBy=userName&cursor=${cursor}`), undefined)
  for (const query of [
    `/Users?cursor=${cursor}`,
    `/Groups?cursor=${cursor}`,
    `/Users?sortBy=userName&sortOrder=descending&cursor=${cursor}`,
    `/Users?sortBy=userName&filter=active eq true&cursor=${cursor}`,
    `/Users?sortBy=userName&cursor=${cursor.slice(0, -1)}`,
    `/Users?sortBy=userName&cursor=${cursor.slice(0, 20)}${cursor[20] === 'A' ? 'B' : 'A'}${cursor.slice(21)}`,
  ])
    assert.equal(await follow(query), 'invalidCursor', query)
  assert.ok(!Buffer.from(cursor, 'base64url').toString('latin1').includes('canary'))
})

test('POST to .search finds what GET finds, for a type and for all at the root (RFC 7644 §3.4.3)', async () => {
  const { ask } = await office()
  const search = (path: string, more: object) => ask('POST', path, { schemas: [SEARCH], ...more })

  const users = await search('/Users/.search', {
    filter: 'userName sw "a"',
    attributes: ['userName', 'name.familyName'],
    startIndex: 1,
    count: 10,
  })
  const all = await search('/.search', { sortBy: 'meta.created', sortOrder: 'descending' })
  const named = await search('/.search', {
    filter: 'displayName eq "crew" or userName eq "BERT"',
    EXCLUDEDATTRIBUTES: ['members', 'meta'],
  })
  const paged = await search('/.search', { cursor: '', count: 3 })

  assert.deepEqual(
    users.body,
    (await ask('GET', '/Users?filter=userName sw "a"&attributes=userName,name.familyName')).body,
  )
  assert.deepEqual(namesIn(all), ['Crew', 'Bert', 'ada', 'carla'])
  assert.deepEqual(namesIn(named).toSorted(), ['Bert', 'Crew'])
  assert.equal(
    named.body.Resources.some((each: object) => 'members' in each || 'meta' in each),
    false,
  )
  assert.equal(paged.body.itemsPerPage, 3)
  assert.equal(typeof paged.body.nextCursor, 'string')
})

test('GET of the root lists all types, each with its own address (RFC 7644 §3.4.2.1)', async () => {
  const { ask, crew } = await office()

  const { body } = await ask('GET', '/?filter=meta.resourceType eq "Group"')

  assert.deepEqual(
    body.Resources.map((each: { meta: { location: string } }) => each.meta.location),
    [`${BASE_URL}/Groups/${crew.id}`],
  )
})

test('at the root an attribute of another type has no value; one of no type is refused (RFC 7644 §3.4.2.1)', async () => {
  const { ask } = await office()
  const found = async (filter: string) => namesIn(await ask('GET', `/?filter=${filter}`))

  assert.deepEqual(await found('userName pr'), ['carla', 'ada', 'Bert'])
  assert.deepEqual(await found('not (userName pr)'), ['Crew'])
  assert.deepEqual(await found('userName ne "ada" and members ne "x"'), ['Crew', 'carla', 'Bert'])
  assert.equal((await ask('GET', '/?filter=shoeSize pr')).body.scimType, 'invalidFilter')
})

for (const [what, body] of [
  ['names no schema', { filter: 'userName pr' }],
  ['names another schema', { schemas: ['urn:x'] }],
] as const)
  test(`a search whose body ${what} is 400 invalidSyntax (RFC 7644 §3.4.3)`, async () => {
    const reply = await startScim().ask('POST', '/Users/.search', body)

    assert.deepEqual([reply.status, reply.body.scimType], [400, 'invalidSyntax'])
  })

test('a search parameter of another form is 400 invalidValue', async () => {
  const { ask } = startScim()
  for (const more of [{ filter: ['x'] }, { attributes: [1] }, { count: {} }, { count: 1.5 }]) {
    const { body } = await ask('POST', '/Users/.search', { schemas: [SEARCH], ...more })
    assert.equal(body.scimType, 'invalidValue', JSON.stringify(more))
  }
})

test('how lists are paged and sorted is announced (RFC 9865 §4)', async () => {
  const { body } = await startScim().ask('GET', '/ServiceProviderConfig')

  assert.deepEqual(body.pagination, {
    cursor: true,
    index: true,
    defaultPaginationMethod: 'index',
    defaultPageSize: 100,
    maxPageSize: 1000,
    cursorTimeout: 3600,
  })
  assert.equal(body.sort.supported, true)
})

test('our own addresses can be filtered by as they are told (RFC 7643 §3.1, §4.2)', async () => {
  const { ask, hire, found } = startScim()
  const nadia = await hire('nadia')
  const crew = await found('Crew', [nadia.id])
  await found('Empty')
  const names = async (path: string, filter: string) =>
    namesIn(await ask('GET', `${path}?filter=${filter}`))

  assert.deepEqual(await names('/Users', `meta.location eq "${nadia.meta.location}"`), ['nadia'])
  assert.deepEqual(await names('/Groups', `members.$ref eq "${nadia.meta.location}"`), ['Crew'])
  assert.deepEqual(await names('/Groups', `members[$ref eq "${nadia.meta.location}"]`), ['Crew'])
  assert.deepEqual(await names('/Users', `groups.$ref eq "${crew.meta.location}"`), ['nadia'])
})

test('Entra’s check of a manager names the attribute without its schema, which can be switched off', async () => {
  const { ask, hire } = startScim()
  const strict = startScim({ dialect: { strict: true, off: new Set() } })
  const { id } = await hire('nadia', { [ENTERPRISE]: { manager: { value: 'usr_1' } } })
  const check = (manager: string) =>
    ask('GET', `/Users?filter=id eq "${id}" and manager eq "${manager}"&attributes=id`)

  const [right, wrong] = [await check('usr_1'), await check('usr_2')]
  const refused = await strict.ask('GET', '/Users?filter=manager eq "usr_1"')

  assert.deepEqual([right.body.totalResults, wrong.body.totalResults], [1, 0])
  assert.deepEqual(right.outcome.rewrites, ['entra.unqualified-extension-attribute'])
  assert.equal(refused.body.scimType, 'invalidFilter')
})

test('a schema’s URN is compared without regard to case (RFC 7643 §2.1)', async () => {
  const { ask, hire } = startScim()
  await hire('nadia', { [ENTERPRISE]: { department: 'Ops' } })
  await hire('tomasz')

  const reply = await ask('GET', `/Users?filter=schemas eq "${ENTERPRISE.toUpperCase()}"`)

  assert.deepEqual(namesIn(reply), ['nadia'])
})
