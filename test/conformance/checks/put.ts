/** PUT: a resource replaced. */
import type { Group } from '../check.ts'
import type { Made, Scim } from '../client.ts'
import {
  at,
  type Doc,
  elements,
  elementsOfText,
  expectEqual,
  expectError,
  expectRefusal,
  expectStatus,
  expectThat,
  parts,
  sorted,
} from '../expect.ts'
import { ENTERPRISE, GROUP, USER } from '../names.ts'

export const put: Group = {
  name: 'put',
  title: 'Replace (PUT)',
  checks: [
    {
      id: 'put.answer',
      level: 'MUST',
      section: 'RFC 7644 §3.5.1',
      title: 'A PUT answers 200 with the whole resource as it is read afterwards',
      async run(scim) {
        const user = await scim.user({ displayName: 'Nadia' })
        const answer = await replace(scim, user, { displayName: 'Nadia Osei', title: 'Engineer' })
        expectEqual(
          [at(answer, 'displayName'), at(answer, 'title')],
          ['Nadia Osei', 'Engineer'],
          'displayName and title',
        )
        expectEqual(await scim.read(user.path), answer, 'the resource')
      },
    },
    {
      id: 'put.unknown',
      level: 'MUST',
      section: 'RFC 7644 §3.5.1',
      title: 'A PUT never creates: an unknown id is 404, and the userName stays free',
      async run(scim) {
        const body = { schemas: [USER], userName: scim.name() }
        expectError(await scim.put('/Users/conformance-nobody', body), 404)
        expectStatus(await scim.post('/Users', body), 201)
      },
    },
    {
      id: 'put.id-kept',
      level: 'MUST',
      section: 'RFC 7644 §3.5.1',
      title: 'id, created and location stay, and lastModified moves on',
      async run(scim) {
        const user = await scim.user()
        const seen = await replace(scim, user, { displayName: 'Nadia Osei' })
        expectEqual(at(seen, 'id'), user.id, 'id')
        for (const name of ['created', 'location', 'resourceType'])
          expectEqual(at(seen, 'meta', name), at(user.doc, 'meta', name), `meta.${name}`)
        const [before, after] = [
          at(user.doc, 'meta', 'lastModified'),
          at(seen, 'meta', 'lastModified'),
        ]
        expectThat(
          Date.parse(String(after)) >= Date.parse(String(before)),
          `a lastModified not before ${String(before)}`,
          after,
        )
      },
    },
    {
      id: 'put.read-only-ignored',
      level: 'MUST',
      section: 'RFC 7644 §3.5.1; clients need: Okta',
      title: 'What was read may be sent back: its id, meta and groups are ignored',
      async run(scim) {
        const user = await scim.user({ displayName: 'Nadia' })
        const echo = { ...(await scim.read(user.path)), displayName: 'Nadia Osei' }
        const answer = await scim.put(user.path, echo)
        expectStatus(answer, 200)
        expectEqual(
          [at(answer.json, 'id'), at(answer.json, 'displayName')],
          [user.id, 'Nadia Osei'],
          'id and displayName',
        )
      },
    },
    {
      id: 'put.other-id',
      level: 'MUST',
      section: 'RFC 7644 §3.5.1; RFC 7643 §3.1',
      title: 'Another id in the body changes nothing',
      async run(scim) {
        const [user, other] = [await scim.user(), await scim.user()]
        const answer = await scim.put(user.path, {
          schemas: [USER],
          id: other.id,
          userName: user.name,
        })
        expectStatus(answer, 200, 400)
        expectEqual(at(await scim.read(user.path), 'id'), user.id, 'id')
        expectEqual(
          at(await scim.read(other.path), 'userName'),
          other.name,
          'userName of the other',
        )
      },
    },
    {
      id: 'put.meta-ignored',
      level: 'MUST',
      section: 'RFC 7643 §3.1',
      title: 'meta in a PUT is ignored',
      async run(scim) {
        const user = await scim.user()
        const meta = { created: '2001-01-01T00:00:00Z', resourceType: 'Robot', version: 'W/"999"' }
        const seen = await replace(scim, user, { meta })
        expectEqual(at(seen, 'meta', 'created'), at(user.doc, 'meta', 'created'), 'meta.created')
        expectEqual(at(seen, 'meta', 'resourceType'), 'User', 'meta.resourceType')
      },
    },
    {
      id: 'put.clears',
      level: 'MAY',
      section: 'RFC 7644 §3.5.1',
      title: 'Optional attributes that a PUT leaves out are cleared',
      async run(scim) {
        const user = await scim.user({ title: 'Engineer', emails: [{ value: 'n@work.example' }] })
        const seen = await replace(scim, user, { displayName: 'Nadia' })
        expectEqual(
          [at(seen, 'title'), at(seen, 'emails')],
          [undefined, undefined],
          'title and emails',
        )
      },
    },
    {
      id: 'put.replaces-complex',
      level: 'MUST',
      section: 'RFC 7644 §3.5.1',
      title: 'A complex attribute is replaced and not merged',
      async run(scim) {
        const user = await scim.user({
          name: { givenName: 'Nadia', middleName: 'E.', familyName: 'Osei' },
        })
        const seen = await replace(scim, user, {
          name: { givenName: 'Nadia', familyName: 'Osei-Mensah' },
        })
        expectEqual(at(seen, 'name'), { givenName: 'Nadia', familyName: 'Osei-Mensah' }, 'name')
      },
    },
    {
      id: 'put.replaces-list',
      level: 'MUST',
      section: 'RFC 7644 §3.5.1',
      title: 'A list is replaced and not appended to',
      async run(scim) {
        const user = await scim.user({
          emails: [{ value: 'a@work.example' }, { value: 'b@work.example' }],
        })
        const seen = await replace(scim, user, { emails: [{ value: 'c@work.example' }] })
        expectEqual(parts(seen, 'emails'), ['c@work.example'], 'e-mail addresses')
      },
    },
    {
      id: 'put.null',
      level: 'MUST',
      section: 'RFC 7643 §2.5; clients need: all',
      title: 'null and empty lists clear',
      async run(scim) {
        const user = await scim.user({
          title: 'Engineer',
          nickName: 'Nadi',
          emails: [{ value: 'a@work.example' }],
        })
        const seen = await replace(scim, user, { title: null, nickName: null, emails: [] })
        for (const name of ['title', 'nickName', 'emails'])
          expectEqual(at(seen, name), undefined, name)
      },
    },
    {
      id: 'put.empty-text',
      level: 'SHOULD',
      section: 'clients need: Okta',
      title: 'Empty text clears an optional attribute',
      async run(scim) {
        const user = await scim.user({
          name: { givenName: 'Nadia', middleName: 'E.', familyName: 'Osei' },
          title: 'Engineer',
        })
        const seen = await replace(scim, user, {
          name: { givenName: 'Nadia', middleName: '', familyName: 'Osei' },
          title: '',
        })
        expectThat(
          [undefined, ''].includes(at(seen, 'name', 'middleName') as string | undefined),
          'no middleName',
          at(seen, 'name'),
        )
        expectThat(
          [undefined, ''].includes(at(seen, 'title') as string | undefined),
          'no title',
          at(seen, 'title'),
        )
      },
    },
    {
      id: 'put.active-kept',
      level: 'MUST',
      section: 'clients need: authentik, Okta',
      title: 'A PUT that does not speak of active switches nobody on or off',
      async run(scim) {
        for (const active of [false, true]) {
          const user = await scim.user({ active })
          expectEqual(
            at(await replace(scim, user, { title: 'Engineer' }), 'active'),
            active,
            'active',
          )
        }
      },
    },
    {
      id: 'put.external-id-kept',
      level: 'SHOULD',
      section: 'clients need: authentik',
      title: 'A PUT that does not speak of externalId keeps it',
      async run(scim) {
        const user = await scim.user({ externalId: 'conformance-ext-9' })
        expectEqual(
          at(await replace(scim, user, {}), 'externalId'),
          'conformance-ext-9',
          'externalId',
        )
      },
    },
    {
      id: 'put.external-id-cleared',
      level: 'SHOULD',
      section: 'RFC 7644 §3.5.1; RFC 7643 §2.5',
      title: 'A PUT with an externalId of null or of empty text clears it',
      async run(scim) {
        for (const externalId of [null, '']) {
          const user = await scim.user({ externalId: 'conformance-ext-10' })
          expectEqual(
            at(await replace(scim, user, { externalId }), 'externalId'),
            undefined,
            'externalId',
          )
        }
      },
    },
    {
      id: 'put.primary-once',
      level: 'MUST',
      section: 'RFC 7643 §2.4',
      title: 'Two primary e-mail addresses in a PUT are refused, or one of them is primary',
      async run(scim) {
        const { path, name: userName } = await scim.user()
        const emails = ['a@work.example', 'b@work.example'].map((value) => ({
          value,
          primary: true,
        }))
        const answer = await scim.put(path, { schemas: [USER], userName, emails })
        if (answer.status !== 200) return expectError(answer, 400)
        const primary = parts(answer.json, 'emails', 'primary').filter((each) => each === true)
        expectEqual(primary.length, 1, 'number of primary addresses')
      },
    },
    {
      id: 'put.without-user-name',
      level: 'MUST',
      section: 'RFC 7644 §3.5.1',
      title: 'A PUT without userName is refused with 400, and nothing changes',
      async run(scim) {
        const user = await scim.user({ title: 'Engineer' })
        expectError(await scim.put(user.path, { schemas: [USER], title: 'Pilot' }), 400)
        expectEqual(await scim.read(user.path), user.doc, 'the resource')
      },
    },
    {
      id: 'put.renames',
      level: 'MUST',
      section: 'RFC 7644 §3.5.1; clients need: Okta',
      title: 'A PUT may change the userName; the old one is free',
      async run(scim) {
        const user = await scim.user()
        const userName = scim.name('renamed')
        expectEqual(at(await replace(scim, user, { userName }), 'userName'), userName, 'userName')
        expectStatus(await scim.post('/Users', { schemas: [USER], userName: user.name }), 201)
      },
    },
    {
      id: 'put.own-name',
      level: 'MUST',
      section: 'RFC 7644 §3.5.1',
      title: "One's own userName may be written again, in other letter case too",
      async run(scim) {
        const user = await scim.user()
        const userName = user.name.toUpperCase()
        expectEqual(at(await replace(scim, user, { userName }), 'userName'), userName, 'userName')
      },
    },
    {
      id: 'put.taken-name',
      level: 'MUST',
      section: 'RFC 7644 §3.5.1',
      title:
        "Another's userName, in any letter case, is refused with 409 uniqueness, and nothing changes",
      async run(scim) {
        const [user, other] = [await scim.user(), await scim.user()]
        const body = { schemas: [USER], userName: other.name.toUpperCase(), title: 'Pilot' }
        expectError(await scim.put(user.path, body), 409, 'uniqueness')
        expectEqual(await scim.read(user.path), user.doc, 'the resource')
      },
    },
    {
      id: 'put.wrong-types',
      level: 'MUST',
      section: 'RFC 7643 §2.3',
      title: 'A value of a wrong type is refused with 400, and nothing changes',
      async run(scim) {
        const user = await scim.user({ title: 'Engineer' })
        const body = { schemas: [USER], userName: user.name, title: 'Pilot', active: 'perhaps' }
        expectError(await scim.put(user.path, body), 400)
        expectEqual(await scim.read(user.path), user.doc, 'the resource')
      },
    },
    {
      id: 'put.same',
      level: 'SHOULD',
      section: 'RFC 7643 §3.1',
      title: 'A PUT of what is there already leaves lastModified as it was',
      async run(scim) {
        const user = await scim.user({ displayName: 'Nadia' })
        const echo = await scim.read(user.path)
        expectStatus(await scim.put(user.path, echo), 200)
        expectEqual(await scim.read(user.path), echo, 'the resource')
      },
    },
    {
      id: 'put.extension',
      level: 'MUST',
      section: 'RFC 7643 §3.3',
      title: 'An extension comes and goes with a PUT, and its URN in schemas with it',
      needs: ['enterprise'],
      async run(scim) {
        const user = await scim.user()
        const came = await replace(scim, user, {
          schemas: [USER, ENTERPRISE],
          [ENTERPRISE]: { department: 'Navy' },
        })
        expectEqual(at(came, ENTERPRISE, 'department'), 'Navy', 'department')
        expectThat(
          elementsOfText(came, 'schemas').includes(ENTERPRISE),
          ENTERPRISE,
          at(came, 'schemas'),
        )
        const went = await replace(scim, user, { [ENTERPRISE]: null })
        expectEqual(
          [at(went, ENTERPRISE), at(went, 'schemas')],
          [undefined, [USER]],
          'extension and schemas',
        )
      },
    },
    {
      id: 'put.password',
      level: 'MUST',
      section: 'RFC 7643 §4.1.1',
      title: 'A password in a PUT is accepted and not answered',
      async run(scim) {
        const seen = await replace(scim, await scim.user(), { password: 'Pw-conformance-Secret-9' })
        expectEqual(at(seen, 'password'), undefined, 'password')
      },
    },
    {
      id: 'put.unknown-attributes',
      level: 'MUST',
      section: 'clients need: Okta',
      title: 'Attributes that nobody knows do not fail a PUT',
      async run(scim) {
        const seen = await replace(scim, await scim.user(), {
          favouriteColour: 'green',
          title: 'Engineer',
        })
        expectEqual(at(seen, 'title'), 'Engineer', 'title')
      },
    },
    {
      id: 'put.deactivates',
      level: 'MUST',
      section: 'clients need: Okta',
      title: 'A PUT with active false deactivates, and with true brings back the same user',
      async run(scim) {
        const user = await scim.user({ active: true })
        expectEqual(at(await replace(scim, user, { active: false }), 'active'), false, 'active')
        expectEqual(at(await scim.read(user.path), 'active'), false, 'active when read')
        const back = await replace(scim, user, { active: true })
        expectEqual([at(back, 'id'), at(back, 'active')], [user.id, true], 'id and active')
      },
    },
    {
      id: 'put.collection',
      level: 'MUST',
      section: 'RFC 7644 §3.2',
      title: 'PUT to a collection is refused',
      async run(scim) {
        await replace(scim, await scim.user(), {})
        expectRefusal(await scim.put('/Users', { schemas: [USER], userName: scim.name() }))
      },
    },
    {
      id: 'put.group',
      level: 'MUST',
      section: 'RFC 7644 §3.5.1; clients need: Okta',
      title: 'A PUT of a group sets its name and the whole of its members',
      needs: ['groups'],
      async run(scim) {
        const [one, two, three] = [await scim.user(), await scim.user(), await scim.user()]
        const group = await scim.group([one, two])
        const displayName = scim.name('renamed')
        const members = [two, three].map(({ id }) => ({ value: id, display: null }))
        const answer = await scim.put(group.path, {
          schemas: [GROUP],
          id: group.id,
          displayName,
          members,
        })
        expectStatus(answer, 200)
        const seen = await scim.read(group.path)
        expectEqual(at(seen, 'displayName'), displayName, 'displayName')
        expectEqual(parts(seen, 'members'), ids(two, three), 'members')
      },
    },
    {
      id: 'put.group-empty',
      level: 'MUST',
      section: 'RFC 7644 §3.5.1; clients need: Okta',
      title: 'A PUT of a group with an empty list of members empties it',
      needs: ['groups'],
      async run(scim) {
        const group = await scim.group([await scim.user()])
        const answer = await scim.put(group.path, {
          schemas: [GROUP],
          displayName: group.name,
          members: [],
        })
        expectStatus(answer, 200)
        expectEqual(elements(await scim.read(group.path), 'members'), [], 'members')
      },
    },
    {
      id: 'put.user-groups',
      level: 'MUST',
      section: 'RFC 7643 §4.1.2; clients need: Okta, SailPoint',
      title: 'Groups in the PUT of a user are ignored: nobody joins or leaves that way',
      needs: ['groups'],
      async run(scim) {
        const user = await scim.user()
        const [inside, outside] = [await scim.group([user]), await scim.group()]
        await replace(scim, user, { groups: [{ value: outside.id }] })
        expectEqual(parts(await scim.read(user.path), 'groups'), [inside.id], 'groups')
        expectEqual(
          elements(await scim.read(outside.path), 'members'),
          [],
          'members of the other group',
        )
      },
    },
  ],
}

/** A PUT that must answer 200; the userName is repeated unless it is in `body`. */
async function replace(scim: Scim, { path, name }: Made, body: Doc): Promise<Doc> {
  const answer = await scim.put(path, { schemas: [USER], userName: name, ...body })
  expectStatus(answer, 200)
  return answer.json as Doc
}

export function ids(...made: readonly Made[]): readonly string[] {
  return sorted(made.map(({ id }) => id))
}
