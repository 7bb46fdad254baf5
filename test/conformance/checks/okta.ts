/** What Okta does, call by call: apps of the Integration Network (PATCH) and wizard-made ones (PUT). */
import type { Group } from '../check.ts'
import { crowdOf } from '../cast.ts'
import type { Scim } from '../client.ts'
import {
  at,
  type Doc,
  elements,
  expectDone,
  expectEqual,
  expectError,
  expectStatus,
  expectThat,
  idOf,
  parts,
  textAt,
} from '../expect.ts'
import { GROUP, USER } from '../names.ts'
import { add, membersOf } from './groups.ts'
import { ids } from './put.ts'

const SECTION = 'clients need: Okta'
const PAGE = { startIndex: 1, count: 100 }
const HEADERS = {
  'user-agent': 'Okta SCIM Client 1.0.0',
  accept: 'application/scim+json',
  'accept-charset': 'utf-8',
  'content-type': 'application/scim+json; charset=utf-8',
}

export const okta: Group = {
  name: 'okta',
  title: 'What Okta does',
  needs: ['filter'],
  checks: [
    {
      id: 'okta.test-connection',
      level: 'MUST',
      section: SECTION,
      title: 'Testing the connection finds a ListResponse, for users and for groups',
      async run(scim) {
        for (const path of [
          '/Users?startIndex=1&count=2',
          '/Users?count=1&startIndex=1',
          '/Groups?startIndex=1&count=100',
        ]) {
          if (path.startsWith('/Groups') && !scim.has('groups')) continue
          const answer = await scim.request('GET', path, { headers: HEADERS })
          expectStatus(answer, 200)
          expectThat(
            Number.isInteger(at(answer.json, 'totalResults')),
            'an integer totalResults',
            answer.text.slice(0, 200),
          )
        }
      },
    },
    {
      id: 'okta.first-user',
      level: 'MUST',
      section: 'clients need: Okta (its SPEC test)',
      title: 'A listed user has id, userName, name, active and a first e-mail address',
      async run(scim) {
        const { name } = await assign(scim)
        const [seen] = await scim.list('/Users', lookup(name))
        for (const path of [
          ['id'],
          ['userName'],
          ['name', 'givenName'],
          ['name', 'familyName'],
          ['emails', 0, 'value'],
        ])
          expectThat(typeof at(seen, ...path) === 'string', `a text ${path.join('.')}`, seen)
        expectEqual(at(seen, 'active'), true, 'active')
      },
    },
    {
      id: 'okta.assign',
      level: 'MUST',
      section: SECTION,
      title:
        'Assigning looks the person up, creates them, and finds them afterwards in any letter case',
      async run(scim) {
        const name = scim.name('okta')
        expectEqual(await scim.list('/Users', lookup(name)), [], 'people before')
        const answer = await scim.request('POST', '/Users', {
          headers: HEADERS,
          body: person(name),
        })
        expectStatus(answer, 201)
        expectEqual(
          [at(answer.json, 'active'), at(answer.json, 'password')],
          [true, undefined],
          'active and no password',
        )
        for (const text of [name, name.toUpperCase()]) {
          const found = await scim.list('/Users', lookup(text))
          expectEqual(
            found.map((each) => at(each, 'id')),
            [idOf(answer)],
            'ids',
          )
        }
      },
    },
    {
      id: 'okta.assign-again',
      level: 'MUST',
      section: 'clients need: Okta (its SPEC test)',
      title: 'The same create once more is 409',
      async run(scim) {
        const { name } = await assign(scim)
        expectError(await scim.post('/Users', person(name)), 409)
      },
    },
    {
      id: 'okta.profile',
      level: 'MUST',
      section: SECTION,
      title: 'A profile is read, changed and sent back whole with id, meta, groups and empty texts',
      async run(scim) {
        const { path, id } = await assign(scim)
        const read = await scim.read(path)
        const body = {
          ...read,
          name: { givenName: 'Nadia', middleName: '', familyName: 'Osei-Mensah' },
          displayName: 'Nadia Osei-Mensah',
          groups: [{ value: 'conformance-none', display: 'None' }],
          nickName: '',
        }
        const answer = await scim.put(path, body)
        expectStatus(answer, 200)
        const seen = await scim.read(path)
        expectEqual(
          [at(seen, 'id'), at(seen, 'name', 'familyName'), at(seen, 'groups') ?? []],
          [id, 'Osei-Mensah', []],
          'id, familyName and groups',
        )
        expectEqual(at(seen, 'externalId'), at(read, 'externalId'), 'externalId')
      },
    },
    {
      id: 'okta.oin-deactivate',
      level: 'MUST',
      section: SECTION,
      title:
        'An Integration Network app deactivates by a PATCH without a path, and reactivates the same person',
      needs: ['patch'],
      async run(scim) {
        const { path, name, id } = await assign(scim)
        for (const active of [false, true]) {
          const answer = await scim.patch(path, { op: 'replace', value: { active } })
          expectStatus(answer, 200, 204)
          const found = await scim.list('/Users', lookup(name))
          expectEqual(
            found.map((each) => [at(each, 'id'), at(each, 'active')]),
            [[id, active]],
            'id and active',
          )
        }
      },
    },
    {
      id: 'okta.aiw-deactivate',
      level: 'MUST',
      section: SECTION,
      title:
        'A wizard-made app deactivates by a PUT of what it read, and reactivates the same person',
      async run(scim) {
        const { path, name, id } = await assign(scim)
        for (const active of [false, true]) {
          const answer = await scim.put(path, { ...(await scim.read(path)), active })
          expectStatus(answer, 200)
          const found = await scim.list('/Users', lookup(name))
          expectEqual(
            found.map((each) => [at(each, 'id'), at(each, 'active')]),
            [[id, active]],
            'id and active',
          )
        }
      },
    },
    {
      id: 'okta.password',
      level: 'MUST',
      section: SECTION,
      title: 'A password is pushed by PATCH and answered nowhere',
      needs: ['patch'],
      async run(scim) {
        const { path } = await assign(scim)
        const value = { password: 'Pw-conformance-Secret-9' }
        const answer = await scim.patch(path, { op: 'replace', value })
        expectStatus(answer, 200, 204)
        expectEqual(
          [at(answer.json, 'password'), at(await scim.read(path), 'password')],
          [undefined, undefined],
          'password',
        )
      },
    },
    {
      id: 'okta.renamed-anew',
      level: 'MUST',
      section: SECTION,
      title:
        'A renamed person may come as a new one with the externalId of the deactivated old one',
      async run(scim) {
        const externalId = `00u-conformance-${scim.shared.stamp}`
        await scim.user({ externalId, active: false })
        const answer = await scim.post('/Users', { ...person(scim.name()), externalId })
        expectStatus(answer, 201)
      },
    },
    {
      id: 'okta.import',
      level: 'MUST',
      section: SECTION,
      title: 'An import by pages of 100 meets everybody once, with integers to count by',
      async run(scim) {
        const crowd = await crowdOf(scim)
        const met: unknown[] = []
        for (let page = 0; page < 100; page += 1) {
          const seen = await scim.read('/Users', { startIndex: met.length + 1, count: 100 })
          expectEqual(at(seen, 'startIndex'), met.length + 1, 'startIndex')
          const found = elements(seen, 'Resources')
          met.push(...found.map((each) => at(each, 'id')))
          if (found.length === 0 || met.length >= Number(at(seen, 'totalResults'))) break
        }
        expectEqual(new Set(met).size, met.length, 'number of different people')
        expectEqual(
          crowd.filter(({ id }) => !met.includes(id)).length,
          0,
          'number of people missed',
        )
      },
    },
    {
      id: 'okta.push-group',
      level: 'MUST',
      section: SECTION,
      title: 'A group is pushed empty, renamed with its own id in the value, and filled',
      needs: ['groups', 'patch'],
      async run(scim) {
        const [one, two] = [await scim.user(), await scim.user()]
        const group = await scim.group()
        const displayName = scim.name('Field Operations')
        expectDone(
          await scim.patch(group.path, { op: 'replace', value: { id: group.id, displayName } }),
        )
        expectDone(await scim.patch(group.path, add(one)))
        const leave = { op: 'remove', path: `members[value eq "${one.id}"]` }
        expectDone(await scim.patch(group.path, leave, add(two)))
        expectEqual(at(await scim.read(group.path), 'displayName'), displayName, 'displayName')
        expectEqual(await membersOf(scim, group), [two.id], 'members')
      },
    },
    {
      id: 'okta.link-group',
      level: 'MUST',
      section: SECTION,
      title: 'A group is found by its name to be linked, and aligned by a replace of all members',
      needs: ['groups', 'patch'],
      async run(scim) {
        const [one, two] = [await scim.user(), await scim.user()]
        const group = await scim.group([one])
        const found = await scim.list('/Groups', {
          filter: `displayName eq "${group.name}"`,
          ...PAGE,
        })
        expectEqual(
          found.map((each) => at(each, 'id')),
          [group.id],
          'ids',
        )
        const value = [{ value: two.id, display: two.name }]
        expectDone(await scim.patch(group.path, { op: 'replace', path: 'members', value }))
        expectEqual(await membersOf(scim, group), [two.id], 'members')
      },
    },
    {
      id: 'okta.push-empty',
      level: 'MUST',
      section: SECTION,
      title: 'Pushing a group that has become empty empties it',
      needs: ['groups', 'patch'],
      async run(scim) {
        const group = await scim.group([await scim.user()])
        expectDone(await scim.patch(group.path, { op: 'replace', path: 'members', value: [] }))
        expectEqual(await membersOf(scim, group), [], 'members')
      },
    },
    {
      id: 'okta.push-large',
      level: 'MUST',
      section: SECTION,
      title: 'One PATCH with a rename, 60 who leave and 60 who join is applied whole',
      needs: ['groups', 'patch'],
      async run(scim) {
        const crowd = await crowdOf(scim)
        const [old, fresh] = [crowd.slice(0, 60), crowd.slice(60)]
        const group = await scim.group(old)
        const operations = [
          { op: 'replace', value: { id: group.id, displayName: group.name } },
          ...old.map(({ id }) => ({ op: 'remove', path: `members[value eq "${id}"]` })),
          {
            op: 'add',
            path: 'members',
            value: fresh.map(({ id, name }) => ({ value: id, display: name })),
          },
        ]
        expectDone(await scim.patch(group.path, ...operations))
        expectEqual(await membersOf(scim, group), ids(...fresh), 'members')
      },
    },
    {
      id: 'okta.aiw-group',
      level: 'MUST',
      section: SECTION,
      title: 'A wizard-made app reads a group and puts it back with other members',
      needs: ['groups'],
      async run(scim) {
        const [one, two] = [await scim.user(), await scim.user()]
        const group = await scim.group([one])
        await scim.read(group.path)
        const members = [one, two].map(({ id }) => ({ value: id, display: null }))
        const body = { schemas: [GROUP], id: group.id, displayName: group.name, members }
        expectStatus(await scim.put(group.path, body), 200)
        expectEqual(await membersOf(scim, group), ids(one, two), 'members')
      },
    },
    {
      id: 'okta.group-gone',
      level: 'MUST',
      section: SECTION,
      title: 'A push to a group that was deleted is 404 with a detail for the administrator',
      needs: ['groups', 'patch'],
      async run(scim) {
        const [user, group] = [await scim.user(), await scim.group()]
        expectStatus(await scim.delete(group.path), 204)
        const answer = await scim.patch(group.path, add(user))
        expectError(answer, 404)
        expectThat(textAt(answer.json, 'detail').length > 0, 'a detail', answer.text)
      },
    },
    {
      id: 'okta.unlink',
      level: 'MUST',
      section: SECTION,
      title: 'Unlinking deletes the group and leaves its people',
      needs: ['groups'],
      async run(scim) {
        const user = await scim.user()
        const group = await scim.group([user])
        expectStatus(await scim.delete(group.path), 204)
        expectEqual(at(await scim.read(user.path), 'active'), true, 'active')
      },
    },
    {
      id: 'okta.old-name',
      level: 'MUST',
      section: SECTION,
      title: 'After a rename another group may be pushed under the old name',
      needs: ['groups', 'patch'],
      async run(scim) {
        const group = await scim.group()
        const displayName = scim.name('renamed')
        expectDone(
          await scim.patch(group.path, { op: 'replace', path: 'displayName', value: displayName }),
        )
        const next = await scim.group([], { displayName: group.name })
        const found = await scim.list('/Groups', { filter: `displayName eq "${group.name}"` })
        expectEqual(
          found.map((each) => at(each, 'id')),
          [next.id],
          'ids by the old name',
        )
      },
    },
    {
      id: 'okta.entitlements',
      level: 'MUST',
      section: 'clients need: Okta Identity Governance',
      title: 'Roles and entitlements are kept',
      async run(scim) {
        const roles = [{ value: 'role-auditor', display: 'Auditor', type: 'Role' }]
        const entitlements = [{ value: 'ent-export', display: 'Can export', type: 'Permission' }]
        const { path } = await scim.user({ roles, entitlements })
        const seen = await scim.read(path)
        expectEqual(
          [parts(seen, 'roles'), parts(seen, 'entitlements')],
          [['role-auditor'], ['ent-export']],
          'roles and entitlements',
        )
      },
    },
    {
      id: 'okta.quick-groups',
      level: 'MAY',
      section: 'clients need: Okta (its SPEC test)',
      title: 'GET /Groups answers within 600 ms',
      needs: ['groups'],
      async run(scim) {
        await scim.group()
        const times = []
        for (let each = 0; each < 3; each += 1) {
          const answer = await scim.get('/Groups', PAGE)
          expectStatus(answer, 200)
          expectThat(
            elements(answer.json, 'Resources').length > 0,
            'groups',
            answer.text.slice(0, 200),
          )
          times.push(answer.ms)
        }
        const best = Math.round(Math.min(...times))
        expectThat(best < 600, 'less than 600 ms, at best of three', `${best} ms`)
      },
    },
  ],
}

function lookup(name: string) {
  return { filter: `userName eq "${name}"`, ...PAGE }
}

/** Okta's own create, with a random password and the read-only groups. */
function person(userName: string): Doc {
  return {
    schemas: [USER],
    userName,
    name: { givenName: 'Nadia', familyName: 'Osei' },
    emails: [{ primary: true, value: userName, type: 'work' }],
    displayName: 'Nadia Osei',
    locale: 'en-US',
    externalId: '00u4k7conformance',
    groups: [],
    password: 'Pw-conformance-Secret-9',
    active: true,
  }
}

async function assign(scim: Scim) {
  const name = scim.name('okta')
  return scim.user(person(name))
}
