/** PATCH: its message, several operations in one, and the rules of a resource that it has to keep. One list. */
import type { Check, Group, Level } from '../check.ts'
import type { Operation } from '../client.ts'
import {
  at,
  type Doc,
  elementsOfText,
  expectDone,
  expectEqual,
  expectError,
  expectStatus,
  expectThat,
  parts,
} from '../expect.ts'
import { ENTERPRISE, PATCH_OP, USER } from '../names.ts'
import { ADD, HOME, OUTCOMES, patched, REMOVE, REPLACE, WORK } from './patch-outcomes.ts'

export const patch: Group = {
  name: 'patch',
  title: 'Modify (PATCH)',
  needs: ['patch'],
  checks: [
    ...OUTCOMES,
    // ---- the message
    {
      id: 'patch.answer',
      level: 'MUST',
      section: 'RFC 7644 §3.5.2',
      title: 'A PATCH answers 200 with the whole resource, or 204 without a body',
      async run(scim) {
        const { path } = await scim.user()
        const answer = await scim.patch(path, { op: 'add', path: 'title', value: 'Engineer' })
        expectStatus(answer, 200, 204)
        if (answer.status === 204) expectEqual(answer.text, '', 'the body')
        else expectEqual(answer.json, await scim.read(path), 'the body')
      },
    },
    {
      id: 'patch.unknown',
      level: 'MUST',
      section: 'RFC 7644 §3.12',
      title: 'A PATCH of an id that nobody has is 404',
      async run(scim) {
        const operation = { op: 'add', path: 'title', value: 'Engineer' }
        expectError(await scim.patch('/Users/conformance-nobody', operation), 404)
      },
    },
    refused(
      'no-schemas',
      'A message without its URN is refused',
      'RFC 7644 §3.5.2',
      { Operations: [{ op: 'add', path: 'title', value: 'Pilot' }] },
      'SHOULD',
    ),
    refused('no-operations', 'A message without Operations is refused', 'RFC 7644 §3.5.2', {
      schemas: [PATCH_OP],
    }),
    refused(
      'empty-operations',
      'An empty list of Operations is refused',
      'RFC 7644 §3.5.2',
      message(),
      'SHOULD',
    ),
    refused('operations-no-list', 'Operations that are no list are refused', 'RFC 7644 §3.5.2', {
      schemas: [PATCH_OP],
      Operations: { op: 'add', path: 'title', value: 'Pilot' },
    }),
    refused(
      'op-missing',
      'An operation without op is refused',
      'RFC 7644 §3.5.2',
      message({ path: 'title', value: 'Pilot' }),
    ),
    refused(
      'unknown-op',
      'An operation that is none is refused',
      'RFC 7644 §3.5.2',
      message({ op: 'move', path: 'title', value: 'Pilot' }),
    ),
    refused(
      'add-without-value',
      'An add without a value is refused',
      ADD,
      message({ op: 'add', path: 'title' }),
    ),
    refused(
      'pathless-text',
      'An add without a path whose value is no object is refused',
      ADD,
      message({ op: 'add', value: 'Pilot' }),
    ),
    refused('whole-resource', 'A resource instead of a message is refused', 'RFC 7644 §3.5.2', {
      schemas: [USER],
      title: 'Pilot',
    }),
    refused(
      'bad-path',
      'A path that is none is refused',
      'RFC 7644 §3.5.2',
      message({ op: 'replace', path: 'name..familyName', value: 'x' }),
    ),
    refused(
      'bad-path-brackets',
      'A path with open brackets is refused',
      'RFC 7644 §3.5.2',
      message({ op: 'replace', path: 'emails[type eq "work"', value: 'x' }),
    ),
    refused(
      'bad-path-filter',
      'A path whose filter is none is refused',
      'RFC 7644 §3.5.2',
      message({ op: 'remove', path: 'emails[type is "work"]' }),
    ),
    refused(
      'wrong-type',
      'A value of a wrong type is refused',
      'RFC 7643 §2.3',
      message({ op: 'replace', path: 'active', value: 'perhaps' }),
    ),
    refused(
      'wrong-type-complex',
      'Text for a complex attribute is refused',
      'RFC 7643 §2.3',
      message({ op: 'replace', path: 'name', value: 'Nadia' }),
    ),
    refused(
      'user-name-null',
      'The userName cannot be cleared',
      'RFC 7643 §4.1.1',
      message({ op: 'replace', path: 'userName', value: null }),
    ),
    refused(
      'user-name-empty',
      'The userName cannot be emptied',
      'RFC 7643 §4.1.1',
      message({ op: 'replace', value: { userName: '' } }),
    ),
    refused(
      'remove-pathless',
      'A remove without a path is refused with noTarget',
      REMOVE,
      message({ op: 'remove' }),
      'MUST',
      'noTarget',
    ),
    refused(
      'remove-required',
      'A remove of the userName is refused with mutability',
      REMOVE,
      message({ op: 'remove', path: 'userName' }),
      'MUST',
      'mutability',
    ),
    refused(
      'remove-read-only',
      'A remove of a read-only attribute is refused with mutability',
      REMOVE,
      message({ op: 'remove', path: 'id' }),
      'MUST',
      'mutability',
    ),
    refused(
      'other-id',
      'Another id is refused with mutability',
      'RFC 7644 §3.5.2; RFC 7643 §3.1',
      message({ op: 'replace', value: { id: 'conformance-other', title: 'Pilot' } }),
      'MUST',
      'mutability',
    ),
    refused(
      'meta',
      'meta.created cannot be written',
      'RFC 7643 §3.1',
      message({ op: 'replace', path: 'meta.created', value: '2001-01-01T00:00:00Z' }),
      'SHOULD',
      'mutability',
    ),
    refused(
      'no-target',
      'replace on a filter that says more than eq and selects nothing is refused with noTarget',
      REPLACE,
      message({ op: 'replace', path: 'emails[value co "nobody"].value', value: 'x@work.example' }),
      'MUST',
      'noTarget',
    ),
    refused(
      'filter-on-single',
      'Brackets on an attribute that holds one value are refused',
      'RFC 7644 §3.5.2',
      message({ op: 'replace', path: 'title[value eq "x"]', value: 'y' }),
    ),
    refused(
      'value-without-name',
      'A filter that names no sub-attribute of the list is refused',
      'RFC 7644 §3.5.2',
      message({ op: 'remove', path: 'emails[nobody eq "x"]' }),
      'SHOULD',
    ),
    refused(
      'too-deep',
      'A path of three names is refused',
      'RFC 7644 §3.10',
      message({ op: 'replace', path: 'name.familyName.more', value: 'x' }),
      'SHOULD',
    ),
    // ---- several operations
    {
      id: 'patch.atomic',
      level: 'MUST',
      section: 'RFC 7644 §3.5.2',
      title: 'If one operation fails none is applied, and lastModified stays',
      async run(scim) {
        const user = await scim.user({ title: 'Engineer' })
        const good = { op: 'replace', path: 'title', value: 'Pilot' }
        expectError(await scim.patch(user.path, good, { op: 'remove', path: 'userName' }), 400)
        expectEqual(await scim.read(user.path), user.doc, 'the resource')
      },
    },
    {
      id: 'patch.sequential',
      level: 'MUST',
      section: 'RFC 7644 §3.5.2',
      title: 'Later operations see what earlier ones did',
      async run(scim) {
        const { path } = await scim.user()
        const seen = await patched(scim, path, [
          { op: 'add', path: 'emails', value: [WORK] },
          { op: 'replace', path: 'emails[type eq "work"].value', value: 'second@work.example' },
          { op: 'add', path: 'title', value: 'Engineer' },
          { op: 'remove', path: 'title' },
        ])
        expectEqual(parts(seen, 'emails'), ['second@work.example'], 'e-mail addresses')
        expectEqual(at(seen, 'title'), undefined, 'title')
      },
    },
    {
      id: 'patch.primary',
      level: 'MUST',
      section: 'RFC 7644 §3.5.2',
      title: 'A new primary element takes it over from the old one',
      async run(scim) {
        const { path } = await scim.user({ emails: [WORK, HOME] })
        const seen = await patched(scim, path, [
          { op: 'add', path: 'emails[type eq "home"].primary', value: true },
        ])
        expectEqual(primaryOf(seen), ['n@home.example'], 'primary addresses')
        const again = await patched(scim, path, [
          {
            op: 'add',
            path: 'emails',
            value: [{ value: 'x@other.example', type: 'other', primary: true }],
          },
        ])
        expectEqual(primaryOf(again), ['x@other.example'], 'primary addresses')
      },
    },
    {
      id: 'patch.primary-once',
      level: 'MUST',
      section: 'RFC 7643 §2.4',
      title: 'Two primary elements in one value are refused, or one of them is primary',
      async run(scim) {
        const { path, doc } = await scim.user({ emails: [WORK] })
        const both = [
          { ...WORK, primary: true },
          { ...HOME, primary: true },
        ]
        const answer = await scim.patch(path, { op: 'replace', path: 'emails', value: both })
        if (answer.status >= 300) {
          expectError(answer, 400)
          return expectEqual(await scim.read(path), doc, 'the resource')
        }
        expectEqual(primaryOf(await scim.read(path)).length, 1, 'number of primary addresses')
      },
    },
    {
      id: 'patch.active-cleared',
      level: 'SHOULD',
      section: 'RFC 7643 §4.1.1; clients need: all',
      title: 'Clearing active switches nobody on who was switched off',
      async run(scim) {
        const { path } = await scim.user({ active: false })
        for (const operation of [
          { op: 'replace', path: 'active', value: null },
          { op: 'remove', path: 'active' },
        ]) {
          await scim.patch(path, operation)
          const active = at(await scim.read(path), 'active')
          expectThat(active !== true, 'active that is not true', active)
        }
      },
    },
    {
      id: 'patch.no-op',
      level: 'MUST',
      section: ADD,
      title: 'An add of what is there changes nothing, not even lastModified',
      async run(scim) {
        const { path } = await scim.user({ title: 'Engineer', emails: [HOME] })
        const before = await scim.read(path)
        const same = [
          { op: 'add', path: 'title', value: 'Engineer' },
          { op: 'add', path: 'emails', value: [HOME] },
        ]
        expectEqual(await patched(scim, path, same), before, 'the resource')
      },
    },
    {
      id: 'patch.no-op-replace',
      level: 'SHOULD',
      section: 'RFC 7643 §3.1',
      title: 'A replace with what is there leaves lastModified as it was',
      async run(scim) {
        const { path } = await scim.user({ title: 'Engineer' })
        const before = await scim.read(path)
        expectEqual(
          await patched(scim, path, [{ op: 'replace', path: 'title', value: 'Engineer' }]),
          before,
          'the resource',
        )
      },
    },
    {
      id: 'patch.many',
      level: 'SHOULD',
      section: 'clients need: Okta, authentik',
      title: 'A hundred operations in one message are all applied',
      async run(scim) {
        const { path } = await scim.user()
        const operations = Array.from({ length: 50 }, (_, each) => [
          { op: 'add', path: 'phoneNumbers', value: [{ value: `+1 ${each}`, type: 'work' }] },
          { op: 'replace', path: 'title', value: `Engineer ${each}` },
        ]).flat()
        const seen = await patched(scim, path, operations)
        expectEqual(
          [parts(seen, 'phoneNumbers').length, at(seen, 'title')],
          [50, 'Engineer 49'],
          'numbers and title',
        )
      },
    },
    {
      id: 'patch.keys-case',
      level: 'SHOULD',
      section: 'RFC 7643 §2.1',
      title: 'The names in the message are read in any case',
      async run(scim) {
        const { path } = await scim.user()
        const body = {
          Schemas: [PATCH_OP.toUpperCase()],
          operations: [{ OP: 'add', Path: 'TITLE', Value: 'Engineer' }],
        }
        expectDone(await scim.request('PATCH', path, { body }))
        expectEqual(at(await scim.read(path), 'title'), 'Engineer', 'title')
      },
    },
    // ---- rules of the resource
    {
      id: 'patch.taken-name',
      level: 'MUST',
      section: 'RFC 7644 §3.12',
      title: "Another's userName is refused with 409 uniqueness",
      async run(scim) {
        const [user, other] = [await scim.user(), await scim.user()]
        const value = other.name.toUpperCase()
        expectError(
          await scim.patch(user.path, { op: 'replace', path: 'userName', value }),
          409,
          'uniqueness',
        )
        expectEqual(at(await scim.read(user.path), 'userName'), user.name, 'userName')
      },
    },
    {
      id: 'patch.own-id',
      level: 'MUST',
      section: 'clients need: Okta',
      title: 'The own id in a value without a path is no error',
      async run(scim) {
        const { path, id } = await scim.user()
        const seen = await patched(scim, path, [
          { op: 'replace', value: { id, title: 'Engineer' } },
        ])
        expectEqual([at(seen, 'id'), at(seen, 'title')], [id, 'Engineer'], 'id and title')
      },
    },
    {
      id: 'patch.own-id-case',
      level: 'SHOULD',
      section: 'RFC 7643 §2.1; clients need: Okta',
      title: 'Nor is it with its name in another letter case',
      async run(scim) {
        const { path, id } = await scim.user()
        const seen = await patched(scim, path, [
          { op: 'replace', value: { ID: id, TITLE: 'Engineer' } },
        ])
        expectEqual([at(seen, 'id'), at(seen, 'title')], [id, 'Engineer'], 'id and title')
      },
    },
    {
      id: 'patch.user-groups',
      level: 'MUST',
      section: 'RFC 7643 §4.1.2; clients need: SailPoint',
      title: "A user's groups cannot be patched: refused or ignored, and nobody joins",
      needs: ['groups'],
      async run(scim) {
        const [user, group] = [await scim.user(), await scim.group()]
        const answer = await scim.patch(user.path, {
          op: 'add',
          path: 'groups',
          value: [{ value: group.id }],
        })
        if (answer.status >= 300) expectError(answer, 400, 'mutability')
        expectEqual(parts(await scim.read(group.path), 'members'), [], 'members')
        expectEqual(parts(await scim.read(user.path), 'groups'), [], 'groups')
      },
    },
    {
      id: 'patch.extension-schemas',
      level: 'MUST',
      section: 'RFC 7643 §3',
      title: 'Writing an attribute of an extension adds its URN to schemas',
      needs: ['enterprise'],
      async run(scim) {
        const { path } = await scim.user()
        const seen = await patched(scim, path, [
          { op: 'add', path: `${ENTERPRISE}:division`, value: 'North' },
        ])
        expectThat(
          elementsOfText(seen, 'schemas').includes(ENTERPRISE),
          ENTERPRISE,
          at(seen, 'schemas'),
        )
      },
    },
    {
      id: 'patch.password',
      level: 'MUST',
      section: 'clients need: Okta',
      title: 'A password may be patched and is not answered',
      async run(scim) {
        const { path } = await scim.user()
        const value = { password: 'Pw-conformance-Secret-9' }
        expectEqual(
          at(await patched(scim, path, [{ op: 'replace', value }]), 'password'),
          undefined,
          'password',
        )
      },
    },
    {
      id: 'patch.last-modified',
      level: 'MUST',
      section: 'RFC 7643 §3.1',
      title: 'A change keeps created and does not turn lastModified back',
      async run(scim) {
        const { path, doc } = await scim.user()
        const seen = await patched(scim, path, [{ op: 'add', path: 'title', value: 'Engineer' }])
        expectEqual(at(seen, 'meta', 'created'), at(doc, 'meta', 'created'), 'meta.created')
        const [before, after] = [at(doc, 'meta', 'lastModified'), at(seen, 'meta', 'lastModified')]
        expectThat(
          Date.parse(String(after)) >= Date.parse(String(before)),
          `a lastModified not before ${String(before)}`,
          after,
        )
      },
    },
    {
      id: 'patch.prototype',
      level: 'MUST',
      section: 'RFC 7644 §7',
      title: 'Paths named __proto__ and constructor do no harm',
      async run(scim) {
        const { path } = await scim.user()
        for (const target of ['__proto__.title', 'constructor.prototype.title', 'name.__proto__'])
          await scim.patch(path, { op: 'add', path: target, value: 'Root' })
        const body = `{"schemas":["${PATCH_OP}"],"Operations":[{"op":"add","value":{"__proto__":{"title":"Root"}}}]}`
        await scim.request('PATCH', path, { body })
        for (const doc of [await scim.read(path), (await scim.user()).doc])
          expectEqual([at(doc, 'title'), at(doc, 'name')], [undefined, undefined], 'title and name')
      },
    },
    {
      id: 'patch.collection',
      level: 'MUST',
      section: 'RFC 7644 §3.2',
      title: 'PATCH to a collection is refused',
      async run(scim) {
        const answer = await scim.patch('/Users', { op: 'add', path: 'title', value: 'Engineer' })
        expectStatus(answer, 400, 404, 405, 501)
      },
    },
    {
      id: 'patch.roles-opaque',
      level: 'MUST',
      section: 'clients need: Entra ID',
      title: 'A role whose text is a JSON document is kept as text',
      async run(scim) {
        const { path } = await scim.user()
        const value = '{"id":"06b07648","value":"auditor","displayName":"Auditor"}'
        const seen = await patched(scim, path, [{ op: 'Add', path: 'roles', value: [{ value }] }])
        expectEqual(parts(seen, 'roles'), [value], 'roles')
      },
    },
  ],
}

export const withoutPatch: Group = {
  name: 'no-patch',
  title: 'Modify (PATCH), not announced',
  checks: [
    {
      id: 'no-patch.refused',
      level: 'MUST',
      section: 'RFC 7644 §3.12',
      title: 'Where PATCH is not announced it is answered with 501',
      unless: 'patch',
      async run(scim) {
        const { path } = await scim.user()
        expectError(await scim.patch(path, { op: 'add', path: 'title', value: 'Engineer' }), 501)
      },
    },
  ],
}

function message(...operations: readonly Partial<Operation>[]): Doc {
  return { schemas: [PATCH_OP], Operations: operations }
}

/** With 400, and nothing changes. */
function refused(
  id: string,
  title: string,
  section: string,
  body: Doc,
  level: Level = 'MUST',
  scimType?: string,
): Check {
  return {
    id: `patch.${id}`,
    level,
    section,
    title,
    async run(scim) {
      const user = await scim.user({ title: 'Engineer', emails: [HOME] })
      expectError(await scim.request('PATCH', user.path, { body }), 400, scimType)
      expectEqual(await scim.read(user.path), user.doc, 'the resource')
    },
  }
}

function primaryOf(doc: Doc): readonly unknown[] {
  const emails = at(doc, 'emails')
  return (Array.isArray(emails) ? emails : [])
    .filter((each) => at(each, 'primary') === true)
    .map((each) => at(each, 'value'))
}
