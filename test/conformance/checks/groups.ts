/** Groups and who is in them, by every method: one list, an entry for each rule. */
import type { Group } from '../check.ts'
import { crowdOf } from '../cast.ts'
import type { Made, Scim } from '../client.ts'
import {
  at,
  elements,
  expectDone,
  expectEqual,
  expectError,
  expectStatus,
  expectThat,
  parts,
} from '../expect.ts'
import { GROUP } from '../names.ts'
import { ids } from './put.ts'

const SECTION = 'RFC 7643 §4.2'

export const groups: Group = {
  name: 'groups',
  title: 'Groups and members',
  needs: ['groups'],
  checks: [
    {
      id: 'groups.create',
      level: 'MUST',
      section: 'RFC 7644 §3.3',
      title: 'A group is created with members, and read back with them',
      async run(scim) {
        const [one, two] = [await scim.user(), await scim.user()]
        const group = await scim.group([one, two])
        const seen = await scim.read(group.path)
        expectEqual(
          [at(seen, 'displayName'), at(seen, 'schemas')],
          [group.name, [GROUP]],
          'displayName and schemas',
        )
        expectEqual(parts(seen, 'members'), ids(one, two), 'members')
        expectEqual(at(seen, 'meta', 'resourceType'), 'Group', 'meta.resourceType')
      },
    },
    {
      id: 'groups.create-empty',
      level: 'MUST',
      section: 'clients need: Okta, Entra ID',
      title: 'A group may have no members, said or unsaid',
      async run(scim) {
        for (const more of [{ members: [] }, { members: undefined }, { members: null }]) {
          const group = await scim.group([], more)
          expectEqual(parts(await scim.read(group.path), 'members'), [], 'members')
        }
      },
    },
    {
      id: 'groups.external-id',
      level: 'MUST',
      section: 'RFC 7643 §3.1; clients need: Entra ID',
      title: "A group's externalId is kept",
      async run(scim) {
        const { path } = await scim.group([], { externalId: 'conformance-ext-group' })
        expectEqual(at(await scim.read(path), 'externalId'), 'conformance-ext-group', 'externalId')
      },
    },
    {
      id: 'groups.without-name',
      level: 'MUST',
      section: 'RFC 7643 §4.2, erratum 5368',
      title: 'A group without displayName is refused with 400',
      async run(scim) {
        for (const displayName of [undefined, '', null])
          expectError(await scim.post('/Groups', { schemas: [GROUP], displayName }), 400)
      },
    },
    {
      id: 'groups.duplicate',
      level: 'SHOULD',
      section: 'clients need: Entra ID, Okta',
      title: 'A second group of the same name, in any case, is refused with 409 uniqueness',
      async run(scim) {
        const displayName = (await scim.group()).name.toUpperCase()
        expectError(
          await scim.post('/Groups', { schemas: [GROUP], displayName }),
          409,
          'uniqueness',
        )
      },
    },
    {
      id: 'groups.user-groups',
      level: 'MUST',
      section: 'RFC 7643 §4.1.2',
      title: "A user's groups follow the members of groups",
      async run(scim) {
        const user = await scim.user()
        const group = await scim.group([user])
        expectEqual(parts(await scim.read(user.path), 'groups'), [group.id], 'groups')
        expectStatus(
          await scim.put(group.path, { schemas: [GROUP], displayName: group.name, members: [] }),
          200,
        )
        expectEqual(parts(await scim.read(user.path), 'groups'), [], 'groups after leaving')
      },
    },
    {
      id: 'groups.user-groups-display',
      level: 'SHOULD',
      section: 'RFC 7643 §4.1.2',
      title: "A user's groups tell the name and the address of the group",
      async run(scim) {
        const user = await scim.user()
        const group = await scim.group([user])
        const [seen] = elements(await scim.read(user.path), 'groups')
        expectEqual(at(seen, 'display'), group.name, 'display')
        expectThat(
          String(at(seen, '$ref')).endsWith(group.path),
          `a $ref ending in ${group.path}`,
          at(seen, '$ref'),
        )
      },
    },
    {
      id: 'groups.member-form',
      level: 'SHOULD',
      section: SECTION,
      title: 'A member has its address and its type',
      async run(scim) {
        const user = await scim.user()
        const inner = await scim.group()
        const group = await scim.group([user, inner])
        const members = elements(await scim.read(group.path), 'members')
        for (const [made, type] of [
          [user, 'User'],
          [inner, 'Group'],
        ] as const) {
          const seen = members.find((each) => at(each, 'value') === made.id)
          expectEqual(at(seen, 'type'), type, 'type')
          expectThat(
            String(at(seen, '$ref')).endsWith(made.path),
            `a $ref ending in ${made.path}`,
            at(seen, '$ref'),
          )
        }
      },
    },
    {
      id: 'groups.nested',
      level: 'MUST',
      section: SECTION,
      title: 'A group may be a member of a group',
      async run(scim) {
        const inner = await scim.group([await scim.user()])
        const outer = await scim.group([inner])
        expectEqual(parts(await scim.read(outer.path), 'members'), [inner.id], 'members')
      },
    },
    {
      id: 'groups.self',
      level: 'MUST',
      section: 'RFC 7644 §7',
      title:
        'A group as its own member, or as the member of its member, is refused or does no harm',
      needs: ['patch'],
      async run(scim) {
        const inner = await scim.group()
        const outer = await scim.group([inner])
        await scim.patch(inner.path, add(inner))
        await scim.patch(inner.path, add(outer))
        for (const group of [inner, outer])
          expectEqual(at(await scim.read(group.path), 'displayName'), group.name, 'displayName')
        expectEqual(parts(await scim.read(outer.path), 'members'), [inner.id], 'members')
      },
    },
    {
      id: 'groups.members-twice',
      level: 'MUST',
      section: 'RFC 7643 §2.4',
      title: 'A member who is named twice is a member once',
      async run(scim) {
        const user = await scim.user()
        const group = await scim.group([user, user])
        expectEqual(parts(await scim.read(group.path), 'members'), [user.id], 'members')
      },
    },
    {
      id: 'groups.refs-ignored',
      level: 'MUST',
      section: 'clients need: Entra ID, Keycloak, Okta',
      title: '$ref that is null or relative and display that is null do no harm',
      async run(scim) {
        const [one, two] = [await scim.user(), await scim.user()]
        const members = [
          { value: one.id, $ref: null, display: null },
          { value: two.id, $ref: `Users/${two.id}` },
        ]
        const group = await scim.group([], { members })
        expectEqual(parts(await scim.read(group.path), 'members'), ids(one, two), 'members')
      },
    },
    {
      id: 'groups.add',
      level: 'MUST',
      section: 'RFC 7644 §3.5.2.1',
      title: 'add adds members and keeps the others',
      needs: ['patch'],
      async run(scim) {
        const [one, two, three] = [await scim.user(), await scim.user(), await scim.user()]
        const group = await scim.group([one])
        expectDone(await scim.patch(group.path, add(two), add(three)))
        expectEqual(await membersOf(scim, group), ids(one, two, three), 'members')
      },
    },
    {
      id: 'groups.add-pathless',
      level: 'MUST',
      section: 'RFC 7644 §3.5.2.1',
      title: 'add without a path adds members and keeps the others',
      needs: ['patch'],
      async run(scim) {
        const [one, two] = [await scim.user(), await scim.user()]
        const group = await scim.group([one])
        expectDone(
          await scim.patch(group.path, { op: 'add', value: { members: [{ value: two.id }] } }),
        )
        expectEqual(await membersOf(scim, group), ids(one, two), 'members')
      },
    },
    {
      id: 'groups.add-again',
      level: 'MUST',
      section: 'RFC 7644 §3.5.2.1',
      title: 'add of a member who is there changes nothing, not even lastModified',
      needs: ['patch'],
      async run(scim) {
        const user = await scim.user()
        const group = await scim.group([user])
        const before = await scim.read(group.path)
        expectDone(await scim.patch(group.path, add(user)))
        expectEqual(await scim.read(group.path), before, 'the group')
      },
    },
    {
      id: 'groups.remove-filtered',
      level: 'MUST',
      section: 'RFC 7644 §3.5.2.2; clients need: Okta',
      title: 'remove by members[value eq …] removes that member and no other',
      needs: ['patch'],
      async run(scim) {
        const [one, two] = [await scim.user(), await scim.user()]
        const group = await scim.group([one, two])
        expectDone(
          await scim.patch(group.path, { op: 'remove', path: `members[value eq "${one.id}"]` }),
        )
        expectEqual(await membersOf(scim, group), ids(two), 'members')
      },
    },
    {
      id: 'groups.remove-filtered-or',
      level: 'MUST',
      section: 'RFC 7644 §3.5.2.2',
      title: 'The filter of a removal may name several members',
      needs: ['patch'],
      async run(scim) {
        const [one, two, three] = [await scim.user(), await scim.user(), await scim.user()]
        const group = await scim.group([one, two, three])
        const path = `members[value eq "${one.id}" or value eq "${three.id}"]`
        expectDone(await scim.patch(group.path, { op: 'remove', path }))
        expectEqual(await membersOf(scim, group), ids(two), 'members')
      },
    },
    {
      id: 'groups.remove-listed',
      level: 'MUST',
      section: 'clients need: Entra ID, JumpCloud, authentik',
      title: 'remove of members with a list of values removes those members and no others',
      needs: ['patch'],
      async run(scim) {
        const [one, two, three] = [await scim.user(), await scim.user(), await scim.user()]
        const group = await scim.group([one, two, three])
        const value = [{ $ref: null, value: one.id }, { value: three.id }]
        expectDone(await scim.patch(group.path, { op: 'Remove', path: 'members', value }))
        expectEqual(await membersOf(scim, group), ids(two), 'members')
      },
    },
    {
      id: 'groups.remove-listed-none',
      level: 'MUST',
      section: 'clients need: Entra ID',
      title: 'remove of members with an empty list removes nobody',
      needs: ['patch'],
      async run(scim) {
        const user = await scim.user()
        const group = await scim.group([user])
        await scim.patch(group.path, { op: 'remove', path: 'members', value: [] })
        expectEqual(await membersOf(scim, group), ids(user), 'members')
      },
    },
    {
      id: 'groups.remove-empty-text',
      level: 'SHOULD',
      section: 'clients need: those with templates, such as OneLogin',
      title: 'remove of members whose value is empty text is refused, or removes nobody',
      needs: ['patch'],
      async run(scim) {
        const user = await scim.user()
        const group = await scim.group([user])
        for (const value of ['', [{ value: '' }]])
          await scim.patch(group.path, { op: 'remove', path: 'members', value })
        expectEqual(await membersOf(scim, group), ids(user), 'members')
      },
    },
    {
      id: 'groups.remove-absent',
      level: 'MUST',
      section: 'clients need: Okta, Entra ID',
      title: 'To remove who is not a member succeeds and changes nothing',
      needs: ['patch'],
      async run(scim) {
        const [one, two] = [await scim.user(), await scim.user()]
        const group = await scim.group([one])
        const before = await scim.read(group.path)
        expectDone(
          await scim.patch(group.path, { op: 'remove', path: `members[value eq "${two.id}"]` }),
        )
        expectDone(
          await scim.patch(group.path, {
            op: 'Remove',
            path: 'members',
            value: [{ value: two.id }],
          }),
        )
        expectEqual(await scim.read(group.path), before, 'the group')
      },
    },
    {
      id: 'groups.remove-all',
      level: 'MUST',
      section: 'RFC 7644 §3.5.2.2; clients need: Keycloak',
      title: 'remove of members without a value, or with null, empties the group',
      needs: ['patch'],
      async run(scim) {
        for (const operation of [
          { op: 'remove', path: 'members' },
          { op: 'remove', path: 'members', value: null },
        ]) {
          const group = await scim.group([await scim.user(), await scim.user()])
          expectDone(await scim.patch(group.path, operation))
          expectEqual(await membersOf(scim, group), [], 'members')
        }
      },
    },
    {
      id: 'groups.replace',
      level: 'MUST',
      section: 'RFC 7644 §3.5.2.3; clients need: Okta',
      title: 'replace of members replaces all of them, and an empty list empties the group',
      needs: ['patch'],
      async run(scim) {
        const [one, two, three] = [await scim.user(), await scim.user(), await scim.user()]
        const group = await scim.group([one, two])
        const replace = (...members: readonly Made[]) =>
          scim.patch(group.path, {
            op: 'replace',
            path: 'members',
            value: members.map(({ id }) => ({ value: id })),
          })
        expectDone(await replace(two, three))
        expectEqual(await membersOf(scim, group), ids(two, three), 'members')
        expectDone(await replace())
        expectEqual(await membersOf(scim, group), [], 'members after an empty list')
      },
    },
    {
      id: 'groups.replace-others',
      level: 'MUST',
      section: 'RFC 7644 §3.5.2.3; clients need: authentik, Okta',
      title: 'A replace without a path that does not speak of members leaves them',
      needs: ['patch'],
      async run(scim) {
        const user = await scim.user()
        const group = await scim.group([user])
        const displayName = scim.name('renamed')
        const value = { schemas: [GROUP], id: group.id, displayName, externalId: 'conformance-77' }
        expectDone(await scim.patch(group.path, { op: 'replace', value }))
        const seen = await scim.read(group.path)
        expectEqual(
          [at(seen, 'displayName'), parts(seen, 'members')],
          [displayName, [user.id]],
          'name and members',
        )
      },
    },
    {
      id: 'groups.edit-member',
      level: 'MUST',
      section: 'RFC 7643 §4.2; RFC 7644 §3.5.2',
      title: "A member's value cannot be edited in place: refused, and the members stay",
      needs: ['patch'],
      async run(scim) {
        const [one, two] = [await scim.user(), await scim.user()]
        const group = await scim.group([one])
        const path = `members[value eq "${one.id}"].value`
        expectError(await scim.patch(group.path, { op: 'replace', path, value: two.id }), 400)
        expectEqual(await membersOf(scim, group), ids(one), 'members')
      },
    },
    {
      id: 'groups.atomic',
      level: 'MUST',
      section: 'RFC 7644 §3.5.2',
      title: 'If one operation fails no member has joined or left',
      needs: ['patch'],
      async run(scim) {
        const [one, two] = [await scim.user(), await scim.user()]
        const group = await scim.group([one])
        const before = await scim.read(group.path)
        const leave = { op: 'remove', path: `members[value eq "${one.id}"]` }
        expectError(
          await scim.patch(group.path, leave, add(two), { op: 'remove', path: 'displayName' }),
          400,
        )
        expectEqual(await scim.read(group.path), before, 'the group')
      },
    },
    {
      id: 'groups.sequential',
      level: 'MUST',
      section: 'RFC 7644 §3.5.2',
      title: 'Operations on members are applied in their order',
      needs: ['patch'],
      async run(scim) {
        const [one, two] = [await scim.user(), await scim.user()]
        const group = await scim.group([one])
        const leave = (user: Made) => ({ op: 'remove', path: `members[value eq "${user.id}"]` })
        expectDone(await scim.patch(group.path, add(two), leave(two), leave(one), add(one)))
        expectEqual(await membersOf(scim, group), ids(one), 'members')
        expectDone(await scim.patch(group.path, { op: 'remove', path: 'members' }, add(two)))
        expectEqual(await membersOf(scim, group), ids(two), 'members')
      },
    },
    {
      id: 'groups.unknown-member',
      level: 'MUST',
      section: 'clients need: Okta',
      title: 'A member that does not exist costs the good ones nothing, or the whole is refused',
      needs: ['patch'],
      async run(scim) {
        const [one, two] = [await scim.user(), await scim.user()]
        const group = await scim.group([one])
        const value = [{ value: 'conformance-nobody' }, { value: two.id }]
        const answer = await scim.patch(group.path, { op: 'add', path: 'members', value })
        const known = (await membersOf(scim, group)).filter((id) => id !== 'conformance-nobody')
        if (answer.status >= 300) expectError(answer, 400)
        expectEqual(known, answer.status >= 300 ? ids(one) : ids(one, two), 'members')
      },
    },
    {
      id: 'groups.rename',
      level: 'MUST',
      section: 'RFC 7644 §3.5.2.3; clients need: Okta',
      title: 'A group is renamed by PATCH, and its old name is free at once',
      needs: ['patch'],
      async run(scim) {
        const group = await scim.group()
        const displayName = scim.name('renamed')
        expectDone(
          await scim.patch(group.path, { op: 'replace', value: { id: group.id, displayName } }),
        )
        expectEqual(at(await scim.read(group.path), 'displayName'), displayName, 'displayName')
        expectStatus(await scim.post('/Groups', { schemas: [GROUP], displayName: group.name }), 201)
      },
    },
    {
      id: 'groups.rename-taken',
      level: 'SHOULD',
      section: 'clients need: Entra ID, Okta',
      title: 'A group cannot take the name of another, by PATCH or PUT: 409 uniqueness',
      needs: ['patch'],
      async run(scim) {
        const [group, other] = [await scim.group(), await scim.group()]
        const displayName = other.name.toUpperCase()
        const patched = await scim.patch(group.path, {
          op: 'replace',
          path: 'displayName',
          value: displayName,
        })
        expectError(patched, 409, 'uniqueness')
        expectError(
          await scim.put(group.path, { schemas: [GROUP], displayName }),
          409,
          'uniqueness',
        )
        expectEqual(at(await scim.read(group.path), 'displayName'), group.name, 'displayName')
      },
    },
    {
      id: 'groups.name-cleared',
      level: 'MUST',
      section: 'RFC 7644 §3.5.2.2',
      title: 'The name of a group cannot be cleared, and its members stay',
      needs: ['patch'],
      async run(scim) {
        const user = await scim.user()
        const group = await scim.group([user])
        expectError(
          await scim.patch(group.path, { op: 'remove', path: 'displayName' }),
          400,
          'mutability',
        )
        expectError(
          await scim.patch(group.path, { op: 'replace', value: { displayName: '', members: [] } }),
          400,
        )
        expectEqual(await membersOf(scim, group), [user.id], 'members')
      },
    },
    {
      id: 'groups.add-one',
      level: 'MUST',
      section: 'RFC 7644 §3.5.2.1',
      title: 'One member may be added without a list around it',
      needs: ['patch'],
      async run(scim) {
        const [one, two] = [await scim.user(), await scim.user()]
        const group = await scim.group([one])
        expectDone(
          await scim.patch(group.path, { op: 'add', path: 'members', value: { value: two.id } }),
        )
        expectEqual(await membersOf(scim, group), ids(one, two), 'members')
      },
    },
    {
      id: 'groups.members-malformed',
      level: 'MUST',
      section: 'RFC 7643 §2.3',
      title: 'Members that are no members are refused with 400, and those there are stay',
      needs: ['patch'],
      async run(scim) {
        const user = await scim.user()
        const group = await scim.group([user])
        for (const value of [
          [{ display: 'Nobody' }],
          [[user.id]],
          [{ value: { id: user.id } }],
          [7],
        ]) {
          const answer = await scim.patch(group.path, { op: 'replace', path: 'members', value })
          expectError(answer, 400)
        }
        expectEqual(await membersOf(scim, group), [user.id], 'members')
      },
    },
    {
      id: 'groups.removed-and-back',
      level: 'MUST',
      section: 'RFC 7643 §4.1.2',
      title:
        'A deleted group leaves the groups of its members, and a new one of the name starts empty',
      async run(scim) {
        const user = await scim.user()
        const group = await scim.group([user])
        expectStatus(await scim.delete(group.path), 204)
        const again = await scim.group([], { displayName: group.name })
        expectEqual(await membersOf(scim, again), [], 'members')
        expectEqual(parts(await scim.read(user.path), 'groups'), [], 'groups')
      },
    },
    {
      id: 'groups.replace-without-value',
      level: 'MUST',
      section: 'RFC 7644 §3.5.2.3',
      title: 'A replace or add of members that forgets its value is refused, and nobody leaves',
      needs: ['patch'],
      async run(scim) {
        const user = await scim.user()
        const group = await scim.group([user])
        for (const op of ['replace', 'add'])
          expectError(await scim.patch(group.path, { op, path: 'members' }), 400)
        expectEqual(await membersOf(scim, group), [user.id], 'members')
      },
    },
    {
      id: 'groups.cycle-put',
      level: 'MUST',
      section: 'RFC 7644 §7',
      title: 'Groups that would hold each other by PUT are refused or do no harm to their reading',
      async run(scim) {
        const inner = await scim.group()
        const outer = await scim.group([inner])
        const members = [{ value: outer.id }]
        await scim.put(inner.path, { schemas: [GROUP], displayName: inner.name, members })
        expectEqual(at(await scim.read(inner.path), 'displayName'), inner.name, 'displayName')
        expectEqual(await membersOf(scim, outer), [inner.id], 'members')
      },
    },
    {
      id: 'groups.user-elsewhere',
      level: 'MUST',
      section: 'RFC 7643 §4.1.2',
      title: 'A user in three groups has three groups, and leaves one of them alone',
      needs: ['patch'],
      async run(scim) {
        const user = await scim.user()
        const all = [await scim.group([user]), await scim.group([user]), await scim.group([user])]
        const [first, ...rest] = all
        const path = `members[value eq "${user.id}"]`
        expectDone(await scim.patch(first?.path ?? '', { op: 'remove', path }))
        expectEqual(parts(await scim.read(user.path), 'groups'), ids(...rest), 'groups')
      },
    },
    {
      id: 'groups.inactive-member',
      level: 'MUST',
      section: 'clients need: Entra ID',
      title: 'A user who is deactivated stays a member',
      needs: ['patch'],
      async run(scim) {
        const user = await scim.user()
        const group = await scim.group([user])
        expectDone(await scim.patch(user.path, { op: 'replace', path: 'active', value: false }))
        expectEqual(await membersOf(scim, group), ids(user), 'members')
      },
    },
    {
      id: 'groups.concurrent',
      level: 'MUST',
      section: 'clients need: Entra ID',
      title: 'Twenty members added by twenty simultaneous PATCHes are all members',
      needs: ['patch'],
      async run(scim) {
        const crowd = (await crowdOf(scim)).slice(0, 20)
        const group = await scim.group()
        const answers = await Promise.all(crowd.map((user) => scim.patch(group.path, add(user))))
        for (const answer of answers) expectDone(answer)
        expectEqual(await membersOf(scim, group), ids(...crowd), 'members')
      },
    },
    {
      id: 'groups.concurrent-leave',
      level: 'MUST',
      section: 'clients need: Entra ID',
      title: 'Ten who join and ten who leave at the same time do not undo each other',
      needs: ['patch'],
      async run(scim) {
        const crowd = await crowdOf(scim)
        const [stay, leave, join] = [crowd.slice(0, 10), crowd.slice(10, 20), crowd.slice(20, 30)]
        const group = await scim.group([...stay, ...leave])
        const answers = await Promise.all([
          ...leave.map(({ id }) =>
            scim.patch(group.path, { op: 'Remove', path: 'members', value: [{ value: id }] }),
          ),
          ...join.map((user) => scim.patch(group.path, add(user))),
        ])
        for (const answer of answers) expectDone(answer)
        expectEqual(await membersOf(scim, group), ids(...stay, ...join), 'members')
      },
    },
    {
      id: 'groups.large',
      level: 'MUST',
      section: 'clients need: all',
      title: 'A group of 120 is read whole, by id and in a list',
      needs: ['filter'],
      async run(scim) {
        const crowd = await crowdOf(scim)
        const group = await scim.group(crowd)
        expectEqual(await membersOf(scim, group), ids(...crowd), 'members')
        const [listed] = await scim.list('/Groups', { filter: `displayName eq "${group.name}"` })
        expectEqual(parts(listed, 'members').length, 120, 'number of members in the list')
      },
    },
    {
      id: 'groups.large-patch',
      level: 'MUST',
      section: 'clients need: Okta, FusionAuth’s',
      title: 'One change in a group of 120 leaves the other 119',
      needs: ['patch'],
      async run(scim) {
        const crowd = await crowdOf(scim)
        const group = await scim.group(crowd)
        const [first, ...rest] = crowd
        expectDone(
          await scim.patch(group.path, { op: 'remove', path: `members[value eq "${first?.id}"]` }),
        )
        expectEqual(await membersOf(scim, group), ids(...rest), 'members')
      },
    },
    {
      id: 'groups.many-operations',
      level: 'MUST',
      section: 'clients need: Okta, authentik',
      title: 'A PATCH with 240 operations on members is applied whole',
      needs: ['patch'],
      async run(scim) {
        const crowd = await crowdOf(scim)
        const group = await scim.group(crowd.slice(0, 60))
        const operations = crowd.flatMap((user) => [
          add(user),
          { op: 'remove', path: `members[value eq "${user.id}"]` },
        ])
        expectDone(await scim.patch(group.path, ...operations.slice(0, -1)))
        expectEqual(await membersOf(scim, group), ids(...crowd.slice(-1)), 'members')
      },
    },
  ],
}

export function add({ id }: Made) {
  return { op: 'add', path: 'members', value: [{ value: id }] }
}

export async function membersOf(scim: Scim, { path }: Made): Promise<readonly unknown[]> {
  return parts(await scim.read(path), 'members')
}
