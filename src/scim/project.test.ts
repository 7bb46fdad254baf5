import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ENTERPRISE, GROUP, startScim, typesWithOne, USER } from '../../test/support/scim.ts'
import { bodyOfPieces, renderAnswer } from './render.ts'
import { resourceType } from './index.ts'
import { projectionOf } from './project.ts'

const BADGE = 'urn:acme:2.0:Badge'
const TYPES = typesWithOne('User', BADGE, [
  { name: 'code' },
  { name: 'history', returned: 'request' },
])

async function nadia() {
  const server = startScim({ types: TYPES })
  const { id } = await server.hire('nadia', {
    title: 'Dr',
    name: { givenName: 'Nadia', familyName: 'Osei' },
    emails: [{ value: 'n@x', type: 'work', display: 'N' }, { value: 'h@x' }],
    [ENTERPRISE]: { department: 'Ops', manager: { value: 'usr_1', $ref: '../Users/usr_1' } },
    [BADGE]: { code: 'c', history: 'h' },
  })
  const shown = async (query: string) => {
    const { meta: _meta, ...rest } = (await server.ask('GET', `/Users/${id}?${query}`)).body
    return rest
  }
  return { ...server, id, shown }
}

const ONLY: [string, object][] = [
  ['userName', { userName: 'nadia' }],
  ['USERNAME, name.GIVENNAME', { userName: 'nadia', name: { givenName: 'Nadia' } }],
  ['name,name.givenName', { name: { givenName: 'Nadia', familyName: 'Osei' } }],
  ['emails.display', { emails: [{ display: 'N' }] }],
  [`${ENTERPRISE}:department`, { [ENTERPRISE]: { department: 'Ops' } }],
  [`${ENTERPRISE}:manager.value`, { [ENTERPRISE]: { manager: { value: 'usr_1' } } }],
  [`${BADGE}:history`, { [BADGE]: { history: 'h' } }],
  [BADGE, { [BADGE]: { code: 'c', history: 'h' } }],
  [`${USER}:title`, { title: 'Dr' }],
  ['password,shoeSize,nickName', {}],
]
for (const [names, expected] of ONLY)
  test(`attributes=${names} shows that beside id and its schemas (RFC 7644 §3.9, RFC 7643 §3)`, async () => {
    const { id, shown } = await nadia()
    const schemas = [USER, ...Object.keys(expected).filter((name) => name.startsWith('urn:'))]

    assert.deepEqual(await shown(`attributes=${names}`), { schemas, id, ...expected })
  })

const WITHOUT: [string, (whole: Record<string, unknown>) => object][] = [
  ['id,schemas', (whole) => whole],
  ['title,groups', ({ title: _left, groups: _too, ...rest }) => rest],
  ['name.givenName', (whole) => ({ ...whole, name: { familyName: 'Osei' } })],
  ['emails.value', (whole) => ({ ...whole, emails: [{ type: 'work', display: 'N' }] })],
  [
    `${ENTERPRISE}:manager.$ref`,
    (whole) => ({ ...whole, [ENTERPRISE]: { department: 'Ops', manager: { value: 'usr_1' } } }),
  ],
  [`${BADGE}:code`, ({ [BADGE]: _left, ...rest }) => ({ ...rest, schemas: [USER, ENTERPRISE] })],
  [ENTERPRISE, ({ [ENTERPRISE]: _left, ...rest }) => ({ ...rest, schemas: [USER, BADGE] })],
]
for (const [names, expected] of WITHOUT)
  test(`excludedAttributes=${names} leaves that out, never id and schemas (RFC 7644 §3.9)`, async () => {
    const { shown } = await nadia()
    const whole = await shown('')

    assert.deepEqual(await shown(`excludedAttributes=${names}`), expected(whole))
  })

test('what is returned on request is in no answer that did not name it (RFC 7643 §7)', async () => {
  const { shown, ask, patch, id } = await nadia()

  const whole = await shown('')
  const listed = await ask('GET', '/Users')
  const patched = await patch(id, { op: 'replace', path: 'title', value: 'Prof' })

  assert.deepEqual(whole[BADGE], { code: 'c' })
  assert.deepEqual(listed.body.Resources[0][BADGE], { code: 'c' })
  assert.deepEqual(patched.body[BADGE], { code: 'c' })
})

test('a projection holds for writes and for each of several types at the root too (RFC 7644 §3.9)', async () => {
  const { ask, found } = await nadia()
  await found('Crew')

  const made = await ask('POST', '/Users?attributes=userName', {
    schemas: [USER],
    userName: 'b',
    title: 'Dr',
  })
  const all = await ask('GET', '/?attributes=displayName')

  assert.deepEqual(Object.keys(made.body), ['schemas', 'id', 'userName'])
  assert.deepEqual(
    all.body.Resources.map((each: object) => Object.keys(each).toSorted()),
    [
      ['displayName', 'id', 'schemas'],
      ['id', 'schemas'],
      ['id', 'schemas'],
    ],
  )
})

test('of members, parts are chosen while they are sent', async () => {
  const type = resourceType('Group')
  const element = (n: number) =>
    `{"value":"usr_${n}","$ref":"/Users/usr_${n}","type":"User","display":"\\"$ref\\":\\"/x"}`
  const stored = {
    id: 'grp_1',
    version: 1,
    text: `{"schemas":["${GROUP}"],"id":"grp_1","displayName":"Crew","meta":{"version":"1"}}`,
    members: [1, 2].map(element).join(),
    async *moreMembers() {
      yield element(3)
      yield [4, 5].map(element).join()
    },
  }
  const read = async (query: string) => {
    const projection = projectionOf(type, new URLSearchParams(query))
    const { body, rest } = bodyOfPieces(renderAnswer(type, stored, 'https://x/scim', projection))
    let text = body
    for await (const each of rest ?? []) text += each
    return JSON.parse(text)
  }

  const whole = await read('')
  const values = await read('attributes=members.value')
  const without = await read('excludedAttributes=members.display,members.type,members.$ref,meta')

  assert.equal(whole.members.length, 5)
  assert.deepEqual(whole.members[3], {
    value: 'usr_4',
    $ref: 'https://x/scim/Users/usr_4',
    type: 'User',
    display: '"$ref":"/x',
  })
  const bare = [1, 2, 3, 4, 5].map((n) => ({ value: `usr_${n}` }))
  assert.deepEqual(values, { schemas: [GROUP], id: 'grp_1', members: bare })
  assert.deepEqual(without, { schemas: [GROUP], id: 'grp_1', displayName: 'Crew', members: bare })
})

test('of members that have nothing of what was asked for nothing is sent, wherever they stand', async () => {
  const type = resourceType('Group')
  const projection = projectionOf(type, new URLSearchParams('attributes=members.display'))
  const bare = '{"value":"usr_1"}'
  const named = '{"value":"usr_2","display":"Nadia"}'
  const read = async (members: string, ...more: readonly string[]) => {
    const stored = {
      ...{ id: 'grp_1', version: 1, members },
      text: `{"schemas":["${GROUP}"],"id":"grp_1","displayName":"Crew","meta":{"version":"1"}}`,
      async *moreMembers() {
        yield* more
      },
    }
    const { body, rest } = bodyOfPieces(renderAnswer(type, stored, 'https://x/scim', projection))
    let text = body
    for await (const each of rest ?? []) text += each
    return JSON.parse(text).members.length
  }

  assert.deepEqual(
    [
      await read(bare, bare, bare),
      await read(bare, named, bare, named),
      await read(named, bare, `${bare},${named}`, bare),
    ],
    [0, 2, 2],
  )
})
