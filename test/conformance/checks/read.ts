/** GET of one resource, and DELETE. */
import type { Group } from '../check.ts'
import {
  at,
  elements,
  expectEqual,
  expectError,
  expectRefusal,
  expectStatus,
  expectThat,
} from '../expect.ts'
import { GROUP, USER } from '../names.ts'
import { expectLocation } from './discovery.ts'

export const read: Group = {
  name: 'read',
  title: 'Read (GET)',
  checks: [
    {
      id: 'read.same',
      level: 'MUST',
      section: 'RFC 7644 §3.4.1',
      title: 'What is read by id is what the create answered',
      async run(scim) {
        const { path, doc } = await scim.user({
          displayName: 'Nadia',
          emails: [{ value: 'n@work.example' }],
        })
        expectEqual(await scim.read(path), doc, 'the resource')
      },
    },
    {
      id: 'read.unknown',
      level: 'MUST',
      section: 'RFC 7644 §3.12',
      title: 'An id that nobody has is 404 with a SCIM Error',
      async run(scim) {
        expectError(await scim.get('/Users/conformance-nobody'), 404)
      },
    },
    {
      id: 'read.other-type',
      level: 'MUST',
      section: 'RFC 7644 §3.4.1',
      title: 'A user is not found among the groups',
      needs: ['groups'],
      async run(scim) {
        const { id } = await scim.user()
        expectError(await scim.get(`/Groups/${id}`), 404)
        expectEqual(at(await scim.read(`/Users/${id}`), 'id'), id, 'id among the users')
      },
    },
    {
      id: 'read.id-case',
      level: 'MUST',
      section: 'RFC 7643 §3.1',
      title: 'Ids are told apart by letter case',
      async run(scim) {
        const { id } = await scim.user()
        const other = id === id.toUpperCase() ? id.toLowerCase() : id.toUpperCase()
        if (other !== id) expectError(await scim.get(`/Users/${other}`), 404)
        expectEqual(at(await scim.read(`/Users/${id}`), 'id'), id, 'id')
      },
    },
    {
      id: 'read.location',
      level: 'MUST',
      section: 'RFC 7643 §3.1',
      title: 'meta.location is the absolute address of what was read',
      async run(scim) {
        const { path } = await scim.user()
        expectLocation(scim, await scim.read(path), path)
      },
    },
    {
      id: 'read.inactive',
      level: 'MUST',
      section: 'clients need: Okta, Entra ID',
      title: 'An inactive user is read by id as anybody is, and keeps the id',
      async run(scim) {
        const { path, id } = await scim.user({ active: false })
        const seen = await scim.read(path)
        expectEqual([at(seen, 'id'), at(seen, 'active')], [id, false], 'id and active')
      },
    },
    {
      id: 'read.unknown-parameters',
      level: 'MUST',
      section: 'RFC 7644 §3.4.2; clients need: Entra ID',
      title: 'Unknown query parameters are ignored',
      async run(scim) {
        const { path, doc } = await scim.user()
        expectEqual(await scim.read(`${path}?aadOptscim062020&conformance=1`), doc, 'the resource')
      },
    },
    {
      id: 'read.head',
      level: 'SHOULD',
      section: 'RFC 9110 §9.3.2',
      title: 'HEAD answers the status and type of GET, without a body',
      async run(scim) {
        const { path } = await scim.user()
        const [got, head] = [await scim.get(path), await scim.request('HEAD', path)]
        expectEqual([head.status, head.text], [200, ''], 'status and body')
        expectEqual(head.headers['content-type'], got.headers['content-type'], 'Content-Type')
        expectEqual(
          (await scim.request('HEAD', '/Users/conformance-nobody')).status,
          404,
          'status for nobody',
        )
      },
    },
    {
      id: 'read.endpoint-case',
      level: 'MAY',
      section: 'clients need: hand-written paths',
      title: 'The name of an endpoint is read in any letter case',
      async run(scim) {
        const { id } = await scim.user()
        expectEqual(at(await scim.read(`/users/${id}`), 'id'), id, 'id')
      },
    },
    {
      id: 'read.hostile-ids',
      level: 'MUST',
      section: 'RFC 7644 §3.12',
      title: 'Ids that are no ids are refused as the mistake they are',
      async run(scim) {
        await scim.read((await scim.user()).path)
        for (const id of [
          '%00',
          '%2e%2e%2fUsers',
          "'%20or%201=1",
          'x'.repeat(2000),
          '%F0%9F%91%A9',
          '%C3%28',
          '*',
          '%25',
        ])
          expectRefusal(await scim.get(`/Users/${id}`))
      },
    },
  ],
}

export const remove: Group = {
  name: 'delete',
  title: 'Delete (DELETE)',
  checks: [
    {
      id: 'delete.answer',
      level: 'MUST',
      section: 'RFC 7644 §3.6',
      title: 'A delete answers 204 without a body',
      async run(scim) {
        const answer = await scim.delete((await scim.user()).path)
        expectEqual([answer.status, answer.text], [204, ''], 'status and body')
      },
    },
    {
      id: 'delete.gone',
      level: 'MUST',
      section: 'RFC 7644 §3.6',
      title: 'What was deleted is 404 for every operation',
      async run(scim) {
        const { path, name } = await scim.user()
        expectStatus(await scim.delete(path), 204)
        expectError(await scim.get(path), 404)
        expectError(await scim.put(path, { schemas: [USER], userName: name }), 404)
        expectError(await scim.delete(path), 404)
        if (scim.has('patch'))
          expectError(await scim.patch(path, { op: 'replace', path: 'title', value: 'x' }), 404)
      },
    },
    {
      id: 'delete.not-listed',
      level: 'MUST',
      section: 'RFC 7644 §3.6',
      title: 'What was deleted is found by no filter',
      needs: ['filter'],
      async run(scim) {
        const { path, name } = await scim.user()
        const query = { filter: `userName eq "${name}"` }
        expectEqual((await scim.list('/Users', query)).length, 1, 'number found before')
        expectStatus(await scim.delete(path), 204)
        expectEqual((await scim.list('/Users', query)).length, 0, 'number found after')
      },
    },
    {
      id: 'delete.name-free',
      level: 'MUST',
      section: 'RFC 7644 §3.6',
      title: 'The userName is free again, and its next holder has another id',
      async run(scim) {
        const { path, name: userName, id } = await scim.user()
        expectStatus(await scim.delete(path), 204)
        const again = await scim.user({ userName })
        expectThat(again.id !== id, 'a new id', again.id)
        expectError(await scim.get(path), 404)
      },
    },
    {
      id: 'delete.unknown',
      level: 'MUST',
      section: 'RFC 7644 §3.6',
      title: 'To delete what is not there is 404',
      async run(scim) {
        expectError(await scim.delete('/Users/conformance-nobody'), 404)
      },
    },
    {
      id: 'delete.collection',
      level: 'MUST',
      section: 'RFC 7644 §3.2',
      title: 'A whole collection cannot be deleted',
      async run(scim) {
        const { path, id } = await scim.user()
        expectRefusal(await scim.delete('/Users'))
        expectEqual(at(await scim.read(path), 'id'), id, 'id')
      },
    },
    {
      id: 'delete.other-type',
      level: 'MUST',
      section: 'RFC 7644 §3.6',
      title: 'A user cannot be deleted as a group',
      needs: ['groups'],
      async run(scim) {
        const { path, id } = await scim.user()
        expectError(await scim.delete(`/Groups/${id}`), 404)
        expectEqual(at(await scim.read(path), 'id'), id, 'id')
      },
    },
    {
      id: 'delete.member',
      level: 'MUST',
      section: 'RFC 7644 §3.6',
      title: 'A deleted user is no longer a member of any group',
      needs: ['groups'],
      async run(scim) {
        const [stays, goes] = [await scim.user(), await scim.user()]
        const group = await scim.group([stays, goes])
        expectStatus(await scim.delete(goes.path), 204)
        const members = elements(await scim.read(group.path), 'members')
        expectEqual(
          members.map((each) => at(each, 'value')),
          [stays.id],
          'members',
        )
      },
    },
    {
      id: 'delete.group',
      level: 'MUST',
      section: 'RFC 7644 §3.6; clients need: Okta',
      title: 'A deleted group is gone, its name is free, and its members stay as users',
      needs: ['groups'],
      async run(scim) {
        const user = await scim.user()
        const group = await scim.group([user])
        expectStatus(await scim.delete(group.path), 204)
        expectError(await scim.get(group.path), 404)
        expectEqual(elements(await scim.read(user.path), 'groups'), [], 'groups of the user')
        const again = await scim.post('/Groups', { schemas: [GROUP], displayName: group.name })
        expectStatus(again, 201)
      },
    },
  ],
}
