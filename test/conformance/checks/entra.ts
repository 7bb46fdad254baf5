/** What Entra ID does, in its default dialect and with `aadOptscim062020`: one list, an entry for each request. */
import type { Check, Group } from '../check.ts'
import { crowdOf } from '../cast.ts'
import {
  at,
  type Doc,
  elements,
  expectDone,
  expectEqual,
  expectError,
  expectStatus,
  expectThat,
  parts,
} from '../expect.ts'
import { ENTERPRISE, GROUP, USER } from '../names.ts'
import { membersOf } from './groups.ts'
import { patched } from './patch-outcomes.ts'
import { ids } from './put.ts'

const SECTION = 'clients need: Entra ID'
const OLD_GROUP = 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group'

export const entra: Group = {
  name: 'entra',
  title: 'What Entra ID does',
  needs: ['filter', 'patch'],
  checks: [
    {
      id: 'entra.test-connection',
      level: 'MUST',
      section: SECTION,
      title: 'Testing the connection looks for a random name and finds an empty list',
      async run(scim) {
        for (const attribute of ['userName', 'externalId', 'emails[type eq "work"].value']) {
          const seen = await scim.read('/Users', {
            filter: `${attribute} eq "5f0e7c41-77b1-4a8e-9c0b-0f5b6a1c2d3e"`,
          })
          expectEqual(
            [at(seen, 'totalResults'), elements(seen, 'Resources')],
            [0, []],
            `totalResults by ${attribute}`,
          )
        }
      },
    },
    {
      id: 'entra.match',
      level: 'MUST',
      section: SECTION,
      title: 'A person is matched by userName, externalId or work address, active or not',
      async run(scim) {
        for (const active of [true, false]) {
          const user = await scim.user(person(scim.name(), { active }))
          const external = String(at(user.doc, 'externalId'))
          for (const filter of [
            `userName eq "${user.name}"`,
            `externalId eq "${external}"`,
            `emails[type eq "work"].value eq "${user.name}"`,
          ]) {
            const found = await scim.list('/Users', { filter })
            expectEqual(
              found.map((each) => at(each, 'id')),
              [user.id],
              `ids by ${filter}`,
            )
          }
        }
      },
    },
    creates(
      'create',
      'The create of the default dialect, with meta and an enterprise URN without its object',
      {},
    ),
    creates('create-text', 'A create with booleans as text and explicit nulls', {
      active: 'True',
      title: null,
      addresses: null,
      phoneNumbers: null,
      emails: [{ primary: 'TRUE', type: 'work', value: 'lin.wei@work.example' }],
    }),
    creates('create-manager', 'A create with a manager as bare text', {
      [ENTERPRISE]: { department: 'Finance', manager: 'conformance-manager' },
    }),
    {
      id: 'entra.create-again',
      level: 'MUST',
      section: SECTION,
      title: 'A create that is repeated after a time-out is 409, and the person is found',
      async run(scim) {
        const user = await scim.user()
        expectError(await scim.post('/Users', { schemas: [USER], userName: user.name }), 409)
        const found = await scim.list('/Users', { filter: `userName eq "${user.name}"` })
        expectEqual(
          found.map((each) => at(each, 'id')),
          [user.id],
          'ids',
        )
      },
    },
    {
      id: 'entra.guest',
      level: 'MUST',
      section: SECTION,
      title: "A guest's userName with #EXT# is found by filter",
      async run(scim) {
        const userName = scim.name('name_other.example#EXT#')
        const { id } = await scim.user({ userName })
        const found = await scim.list('/Users', { filter: `userName eq "${userName}"` })
        expectEqual(
          found.map((each) => at(each, 'id')),
          [id],
          'ids',
        )
      },
    },
    {
      id: 'entra.update',
      level: 'MUST',
      section: SECTION,
      title: 'An update is one operation for each attribute, and all are applied',
      needs: ['enterprise'],
      async run(scim) {
        const { path } = await scim.user(person(scim.name()))
        const seen = await patched(scim, path, [
          { op: 'Replace', path: 'displayName', value: 'Tomasz Bak' },
          { op: 'Replace', path: 'name.familyName', value: 'Bak' },
          { op: 'Add', path: 'emails[type eq "work"].value', value: 't.bak@work.example' },
          { op: 'Add', path: 'phoneNumbers[type eq "mobile"].value', value: '+48 600 000 001' },
          {
            op: 'Add',
            path: 'addresses[type eq "work"].streetAddress',
            value: 'ul. Przykładowa 7',
          },
          { op: 'Replace', path: `${ENTERPRISE}:employeeNumber`, value: 'E-2291' },
        ])
        expectEqual(
          [at(seen, 'displayName'), at(seen, 'name', 'familyName'), at(seen, 'name', 'givenName')],
          ['Tomasz Bak', 'Bak', 'Tomasz'],
          'names',
        )
        expectEqual(
          [parts(seen, 'emails'), parts(seen, 'phoneNumbers')],
          [['t.bak@work.example'], ['+48 600 000 001']],
          'address and number',
        )
        expectEqual(at(seen, 'addresses', 0, 'streetAddress'), 'ul. Przykładowa 7', 'street')
        expectEqual(at(seen, ENTERPRISE, 'employeeNumber'), 'E-2291', 'employeeNumber')
      },
    },
    {
      id: 'entra.update-flagged',
      level: 'MUST',
      section: 'clients need: Entra ID (aadOptscim062020)',
      title:
        'With the flag an update is one operation without a path, its names plain, dotted and qualified',
      needs: ['enterprise'],
      async run(scim) {
        const { path } = await scim.user(person(scim.name()))
        const value = {
          displayName: 'Tomasz Bak',
          'name.givenName': 'Tomek',
          [`${ENTERPRISE}:department`]: 'Logistics',
        }
        const answer = await scim.patch(`${path}?aadOptscim062020`, { op: 'replace', value })
        expectStatus(answer, 200, 204)
        const seen = await scim.read(path)
        expectEqual(
          [at(seen, 'displayName'), at(seen, 'name', 'givenName'), at(seen, 'name', 'familyName')],
          ['Tomasz Bak', 'Tomek', 'Bąk'],
          'names',
        )
        expectEqual(at(seen, ENTERPRISE, 'department'), 'Logistics', 'department')
      },
    },
    ...managerForms(),
    {
      id: 'entra.manager-removed',
      level: 'MUST',
      section: SECTION,
      title: 'A manager is removed by remove, and by replace with empty text',
      needs: ['enterprise'],
      async run(scim) {
        for (const operation of [
          { op: 'Remove' },
          { op: 'Replace', value: '' },
          { op: 'Remove', value: '' },
        ]) {
          const { path } = await scim.user({
            schemas: [USER, ENTERPRISE],
            [ENTERPRISE]: { department: 'Navy', manager: { value: 'conformance-manager' } },
          })
          const seen = await patched(scim, path, [{ ...operation, path: `${ENTERPRISE}:manager` }])
          expectEqual(at(seen, ENTERPRISE), { department: 'Navy' }, 'the extension')
        }
      },
    },
    {
      id: 'entra.roles',
      level: 'MUST',
      section: SECTION,
      title: 'Roles are added as opaque text, and one is picked by a boolean in quotes',
      async run(scim) {
        const { path } = await scim.user()
        const value = '{"id":"06b07648","value":"auditor","displayName":"Auditor"}'
        const added = await patched(scim, path, [
          { op: 'Add', path: 'roles', value: [{ value, primary: 'True' }] },
        ])
        expectEqual(parts(added, 'roles'), [value], 'roles')
        const seen = await patched(scim, path, [
          { op: 'Replace', path: 'roles[primary eq "True"].value', value: 'auditor' },
        ])
        expectEqual(parts(seen, 'roles'), ['auditor'], 'roles')
      },
    },
    {
      id: 'entra.disable',
      level: 'MUST',
      section: SECTION,
      title:
        'Disabling is a replace of active with "False"; restoring with "True" brings the same person back',
      async run(scim) {
        const { path, id, name } = await scim.user()
        for (const [value, active] of [
          ['False', false],
          ['True', true],
        ] as const) {
          expectDone(await scim.patch(path, { op: 'Replace', path: 'active', value }))
          const found = await scim.list('/Users', { filter: `userName eq "${name}"` })
          expectEqual(
            found.map((each) => [at(each, 'id'), at(each, 'active')]),
            [[id, active]],
            'id and active',
          )
        }
      },
    },
    {
      id: 'entra.delete',
      level: 'MUST',
      section: SECTION,
      title: 'A disabled person is deleted for good, and deleting once more is 404',
      async run(scim) {
        const { path } = await scim.user({ active: false })
        expectStatus(await scim.delete(path), 204)
        expectError(await scim.delete(path), 404)
      },
    },
    {
      id: 'entra.create-group',
      level: 'MUST',
      section: SECTION,
      title: 'A group comes with a second URN that nobody knows, and no members',
      needs: ['groups'],
      async run(scim) {
        const externalId = 'c4f5a1b2-0000-4000-8000-00000000000a'
        const group = await scim.group([], {
          schemas: [GROUP, OLD_GROUP],
          externalId,
          members: undefined,
          meta: { resourceType: 'Group' },
        })
        expectEqual(at(await scim.read(group.path), 'externalId'), externalId, 'externalId')
      },
    },
    {
      id: 'entra.match-group',
      level: 'MUST',
      section: SECTION,
      title: 'A group is matched by name in any letter case, without its members',
      needs: ['groups'],
      async run(scim) {
        const group = await scim.group([await scim.user()])
        const filter = `displayName eq "${group.name.toUpperCase()}"`
        const found = await scim.list('/Groups', { excludedAttributes: 'members', filter })
        expectEqual(
          found.map((each) => [at(each, 'id'), at(each, 'members')]),
          [[group.id, undefined]],
          'id and no members',
        )
      },
    },
    {
      id: 'entra.group-rename',
      level: 'MUST',
      section: SECTION,
      title: 'A group is renamed by a replace of displayName',
      needs: ['groups'],
      async run(scim) {
        const group = await scim.group()
        const value = scim.name('renamed')
        const seen = await patched(scim, group.path, [
          { op: 'Replace', path: 'displayName', value },
        ])
        expectEqual(at(seen, 'displayName'), value, 'displayName')
      },
    },
    {
      id: 'entra.add-member',
      level: 'MUST',
      section: SECTION,
      title: 'A member is added with a $ref that is null',
      needs: ['groups'],
      async run(scim) {
        const [user, group] = [await scim.user(), await scim.group()]
        const value = [{ $ref: null, value: user.id }]
        expectDone(await scim.patch(group.path, { op: 'Add', path: 'members', value }))
        expectEqual(await membersOf(scim, group), [user.id], 'members')
      },
    },
    {
      id: 'entra.remove-member',
      level: 'MUST',
      section: SECTION,
      title: 'A member is removed by value, and by filter with the flag; the others stay',
      needs: ['groups'],
      async run(scim) {
        const [one, two, three] = [await scim.user(), await scim.user(), await scim.user()]
        const group = await scim.group([one, two, three])
        expectDone(
          await scim.patch(group.path, {
            op: 'Remove',
            path: 'members',
            value: [{ $ref: null, value: one.id }],
          }),
        )
        expectEqual(await membersOf(scim, group), ids(two, three), 'members')
        expectDone(
          await scim.patch(`${group.path}?aadOptscim062020`, {
            op: 'remove',
            path: `members[value eq "${two.id}"]`,
          }),
        )
        expectEqual(await membersOf(scim, group), ids(three), 'members')
      },
    },
    {
      id: 'entra.concurrent-removals',
      level: 'MUST',
      section: SECTION,
      title: 'Fifteen removals at the same time remove fifteen members and no others',
      needs: ['groups'],
      async run(scim) {
        const crowd = (await crowdOf(scim)).slice(0, 25)
        const group = await scim.group(crowd)
        const answers = await Promise.all(
          crowd.slice(0, 15).map(({ id }) =>
            scim.patch(group.path, {
              op: 'Remove',
              path: 'members',
              value: [{ $ref: null, value: id }],
            }),
          ),
        )
        for (const answer of answers) expectDone(answer)
        expectEqual(await membersOf(scim, group), ids(...crowd.slice(15)), 'members')
      },
    },
    {
      id: 'entra.reference-check',
      level: 'MUST',
      section: SECTION,
      title: 'A reference is checked by a filter with and: a manager, a member',
      needs: ['groups', 'enterprise'],
      async run(scim) {
        const boss = await scim.user()
        const user = await scim.user({
          schemas: [USER, ENTERPRISE],
          [ENTERPRISE]: { manager: { value: boss.id } },
        })
        const group = await scim.group([user])
        const found = async (path: string, filter: string) =>
          (await scim.list(path, { filter, attributes: 'id' })).map((each) => at(each, 'id'))
        expectEqual(
          await found('/Users', `id eq "${user.id}" and manager eq "${boss.id}"`),
          [user.id],
          'ids by manager',
        )
        expectEqual(
          await found('/Users', `id eq "${user.id}" and manager eq "${user.id}"`),
          [],
          'ids by another manager',
        )
        expectEqual(
          await found('/Groups', `id eq "${group.id}" and members eq "${user.id}"`),
          [group.id],
          'ids by member',
        )
        expectEqual(
          await found('/Groups', `id eq "${group.id}" and members eq "${boss.id}"`),
          [],
          'ids by another member',
        )
      },
    },
    {
      id: 'entra.group-gone',
      level: 'MUST',
      section: SECTION,
      title: 'A group is deleted, and a change to it afterwards is 404',
      needs: ['groups'],
      async run(scim) {
        const [user, group] = [await scim.user(), await scim.group()]
        expectStatus(await scim.delete(group.path), 204)
        const value = [{ $ref: null, value: user.id }]
        expectError(await scim.patch(group.path, { op: 'Add', path: 'members', value }), 404)
      },
    },
    {
      id: 'entra.values-as-sent',
      level: 'MUST',
      section: SECTION,
      title:
        'What was patched is read back to the letter, so that the next cycle sees no difference',
      async run(scim) {
        const { path } = await scim.user()
        const sent = {
          displayName: 'BĄK, Tomasz  (Ext.)',
          mobile: '+48 600-000-001',
          mail: 'T.Bak@Work.EXAMPLE',
        }
        const seen = await patched(scim, path, [
          { op: 'Add', path: 'displayName', value: sent.displayName },
          { op: 'Add', path: 'phoneNumbers[type eq "mobile"].value', value: sent.mobile },
          { op: 'Add', path: 'emails[type eq "work"].value', value: sent.mail },
        ])
        const read = {
          displayName: at(seen, 'displayName'),
          mobile: at(seen, 'phoneNumbers', 0, 'value'),
          mail: at(seen, 'emails', 0, 'value'),
        }
        expectEqual(read, sent, 'what was sent')
      },
    },
  ],
}

function person(userName: string, more: Doc = {}): Doc {
  return {
    schemas: [USER, ENTERPRISE],
    externalId: `entra-${userName}`,
    userName,
    active: true,
    displayName: 'Tomasz Bąk',
    emails: [{ primary: true, type: 'work', value: userName }],
    meta: { resourceType: 'User' },
    name: { formatted: 'Tomasz Bąk', familyName: 'Bąk', givenName: 'Tomasz' },
    roles: [],
    ...more,
  }
}

function creates(id: string, title: string, more: Doc): Check {
  return {
    id: `entra.${id}`,
    level: 'MUST',
    section: SECTION,
    title: `${title}, is accepted`,
    async run(scim) {
      const userName = scim.name('entra')
      const { path } = await scim.user(person(userName, more))
      const seen = await scim.read(path)
      expectEqual(
        [at(seen, 'userName'), at(seen, 'active')],
        [userName, true],
        'userName and active',
      )
      expectThat(
        at(seen, 'title') === undefined && at(seen, 'addresses') === undefined,
        'no title and addresses',
        seen,
      )
    },
  }
}

/** The three ways in which a manager has been seen to come. */
function managerForms(): readonly Check[] {
  const forms: readonly (readonly [
    id: string,
    what: string,
    path: string,
    value: (id: string) => unknown,
  ])[] = [
    ['manager-text', 'as bare text', `${ENTERPRISE}:manager`, (id) => id],
    ['manager-object', 'as an object', `${ENTERPRISE}:manager`, (id) => ({ value: id })],
    [
      'manager-list',
      'as a list of one, its path without the URN',
      'manager',
      (id) => [{ $ref: `../Users/${id}`, value: id }],
    ],
  ]
  return forms.map(([id, what, path, value]) => ({
    id: `entra.${id}`,
    level: id === 'manager-list' ? 'SHOULD' : 'MUST',
    section: SECTION,
    title: `A manager is set ${what}`,
    needs: ['enterprise'],
    async run(scim) {
      const [boss, user] = [await scim.user(), await scim.user()]
      const seen = await patched(scim, user.path, [{ op: 'Add', path, value: value(boss.id) }])
      expectEqual(at(seen, ENTERPRISE, 'manager', 'value'), boss.id, 'manager.value')
    },
  }))
}
