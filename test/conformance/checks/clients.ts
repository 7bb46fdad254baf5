/** What the other identity providers do that neither the RFCs nor the two big ones ask for. */
import type { Group } from '../check.ts'
import {
  at,
  elementsOfText,
  expectDone,
  expectEqual,
  expectError,
  expectStatus,
  expectThat,
  parts,
} from '../expect.ts'
import { ENTERPRISE, GROUP, USER } from '../names.ts'
import { add, membersOf } from './groups.ts'
import { patched } from './patch-outcomes.ts'
import { ids } from './put.ts'

export const clients: Group = {
  name: 'clients',
  title: 'What other identity providers do',
  checks: [
    {
      id: 'clients.onelogin',
      level: 'MUST',
      section: 'clients need: OneLogin',
      title:
        'A create from a template: id null, active as text, an extension that is not announced, a manager with keys of its own',
      needs: ['enterprise'],
      async run(scim) {
        const manager = { managerId: 'conformance-manager', displayName: 'Tomasz Bąk' }
        const { doc } = await scim.user({
          id: null,
          active: 'true',
          [ENTERPRISE]: { department: 'Support', manager },
        })
        expectEqual(
          [at(doc, 'active'), at(doc, ENTERPRISE, 'department')],
          [true, 'Support'],
          'active and department',
        )
      },
    },
    {
      id: 'clients.onelogin-old',
      level: 'MUST',
      section: 'clients need: OneLogin',
      title: 'A create of SCIM 1.1 is refused with 400',
      async run(scim) {
        await scim.user()
        const body = { schemas: ['urn:scim:schemas:core:1.0'], userName: scim.name() }
        expectError(await scim.post('/Users', body), 400)
      },
    },
    {
      id: 'clients.jumpcloud-test',
      level: 'MUST',
      section: 'clients need: JumpCloud',
      title: 'The activation test lists, creates, replaces, patches and deletes one user',
      needs: ['patch'],
      async run(scim) {
        await scim.read('/Users')
        const user = await scim.user()
        expectStatus(
          await scim.put(user.path, { schemas: [USER], userName: user.name, displayName: 'Test' }),
          200,
        )
        const seen = await patched(scim, user.path, [
          { op: 'replace', path: 'name.givenName', value: 'Amara' },
          { op: 'replace', path: 'active', value: false },
        ])
        expectEqual(
          [at(seen, 'name', 'givenName'), at(seen, 'active'), at(seen, 'displayName')],
          ['Amara', false, 'Test'],
          'the user',
        )
        expectStatus(await scim.delete(user.path), 204)
      },
    },
    {
      id: 'clients.pingone-filter',
      level: 'MUST',
      section: 'clients need: PingOne',
      title:
        'A filter with an operator in capitals and an attribute that is none is a clean answer',
      needs: ['filter'],
      async run(scim) {
        const user = await scim.user()
        const found = await scim.list('/Users', { filter: `userName Eq "${user.name}"` })
        expectEqual(
          found.map((each) => at(each, 'id')),
          [user.id],
          'ids',
        )
        const answer = await scim.get('/Users', { filter: 'email Co "conformance-nobody"' })
        if (answer.status === 200)
          return expectEqual(at(answer.json, 'totalResults'), 0, 'totalResults')
        expectError(answer, 400, 'invalidFilter')
      },
    },
    {
      id: 'clients.keycloak-create',
      level: 'MUST',
      section: 'clients need: Keycloak',
      title:
        'A create whose e-mail address has neither type nor primary, and whose roles have only a value',
      async run(scim) {
        const { path } = await scim.user({
          emails: [{ value: 'n@work.example' }],
          roles: [{ value: 'auditor' }],
        })
        const seen = await scim.read(path)
        expectEqual(
          [parts(seen, 'emails'), parts(seen, 'roles')],
          [['n@work.example'], ['auditor']],
          'address and role',
        )
      },
    },
    {
      id: 'clients.keycloak-patch',
      level: 'MUST',
      section: 'clients need: Keycloak',
      title: 'A PATCH with active as text and a display name in one message',
      needs: ['patch'],
      async run(scim) {
        const { path } = await scim.user()
        const seen = await patched(scim, path, [
          { op: 'replace', path: 'active', value: 'false' },
          { op: 'replace', path: 'displayName', value: 'Tomasz Bąk' },
        ])
        expectEqual(
          [at(seen, 'active'), at(seen, 'displayName')],
          [false, 'Tomasz Bąk'],
          'active and displayName',
        )
      },
    },
    {
      id: 'clients.keycloak-group',
      level: 'MUST',
      section: 'clients need: Keycloak',
      title:
        'A PATCH replaces members, name and externalId together; the members carry relative addresses',
      needs: ['patch', 'groups'],
      async run(scim) {
        const [one, two] = [await scim.user(), await scim.user()]
        const group = await scim.group([one])
        const seen = await patched(scim, group.path, [
          { op: 'replace', path: 'members', value: [{ value: two.id, $ref: `Users/${two.id}` }] },
          { op: 'replace', path: 'displayName', value: group.name },
          { op: 'replace', path: 'externalId', value: 'conformance-kc' },
        ])
        expectEqual(
          [parts(seen, 'members'), at(seen, 'externalId')],
          [[two.id], 'conformance-kc'],
          'members and externalId',
        )
      },
    },
    {
      id: 'clients.keycloak-quoted',
      level: 'MUST',
      section: 'clients need: Keycloak',
      title: 'A filter by externalId whose text has escaped quotes',
      needs: ['filter'],
      async run(scim) {
        const { id } = await scim.user({ externalId: 'conformance "kc" \\ 9' })
        const found = await scim.list('/Users', {
          filter: String.raw`externalId eq "conformance \"kc\" \\ 9"`,
        })
        expectEqual(
          found.map((each) => at(each, 'id')),
          [id],
          'ids',
        )
      },
    },
    {
      id: 'clients.authentik-config',
      level: 'MUST',
      section: 'clients need: authentik',
      title: 'The configuration has what a client reads from it before each sync',
      async run(scim) {
        const config = await scim.read('/ServiceProviderConfig')
        for (const path of [
          ['patch', 'supported'],
          ['filter', 'supported'],
          ['bulk', 'supported'],
        ])
          expectThat(
            typeof at(config, ...path) === 'boolean',
            `a boolean ${path.join('.')}`,
            config,
          )
        expectThat(
          Number.isInteger(at(config, 'bulk', 'maxOperations')),
          'an integer bulk.maxOperations',
          at(config, 'bulk'),
        )
      },
    },
    {
      id: 'clients.authentik-create',
      level: 'MUST',
      section: 'clients need: authentik',
      title:
        'A create with empty texts and an empty list of photos, replaced with its id in the body',
      async run(scim) {
        const more = {
          name: { formatted: 'Amara Diallo', givenName: 'Amara', familyName: '' },
          photos: [],
        }
        const user = await scim.user(more)
        const body = {
          schemas: [USER],
          id: user.id,
          userName: user.name,
          ...more,
          displayName: 'Amara Diallo',
        }
        expectStatus(await scim.put(user.path, body), 200)
        const seen = await scim.read(user.path)
        expectEqual(
          [at(seen, 'id'), at(seen, 'displayName')],
          [user.id, 'Amara Diallo'],
          'id and displayName',
        )
      },
    },
    {
      id: 'clients.authentik-members',
      level: 'MUST',
      section: 'clients need: authentik',
      title: 'Members come one operation each, and leave by a list of values',
      needs: ['patch', 'groups'],
      async run(scim) {
        const [one, two, three] = [await scim.user(), await scim.user(), await scim.user()]
        const group = await scim.group()
        expectDone(await scim.patch(group.path, add(one), add(two), add(three)))
        expectDone(
          await scim.patch(
            group.path,
            { op: 'remove', path: 'members', value: [{ value: one.id }] },
            { op: 'remove', path: 'members', value: [{ value: two.id }] },
          ),
        )
        expectEqual(await membersOf(scim, group), ids(three), 'members')
      },
    },
    {
      id: 'clients.authentik-whole-group',
      level: 'MUST',
      section: 'clients need: authentik',
      title:
        'A replace without a path holds the whole group with schemas and id, and leaves the members',
      needs: ['patch', 'groups'],
      async run(scim) {
        const user = await scim.user()
        const group = await scim.group([user])
        const displayName = scim.name('renamed')
        const value = { schemas: [GROUP], id: group.id, displayName, externalId: 'g-77' }
        const seen = await patched(scim, group.path, [{ op: 'replace', value }])
        expectEqual(
          [at(seen, 'displayName'), at(seen, 'externalId'), parts(seen, 'members')],
          [displayName, 'g-77', [user.id]],
          'the group',
        )
      },
    },
    {
      id: 'clients.sailpoint-discovery',
      level: 'MUST',
      section: 'clients need: SailPoint',
      title: 'All five documents that its connection test reads are there',
      needs: ['groups'],
      async run(scim) {
        for (const path of [
          '/ServiceProviderConfig',
          '/ResourceTypes',
          '/ResourceTypes/User',
          '/ResourceTypes/Group',
          '/Schemas',
        ])
          expectThat(
            elementsOfText(await scim.read(path), 'schemas').length > 0,
            'a document with schemas',
            path,
          )
      },
    },
    {
      id: 'clients.sailpoint-aggregation',
      level: 'MUST',
      section: 'clients need: SailPoint',
      title: 'An aggregation by pages with the names of its schema in attributes',
      needs: ['filter'],
      async run(scim) {
        const user = await scim.user({
          displayName: 'Nadia',
          emails: [{ value: 'n@work.example' }],
        })
        const query = {
          filter: `userName eq "${user.name}"`,
          startIndex: 1,
          count: 50,
          attributes: 'userName,displayName,emails,groups,active',
        }
        const [seen] = await scim.list('/Users', query)
        expectEqual(
          [at(seen, 'id'), at(seen, 'userName'), parts(seen, 'emails')],
          [user.id, user.name, ['n@work.example']],
          'the user',
        )
      },
    },
  ],
}
