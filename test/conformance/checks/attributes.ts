/** attributes and excludedAttributes: what an answer holds. */
import type { Check, Group } from '../check.ts'
import { castOf, peopleOf } from '../cast.ts'
import {
  at,
  type Doc,
  elements,
  elementsOfText,
  expectEqual,
  expectError,
  expectStatus,
  expectThat,
  parts,
  sorted,
} from '../expect.ts'
import { ENTERPRISE, USER } from '../names.ts'

const SECTION = 'RFC 7644 §3.9'

export const attributes: Group = {
  name: 'attributes',
  title: 'attributes and excludedAttributes',
  checks: [
    adaShows(
      'one',
      'attributes shows what it names and the id, nothing else',
      'displayName',
      { displayName: 'Ada Byron' },
      ['userName', 'emails', 'name', 'title'],
    ),
    adaShows(
      'several',
      'Several are separated by commas',
      'displayName,title',
      { displayName: 'Ada Byron', title: 'Engineer' },
      ['userName', 'emails'],
    ),
    adaShows(
      'spaces',
      'Spaces after the commas do no harm',
      'displayName, title',
      { displayName: 'Ada Byron', title: 'Engineer' },
      ['userName'],
    ),
    adaShows('case', 'Names are read in any case', 'DISPLAYNAME', { displayName: 'Ada Byron' }, [
      'userName',
    ]),
    adaShows(
      'sub',
      'A sub-attribute may be named alone',
      'name.givenName',
      { name: { givenName: 'Ada' } },
      ['userName', 'displayName'],
    ),
    adaShows(
      'complex',
      'A complex attribute comes with all of its parts',
      'name',
      { name: { givenName: 'Ada', familyName: 'Byron', formatted: 'Ada Byron' } },
      ['userName'],
    ),
    adaShows(
      'multi-sub',
      'A sub-attribute of a list is shown of every element',
      'emails.type',
      { emails: [{ type: 'work' }, { type: 'home' }] },
      ['userName'],
    ),
    adaShows(
      'urn',
      'A name may carry the URN of the core schema',
      `${USER}:displayName`,
      { displayName: 'Ada Byron' },
      ['userName', 'title'],
    ),
    adaShows(
      'extension',
      'An attribute of an extension is named by its URN',
      `${ENTERPRISE}:department`,
      { [ENTERPRISE]: { department: 'Research' } },
      ['userName'],
      true,
    ),
    adaShows(
      'unknown',
      'An attribute that nobody knows is no error and shows nothing',
      'favouriteColour,displayName',
      { displayName: 'Ada Byron' },
      ['userName', 'favouriteColour'],
    ),
    adaShows(
      'meta',
      'A sub-attribute of meta may be named',
      'meta.resourceType',
      { meta: { resourceType: 'User' } },
      ['userName'],
    ),
    adaShows(
      'mixed',
      'Names of all kinds stand beside each other',
      `name.familyName,${ENTERPRISE}:employeeNumber,emails.value,TITLE`,
      {
        name: { familyName: 'Byron' },
        [ENTERPRISE]: { employeeNumber: '701984' },
        title: 'Engineer',
      },
      ['userName', 'displayName'],
      true,
    ),
    {
      id: 'attributes.empty',
      level: 'SHOULD',
      section: SECTION,
      title: 'An empty attributes asks for nothing in particular',
      async run(scim) {
        const { ada } = await peopleOf(scim)
        expectEqual(
          at(await scim.read(ada.path, { attributes: '' }), 'userName'),
          ada.name,
          'userName',
        )
      },
    },
    {
      id: 'attributes.excluded-extension',
      level: 'MUST',
      section: 'RFC 7644 §3.10',
      title: 'excludedAttributes may take away an attribute of an extension',
      needs: ['enterprise'],
      async run(scim) {
        const { grace, ada } = await peopleOf(scim)
        const seen = await scim.read(ada.path, { excludedAttributes: `${ENTERPRISE}:department` })
        const extension = at(seen, ENTERPRISE)
        expectEqual(
          [at(extension, 'department'), at(extension, 'employeeNumber')],
          [undefined, '701984'],
          'department and employeeNumber',
        )
        expectEqual(at(extension, 'manager', 'value'), grace.id, 'manager')
      },
    },
    {
      id: 'attributes.excluded-list',
      level: 'MUST',
      section: SECTION,
      title: 'excludedAttributes works on lists, several with commas, in any case',
      needs: ['filter'],
      async run(scim) {
        const { ada } = await peopleOf(scim)
        const query = { filter: `userName eq "${ada.name}"`, excludedAttributes: 'EMAILS, name' }
        const [seen] = await scim.list('/Users', query)
        expectEqual(
          [at(seen, 'emails'), at(seen, 'name'), at(seen, 'displayName')],
          [undefined, undefined, 'Ada Byron'],
          'emails, name and displayName',
        )
      },
    },
    {
      id: 'attributes.groups-excluded',
      level: 'MUST',
      section: SECTION,
      title: 'excludedAttributes=groups leaves out the groups of a user',
      needs: ['groups'],
      async run(scim) {
        const { ada, crew } = await castOf(scim)
        expectEqual(parts(await scim.read(ada.path), 'groups'), [crew.id], 'groups')
        expectEqual(
          at(await scim.read(ada.path, { excludedAttributes: 'groups' }), 'groups'),
          undefined,
          'groups',
        )
      },
    },
    {
      id: 'attributes.extension-whole',
      level: 'SHOULD',
      section: 'RFC 7644 §3.10',
      title: 'The URN of an extension alone shows all of the extension',
      needs: ['enterprise'],
      async run(scim) {
        const { ada } = await peopleOf(scim)
        const seen = await scim.read(ada.path, { attributes: ENTERPRISE })
        expectEqual(at(seen, ENTERPRISE, 'employeeNumber'), '701984', 'employeeNumber')
        expectEqual(at(seen, 'userName'), undefined, 'userName')
      },
    },
    {
      id: 'attributes.schemas',
      level: 'MUST',
      section: 'RFC 7643 §3',
      title: 'schemas is there whatever was asked for',
      async run(scim) {
        const { ada } = await peopleOf(scim)
        const seen = await scim.read(ada.path, { attributes: 'userName' })
        expectThat(Array.isArray(at(seen, 'schemas')), 'schemas', at(seen, 'schemas'))
        expectEqual(at(seen, 'userName'), ada.name, 'userName')
      },
    },
    {
      id: 'attributes.schemas-exact',
      level: 'SHOULD',
      section: 'RFC 7643 §3',
      title: 'schemas names no extension that the answer leaves out',
      needs: ['enterprise'],
      async run(scim) {
        const { ada } = await peopleOf(scim)
        for (const query of [{ attributes: 'userName' }, { excludedAttributes: ENTERPRISE }])
          expectEqual(at(await scim.read(ada.path, query), 'schemas'), [USER], 'schemas')
        const seen = await scim.read(ada.path, { attributes: `${ENTERPRISE}:department` })
        expectThat(
          elementsOfText(seen, 'schemas').includes(ENTERPRISE),
          ENTERPRISE,
          at(seen, 'schemas'),
        )
      },
    },
    {
      id: 'attributes.list',
      level: 'MUST',
      section: SECTION,
      title: 'attributes works on lists',
      needs: ['filter'],
      async run(scim) {
        const { ada } = await peopleOf(scim)
        const query = { filter: `userName eq "${ada.name}"`, attributes: 'id' }
        const found = await scim.list('/Users', query)
        const seen = found.map((each) => [at(each, 'id'), at(each, 'userName'), at(each, 'emails')])
        expectEqual(seen, [[ada.id, undefined, undefined]], 'id alone')
      },
    },
    {
      id: 'attributes.excluded',
      level: 'MUST',
      section: SECTION,
      title: 'excludedAttributes takes away what it names and nothing else',
      async run(scim) {
        const { ada } = await peopleOf(scim)
        const { emails: _emails, ...rest } = await scim.read(ada.path)
        expectEqual(
          await scim.read(ada.path, { excludedAttributes: 'emails' }),
          rest,
          'the resource',
        )
      },
    },
    {
      id: 'attributes.excluded-sub',
      level: 'MUST',
      section: SECTION,
      title: 'excludedAttributes may take away a sub-attribute',
      async run(scim) {
        const { ada } = await peopleOf(scim)
        const seen = await scim.read(ada.path, { excludedAttributes: 'name.formatted' })
        expectEqual(at(seen, 'name'), { givenName: 'Ada', familyName: 'Byron' }, 'name')
      },
    },
    {
      id: 'attributes.excluded-id',
      level: 'MUST',
      section: 'RFC 7643 §3.1',
      title: 'The id cannot be excluded',
      async run(scim) {
        const { ada } = await peopleOf(scim)
        const seen = await scim.read(ada.path, { excludedAttributes: 'id,userName' })
        expectEqual([at(seen, 'id'), at(seen, 'userName')], [ada.id, undefined], 'id and userName')
      },
    },
    {
      id: 'attributes.both',
      level: 'SHOULD',
      section: SECTION,
      title: 'attributes and excludedAttributes together are refused with 400',
      async run(scim) {
        const { ada } = await peopleOf(scim)
        const query = { attributes: 'userName', excludedAttributes: 'emails' }
        expectError(await scim.get(ada.path, query), 400)
      },
    },
    {
      id: 'attributes.put',
      level: 'MUST',
      section: SECTION,
      title: 'attributes works on the answer to a PUT',
      async run(scim) {
        const { path, name: userName } = await scim.user()
        const body = { schemas: [USER], userName, title: 'Engineer', displayName: 'Nadia' }
        const answer = await scim.put(path, body, { attributes: 'title' })
        expectStatus(answer, 200)
        expectEqual(
          [at(answer.json, 'title'), at(answer.json, 'displayName')],
          ['Engineer', undefined],
          'title alone',
        )
      },
    },
    {
      id: 'attributes.patch',
      level: 'MUST',
      section: 'RFC 7644 §3.5.2',
      title: 'A PATCH for which attributes were asked answers 200 with them',
      needs: ['patch'],
      async run(scim) {
        const { path } = await scim.user({ displayName: 'Nadia' })
        const answer = await scim.patch(`${path}?attributes=title`, {
          op: 'add',
          path: 'title',
          value: 'Engineer',
        })
        expectStatus(answer, 200)
        expectEqual(
          [at(answer.json, 'title'), at(answer.json, 'displayName')],
          ['Engineer', undefined],
          'title alone',
        )
      },
    },
    {
      id: 'attributes.members-excluded',
      level: 'MUST',
      section: 'RFC 7644 §3.9; clients need: Entra ID',
      title: 'excludedAttributes=members leaves out members, by id and by filter',
      needs: ['groups', 'filter'],
      async run(scim) {
        const { crew } = await castOf(scim)
        expectEqual(elements(await scim.read(crew.path), 'members').length, 2, 'number of members')
        const query = { excludedAttributes: 'members' }
        const one = await scim.read(crew.path, query)
        const [listed] = await scim.list('/Groups', {
          ...query,
          filter: `displayName eq "${crew.name}"`,
        })
        for (const seen of [one, listed])
          expectEqual(
            [at(seen, 'displayName'), at(seen, 'members')],
            [crew.name, undefined],
            'a group without members',
          )
      },
    },
    {
      id: 'attributes.members-only',
      level: 'MUST',
      section: SECTION,
      title: 'attributes=members shows the members and not the name',
      needs: ['groups'],
      async run(scim) {
        const { crew, ada, grace } = await castOf(scim)
        const seen = await scim.read(crew.path, { attributes: 'members' })
        expectEqual(parts(seen, 'members'), sorted([ada.id, grace.id]), 'members')
        expectEqual(at(seen, 'displayName'), undefined, 'displayName')
      },
    },
    {
      id: 'attributes.members-value',
      level: 'MUST',
      section: SECTION,
      title: 'attributes=members.value shows only the ids of members',
      needs: ['groups'],
      async run(scim) {
        const { crew } = await castOf(scim)
        const members = elements(
          await scim.read(crew.path, { attributes: 'members.value' }),
          'members',
        )
        expectEqual(
          members.map((each) => Object.keys(each)),
          [['value'], ['value']],
          'parts of the members',
        )
      },
    },
    {
      id: 'attributes.groups',
      level: 'MUST',
      section: SECTION,
      title: 'attributes=groups shows the groups of a user',
      needs: ['groups'],
      async run(scim) {
        const { crew, ada } = await castOf(scim)
        const seen = await scim.read(ada.path, { attributes: 'groups' })
        expectThat(
          parts(seen, 'groups').includes(crew.id),
          `the group ${crew.id}`,
          at(seen, 'groups'),
        )
        expectEqual(at(seen, 'userName'), undefined, 'userName')
      },
    },
  ],
}

/** Ada, read with `attributes`: has these, in full, and not those. */
function adaShows(
  id: string,
  title: string,
  names: string,
  shown: Doc,
  hidden: readonly string[],
  enterprise = false,
): Check {
  return {
    id: `attributes.${id}`,
    level: 'MUST',
    section: SECTION,
    title,
    ...(enterprise ? { needs: ['enterprise'] as const } : {}),
    async run(scim) {
      const { ada } = await peopleOf(scim)
      const seen = await scim.read(ada.path, { attributes: names })
      expectEqual(at(seen, 'id'), ada.id, 'id')
      for (const [name, value] of Object.entries(shown)) expectEqual(at(seen, name), value, name)
      for (const name of hidden) expectEqual(at(seen, name), undefined, name)
    },
  }
}
