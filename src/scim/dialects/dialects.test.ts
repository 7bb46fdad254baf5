import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  ENTERPRISE,
  GROUP,
  PATCH_OP,
  type ScimServer,
  startScim,
  USER,
} from '../../../test/support/scim.ts'
import { REWRITES, type RewriteName } from '../index.ts'

/**
 * What is sent in each dialect, and whether it was understood. Every rewrite has its case, so that
 * one that is switched off is seen to be.
 */
const CASES: Record<RewriteName, (server: ScimServer) => Promise<boolean>> = {
  'okta.own-id-in-value': async ({ found, patch, read }) => {
    const { id } = await found('Field Ops')
    await patch(id, { op: 'replace', value: { ID: id, displayName: 'Field Operations' } })
    return (await read(id)).displayName === 'Field Operations'
  },
  'authentik.whole-resource-in-value': async ({ found, patch, read }) => {
    const { id, meta } = await found('Field Ops')
    await patch(id, { op: 'replace', value: { schemas: [GROUP], meta, externalId: 'g' } })
    return (await read(id)).externalId === 'g'
  },
  'authentik.no-schemas': async ({ ask }) =>
    (await ask('POST', '/Users', { userName: 'a' })).status === 201,
  'entra.remove-members-by-value': async ({ hire, found, patch, read }) => {
    const [one, two] = [await hire('one'), await hire('two')]
    const { id } = await found('Field Ops', [one.id, two.id])
    await patch(id, { op: 'Remove', path: 'members', value: [{ value: one.id }] })
    return (await read(id)).members.length === 1
  },
  'entra.filter-in-a-name': async ({ hire, patch }) => {
    const { id } = await hire('a')
    const { body } = await patch(id, { op: 'add', value: { 'emails[type eq "work"].value': 'x' } })
    return body.emails?.[0].value === 'x'
  },
  'entra.unqualified-extension-attribute': async ({ hire, patch }) => {
    const { id } = await hire('a')
    const { body } = await patch(id, { op: 'add', path: 'manager.value', value: 'usr_1' })
    return body[ENTERPRISE]?.manager.value === 'usr_1'
  },
  'entra.create-what-a-filter-misses': async ({ hire, patch }) => {
    const { id } = await hire('a')
    const path = 'emails[type eq "work"].value'
    return (await patch(id, { op: 'Replace', path, value: 'x' })).status === 200
  },
  'entra.boolean-as-text': async ({ hire, patch }) => {
    const { id } = await hire('a')
    return (await patch(id, { op: 'Replace', path: 'active', value: 'False' })).status === 200
  },
  'entra.text-for-a-complex-value': async ({ ask }) => {
    const extension = { [ENTERPRISE]: { manager: 'usr_1' } }
    const { status } = await ask('POST', '/Users', { schemas: [USER], userName: 'a', ...extension })
    return status === 201
  },
  'entra.list-for-one-value': async ({ ask }) => {
    const extension = { [ENTERPRISE]: { manager: [{ value: 'usr_1' }] } }
    const { status } = await ask('POST', '/Users', { schemas: [USER], userName: 'a', ...extension })
    return status === 201
  },
  'onelogin.manager-id': async ({ ask }) => {
    const extension = { [ENTERPRISE]: { department: 'D', manager: { managerId: 'usr_1' } } }
    const { body } = await ask('POST', '/Users', { schemas: [USER], userName: 'a', ...extension })
    return body[ENTERPRISE]?.manager?.value === 'usr_1'
  },
  'onelogin.one-value-for-a-list': async ({ ask }) => {
    const emails = { value: 'x' }
    return (await ask('POST', '/Users', { schemas: [USER], userName: 'a', emails })).status === 201
  },
  'onelogin.number-for-text': async ({ ask }) => {
    const title = 7
    return (await ask('POST', '/Users', { schemas: [USER], userName: 'a', title })).status === 201
  },
}

for (const { name } of REWRITES) {
  const speak = CASES[name]

  test(`${name} undoes what it is there for, unless it is switched off`, async () => {
    const understood = await speak(startScim())
    const off = await speak(startScim({ dialect: { strict: false, off: new Set([name]) } }))
    const strict = await speak(startScim({ dialect: { strict: true, off: new Set() } }))

    assert.deepEqual([understood, off, strict], [true, false, false])
  })
}

test('a rewrite changes nothing for those who do not speak so, and is not named', async () => {
  const { ask, patch, found } = startScim()
  const whole = {
    schemas: [USER, ENTERPRISE],
    userName: 'a',
    active: true,
    emails: [{ value: 'x', type: 'work', primary: true }],
    [ENTERPRISE]: { department: 'D', manager: { value: 'usr_1' } },
  }

  const made = await ask('POST', '/Users', whole)
  const put = await ask('PUT', `/Users/${made.body.id}`, made.body)
  const { id } = await found('Field Ops', [made.body.id])
  const patched = await patch(
    id,
    { op: 'replace', path: 'displayName', value: 'B' },
    { op: 'remove', path: 'members' },
  )

  assert.deepEqual(
    [made, put, patched].flatMap(({ outcome }) => [outcome.rewrites, outcome.ignored]).flat(),
    [],
  )
})

test('what only we say of a resource is taken for repeated when a whole one comes back, and not otherwise', async () => {
  const { ask, hire, patch } = startScim()
  const { id } = await hire('a')
  const { body: whole } = await ask('GET', `/Users/${id}`)
  const { schemas: _, ...withoutSchemas } = whole

  const replies = [
    await patch(id, { op: 'replace', value: whole }),
    await patch(id, { op: 'replace', value: withoutSchemas }),
    await patch(id, { op: 'replace', value: { groups: [{ value: 'grp_1' }] } }),
  ]

  assert.deepEqual(
    replies.map(({ status, body, outcome }) => [status, body.scimType, outcome.changed]),
    [
      [200, undefined, false],
      [200, undefined, false],
      [400, 'mutability', false],
    ],
  )
})

test('another id than its own is no rewrite’s business: mutability', async () => {
  const { found, patch } = startScim()
  const { id } = await found('Field Ops')

  const reply = await patch(id, { op: 'replace', value: { id: 'grp_other', displayName: 'B' } })

  assert.deepEqual([reply.status, reply.body.scimType], [400, 'mutability'])
})

const strictly = () => startScim({ dialect: { strict: true, off: new Set() } })

const STRICT: [string, object, string | undefined][] = [
  ['an operation without a path', { op: 'replace', value: { title: 'T' } }, 'invalidSyntax'],
  ['an unknown attribute', { op: 'add', path: 'shoeSize', value: 44 }, 'invalidSyntax'],
  [
    'an unknown part of a value',
    { op: 'add', path: 'name', value: { petName: 'x' } },
    'invalidSyntax',
  ],
  ['an unknown schema', { op: 'add', path: 'urn:acme:User:badge', value: '7' }, 'invalidSyntax'],
  [
    'an element that a filter names',
    { op: 'replace', path: 'emails[type eq "work"]', value: { value: 'y' } },
    'invalidPath',
  ],
  [
    'a filter that selects two elements',
    { op: 'replace', path: 'emails[type eq "work"].display', value: 'y' },
    'invalidFilter',
  ],
  [
    'a filter that selects none',
    { op: 'replace', path: 'emails[type eq "home"].value', value: 'y' },
    'noTarget',
  ],
  [
    'a filter that selects one',
    { op: 'replace', path: 'emails[value eq "b"].display', value: 'y' },
    undefined,
  ],
  ['a part by its path', { op: 'replace', path: 'name.givenName', value: 'G' }, undefined],
]
for (const [what, operation, scimType] of STRICT)
  test(`a strict connection ${scimType === undefined ? 'takes' : `refuses with ${scimType}`} ${what}`, async () => {
    const { hire, patch } = strictly()
    const { id } = await hire('a', {
      name: { familyName: 'F' },
      emails: [
        { value: 'a', type: 'work' },
        { value: 'b', type: 'work' },
      ],
    })

    const reply = await patch(id, operation)

    assert.deepEqual(
      [reply.status, reply.body.scimType],
      [scimType === undefined ? 200 : 400, scimType],
      reply.body.detail,
    )
  })

test('on a strict connection a replace of a complex attribute replaces it whole, an add merges', async () => {
  const { hire, patch } = strictly()
  const { id } = await hire('a', { name: { givenName: 'G', familyName: 'F' } })

  const added = await patch(id, { op: 'add', path: 'name', value: { middleName: 'M' } })
  const replaced = await patch(id, { op: 'replace', path: 'name', value: { familyName: 'N' } })

  assert.deepEqual(
    [added.body.name, replaced.body.name],
    [{ givenName: 'G', familyName: 'F', middleName: 'M' }, { familyName: 'N' }],
  )
})

test('a strict connection refuses unknown attributes and schemas of a POST, and takes members one by one', async () => {
  const { ask, hire, found, patch } = strictly()
  const user = { schemas: [USER], userName: 'b' }

  const replies = [
    await ask('POST', '/Users', { ...user, shoeSize: 44 }),
    await ask('POST', '/Users', { ...user, schemas: [USER, 'urn:acme:User'] }),
    await ask('POST', '/Users', { ...user, emails: [{ value: 'x', colour: 'red' }] }),
  ]
  const { id: member } = await hire('a')
  const { id } = await found('Field Ops', [member])
  const removed = await patch(id, { op: 'remove', path: `members[value eq "${member}"]` })

  assert.deepEqual(
    replies.map(({ body }) => body.scimType),
    ['invalidSyntax', 'invalidSyntax', 'invalidSyntax'],
  )
  assert.deepEqual([removed.status, removed.outcome.movedMembers], [204, 1])
})

// SEC P-11
test('where a remove of members by value is not understood it is refused, and nobody leaves', async () => {
  const { hire, found, patch, read } = strictly()
  const { id: member } = await hire('a')
  const { id } = await found('Field Ops', [member])

  const replies = [
    await patch(id, { op: 'remove', path: 'members', value: [{ value: 'usr_other' }] }),
    await patch(id, { op: 'remove', path: 'members', value: [] }),
  ]

  for (const { status, body } of replies)
    assert.deepEqual([status, body.scimType], [400, 'invalidValue'], body.detail)
  assert.equal((await read(id)).members.length, 1)
})

test('a strict connection wants application/scim+json', async () => {
  const { ask } = strictly()
  const body = { schemas: [USER], userName: 'a' }

  const plain = await ask('POST', '/Users', body, { contentType: 'application/json' })
  const scim = await ask('POST', '/Users', body, { contentType: 'application/scim+json' })

  assert.deepEqual([plain.status, scim.status], [415, 201])
})

test('the operations of a bulk request are read in the dialect of the connection', async () => {
  const { ask } = strictly()
  const bulk = {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
    Operations: [
      { method: 'POST', path: '/Users', bulkId: 'a', data: { schemas: [USER], userName: 'a' } },
      {
        method: 'PATCH',
        path: '/Users/bulkId:a',
        data: { schemas: [PATCH_OP], Operations: [{ op: 'replace', value: { title: 'T' } }] },
      },
    ],
  }

  const { body } = await ask('POST', '/Bulk', bulk)

  assert.deepEqual(
    body.Operations.map(({ status }: { status: string }) => status),
    ['201', '400'],
  )
})
