/**
 * PATCH against a model of it: the same request, applied to a plain object in the most direct way
 * there is. Values come from a small alphabet, so that they meet.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { ENTERPRISE, GROUP, PATCH_OP, startScim, USER } from '../support/scim.ts'

interface Email {
  value?: string
  type?: string
  display?: string
  primary?: boolean
}

interface Profile {
  title?: string
  name: { givenName?: string; familyName?: string }
  emails: Email[]
  department?: string
}

/** What is sent, and what it means; `means` returns false when it must be refused. */
interface Step {
  readonly operation: object
  readonly means: (profile: Profile) => boolean
}

const text = fc.constantFrom('a', 'b', 'c')
const kind = fc.constantFrom('work', 'home')
const verb = fc.constantFrom('add', 'Add', 'replace', 'Replace')
const email = fc.record(
  { value: text, type: kind, display: fc.constantFrom('x', 'y'), primary: fc.boolean() },
  { requiredKeys: ['value'], noNullPrototype: true },
)

const always = (act: (profile: Profile) => void) => (profile: Profile) => {
  act(profile)
  return true
}

const setTitle = fc.tuple(verb, fc.option(text)).map(([op, value]): Step => ({
  operation: { op, path: 'title', value },
  means: always((profile) => {
    if (value === null) delete profile.title
    else profile.title = value
  }),
}))

const setName = fc
  .tuple(verb, fc.record({ givenName: text, familyName: text }, { requiredKeys: [] }))
  .map(([op, value]): Step => ({
    operation: { op, path: 'name', value },
    means: always((profile) => void Object.assign(profile.name, value)),
  }))

const setByNames = fc.tuple(verb, text, text).map(([op, givenName, department]): Step => ({
  operation: {
    op,
    value: { 'name.givenName': givenName, [`${ENTERPRISE}:department`]: department },
  },
  means: always((profile) => {
    profile.name.givenName = givenName
    profile.department = department
  }),
}))

const removeOne = fc
  .constantFrom('title', 'name.givenName', 'emails', `${ENTERPRISE}:department`)
  .map((path): Step => ({
    operation: { op: 'remove', path },
    means: always((profile) => {
      if (path === 'title') delete profile.title
      else if (path === 'emails') profile.emails = []
      else if (path === 'name.givenName') delete profile.name.givenName
      else delete profile.department
    }),
  }))

const replaceEmails = fc.array(email, { maxLength: 3 }).map((value): Step => ({
  operation: { op: 'replace', path: 'emails', value },
  means(profile) {
    profile.emails = structuredClone(distinct(value))
    return profile.emails.filter(({ primary }) => primary).length < 2
  },
}))

const addEmails = fc.array(email, { maxLength: 3 }).map((value): Step => ({
  operation: { op: 'add', path: 'emails', value },
  means(profile) {
    const primaries = new Set(profile.emails.filter(({ primary }) => primary))
    for (const each of distinct(value)) {
      const held = profile.emails.find(
        (other) => other.value === each.value && other.type === each.type,
      )
      if (held === undefined) profile.emails.push({ ...each })
      else Object.assign(held, each)
    }
    leaveOnePrimary(profile, primaries)
    return distinct(value).filter(({ primary }) => primary).length < 2
  },
}))

const removeSelected = fc.tuple(kind, fc.option(text)).map(([type, value]): Step => ({
  operation: {
    op: 'remove',
    path: `emails[type eq "${type}"${value === null ? '' : ` and value eq "${value}"`}]`,
  },
  means: always((profile) => {
    profile.emails = profile.emails.filter(
      (each) => each.type !== type || (value !== null && each.value !== value),
    )
  }),
}))

const setSelected = fc
  .tuple(verb, kind, fc.constantFrom('value', 'display', 'primary'), text)
  .map(([op, type, part, value]): Step => ({
    operation: {
      op,
      path: `emails[type eq "${type}"].${part}`,
      value: part === 'primary' ? 'True' : value,
    },
    means: always((profile) => {
      const primaries = new Set(profile.emails.filter(({ primary }) => primary))
      if (!profile.emails.some((each) => each.type === type)) profile.emails.push({ type })
      for (const each of profile.emails)
        if (each.type === type) Object.assign(each, { [part]: part === 'primary' ? true : value })
      leaveOnePrimary(profile, primaries)
    }),
  }))

function distinct(emails: readonly Email[]): Email[] {
  return emails.filter(
    (each, place) => emails.findIndex((other) => isDeepStrictEqual(each, other)) === place,
  )
}

/** The last one that has become it; all others are no longer. */
function leaveOnePrimary({ emails }: Profile, before: ReadonlySet<Email>): void {
  const now = emails.filter(({ primary }) => primary)
  const keeper = now.findLast((each) => !before.has(each)) ?? now[0]
  if (now.length > 1) for (const each of now) each.primary = each === keeper
}

function rendered({ title, name, emails, department }: Profile): object {
  return {
    ...(title === undefined ? {} : { title }),
    ...(Object.keys(name).length === 0 ? {} : { name }),
    ...(emails.length === 0 ? {} : { emails }),
    ...(department === undefined ? {} : { [ENTERPRISE]: { department } }),
  }
}

const steps = fc.array(
  fc.oneof(
    setTitle,
    setName,
    setByNames,
    removeOne,
    replaceEmails,
    addEmails,
    removeSelected,
    setSelected,
  ),
  { minLength: 1, maxLength: 6 },
)

test('PATCH then GET is what a plain model says, in order, wholly or not at all (RFC 7644 §3.5.2)', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { minLength: 1, maxLength: 4 }), async (requests) => {
      const { hire, patch, read } = startScim()
      const { id } = await hire('a')
      let profile: Profile = { name: {}, emails: [] }

      for (const request of requests) {
        const before = await read(id)
        const next = structuredClone(profile)
        const isTaken = request.every(({ means }) => means(next))
        const reply = await patch(id, ...request.map(({ operation }) => operation))
        const after = await read(id)

        assert.equal(reply.status, isTaken ? 200 : 400, JSON.stringify(reply.body))
        if (isTaken) profile = next
        const { title, name, emails, [ENTERPRISE]: extension } = after
        assert.deepEqual(
          JSON.parse(JSON.stringify({ title, name, emails, [ENTERPRISE]: extension })),
          rendered(profile),
        )
        const isSame = isDeepStrictEqual(withoutMeta(before), withoutMeta(after))
        if (isSame) assert.deepEqual(after.meta, before.meta)
        else assert.notEqual(after.meta.version, before.meta.version)
      }
    }),
    { numRuns: 500 },
  )
})

function withoutMeta({ meta: _meta, ...rest }: Record<string, unknown>): object {
  return rest
}

test('member operations are set operations: whoever is named last by add or remove is in or out (SEC P-11)', async () => {
  const member = fc.integer({ min: 0, max: 5 })
  const operation = fc.oneof(
    fc.record({ does: fc.constant('add' as const), whom: fc.array(member, { maxLength: 4 }) }),
    fc.record({ does: fc.constant('by-value' as const), whom: fc.array(member, { maxLength: 4 }) }),
    fc.record({ does: fc.constant('by-filter' as const), whom: fc.tuple(member) }),
    fc.record({ does: fc.constant('replace' as const), whom: fc.array(member, { maxLength: 4 }) }),
    fc.record({ does: fc.constant('clear' as const), whom: fc.constant([]) }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { minLength: 1, maxLength: 8 }), async (operations) => {
      const { hire, found, patch, read } = startScim()
      const ids: string[] = []
      for (let index = 0; index < 6; index += 1) ids.push((await hire(`p${index}`)).id)
      const { id } = await found('Field Ops', [ids[0] ?? ''])
      const model = new Set([ids[0]])

      const sent = operations.map(({ does, whom }) => {
        const named = whom.map((index) => ids[index])
        const value = named.map((each) => ({ value: each }))
        if (does === 'replace' || does === 'clear') model.clear()
        for (const each of named)
          if (does === 'by-value' || does === 'by-filter') model.delete(each)
          else model.add(each)
        if (does === 'by-value') return { op: 'Remove', path: 'members', value }
        if (does === 'by-filter') return { op: 'remove', path: `members[value eq "${named[0]}"]` }
        if (does === 'clear') return { op: 'remove', path: 'members' }
        return { op: does, path: 'members', value }
      })
      const reply = await patch(id, ...sent)

      assert.equal(reply.status, 204)
      const { members } = await read(id)
      assert.deepEqual(new Set(members.map((each: { value: string }) => each.value)), model)
    }),
    { numRuns: 200 },
  )
})

/** Text that has hurt servers: names of prototypes, paths that nearly are some, and anything else. */
const hostileText = fc.oneof(
  fc.constantFrom(
    '__proto__',
    'constructor.prototype.polluted',
    '__proto__.polluted',
    'emails[__proto__ eq "x"].polluted',
    `${ENTERPRISE}:__proto__`,
    'emails[value eq "\\u0000"]',
    'emails[((((((((((((((((((value pr))))))))))))))))))]',
    'name.',
    '[',
    ']',
    'emails[]',
    'urn:',
    '\ud800',
    'toString',
    'hasOwnProperty',
  ),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc
    .tuple(fc.constantFrom('emails', 'name', 'title', 'members', ENTERPRISE), fc.string())
    .map(([name, rest]) => name + rest),
)
const hostileValue = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }),
  fc.dictionary(hostileText, fc.jsonValue({ maxDepth: 2 }), { maxKeys: 4 }),
  hostileText,
)
const hostileOperation = fc.record(
  {
    op: fc.oneof(verb, fc.constant('remove'), hostileText),
    path: hostileText,
    value: hostileValue,
  },
  { requiredKeys: ['op'] },
)

test('whatever is sent, it is taken or refused as SCIM refuses, and no prototype is different (SEC P-3, P-5, P-7)', async () => {
  const { ask, hire, found } = startScim()
  const [person, group] = [await hire('a'), await found('Field Ops')]
  const prototypes = [Object.prototype, Array.prototype, Function.prototype, String.prototype]
  const before = prototypes.map((each) => Object.getOwnPropertyNames(each).toSorted())

  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(`/Users/${person.id}`, `/Groups/${group.id}`, '/Users', '/Groups', '/Bulk'),
      fc.constantFrom('PATCH', 'PUT', 'POST'),
      fc.array(hostileOperation, { maxLength: 3 }),
      hostileValue,
      async (path, method, Operations, value) => {
        const body =
          method === 'PATCH'
            ? { schemas: [PATCH_OP], Operations }
            : path === '/Bulk'
              ? {
                  schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
                  Operations: [...Operations, value],
                }
              : { schemas: [USER, GROUP], userName: 'b', displayName: 'B', value, ...Operations[0] }

        const reply = await ask(method, path, body)

        assert.ok(reply.status < 500, `${reply.status}`)
        if (reply.status >= 400) assert.ok(reply.body.detail.length > 10)
      },
    ),
    { numRuns: 3000 },
  )

  assert.deepEqual(
    prototypes.map((each) => Object.getOwnPropertyNames(each).toSorted()),
    before,
  )
})
