/** POST: what is made, what is ignored, what is refused. One list, an entry for each rule. */
import type { Group } from '../check.ts'
import {
  at,
  elements,
  elementsOfText,
  expectEqual,
  expectError,
  expectRefusal,
  expectStatus,
  expectThat,
  idOf,
  isDateTime,
  parts,
  sorted,
} from '../expect.ts'
import { ENTERPRISE, USER } from '../names.ts'

export const create: Group = {
  name: 'create',
  title: 'Create (POST)',
  checks: [
    {
      id: 'create.answer',
      level: 'MUST',
      section: 'RFC 7644 §3.3',
      title: 'A create answers 201 with the whole resource, its id and its schemas',
      async run(scim) {
        const userName = scim.name()
        const answer = await scim.post('/Users', {
          schemas: [USER],
          userName,
          displayName: 'Nadia',
        })
        expectStatus(answer, 201)
        idOf(answer)
        expectThat(
          elementsOfText(answer.json, 'schemas').includes(USER),
          USER,
          at(answer.json, 'schemas'),
        )
        expectEqual(
          [at(answer.json, 'userName'), at(answer.json, 'displayName')],
          [userName, 'Nadia'],
          'what was sent',
        )
      },
    },
    {
      id: 'create.location',
      level: 'MUST',
      section: 'RFC 7644 §3.3',
      title: 'The Location header of a create is the address in meta.location',
      async run(scim) {
        const answer = await scim.post('/Users', { schemas: [USER], userName: scim.name() })
        expectStatus(answer, 201)
        const location = at(answer.json, 'meta', 'location')
        expectThat(
          typeof location === 'string' && location !== '',
          'meta.location',
          at(answer.json, 'meta'),
        )
        expectEqual(answer.headers['location'], location, 'Location')
      },
    },
    {
      id: 'create.location-leads',
      level: 'MUST',
      section: 'RFC 7644 §3.3',
      title: 'The address of what was created ends in its endpoint and id',
      async run(scim) {
        const { id, doc } = await scim.user()
        const location = String(at(doc, 'meta', 'location'))
        expectThat(URL.canParse(location), 'an absolute address', location)
        expectThat(location.endsWith(`/Users/${id}`), `an address ending in /Users/${id}`, location)
      },
    },
    {
      id: 'create.meta',
      level: 'MUST',
      section: 'RFC 7643 §3.1',
      title:
        'meta says what the resource is and when it was made, and lastModified equals created at birth',
      async run(scim) {
        const { doc } = await scim.user()
        const [created, modified] = [at(doc, 'meta', 'created'), at(doc, 'meta', 'lastModified')]
        expectEqual(at(doc, 'meta', 'resourceType'), 'User', 'meta.resourceType')
        expectThat(isDateTime(created), 'meta.created as a DateTime', created)
        expectEqual(modified, created, 'meta.lastModified')
      },
    },
    {
      id: 'create.kept',
      level: 'MUST',
      section: 'RFC 7644 §3.3',
      title: 'What was sent is what is read back',
      async run(scim) {
        const sent = {
          externalId: 'Conformance-Ext-7',
          name: {
            givenName: 'Nadia',
            middleName: 'E.',
            familyName: 'Osei',
            formatted: 'Nadia E. Osei',
          },
          nickName: 'Nadi',
          profileUrl: 'https://people.example/nadia',
          title: 'Engineer',
          userType: 'Employee',
          preferredLanguage: 'en-GB, de;q=0.5',
          locale: 'en-GB',
          timezone: 'Africa/Accra',
          active: true,
        }
        const { path } = await scim.user(sent)
        const seen = await scim.read(path)
        for (const [name, value] of Object.entries(sent)) expectEqual(at(seen, name), value, name)
      },
    },
    {
      id: 'create.multi-valued',
      level: 'MUST',
      section: 'RFC 7643 §4.1.2',
      title: 'Multi-valued attributes keep every element with its sub-attributes',
      async run(scim) {
        const sent = {
          emails: [
            { value: 'nadia@work.example', type: 'work', primary: true },
            { value: 'nadia@home.example', type: 'home' },
          ],
          phoneNumbers: [{ value: '+44 (0)20-7946 0001', type: 'work' }],
          ims: [{ value: 'nadia', type: 'xmpp' }],
          photos: [{ value: 'https://photos.example/Nadia.jpg', type: 'photo' }],
          addresses: [
            {
              type: 'work',
              streetAddress: '7 Example Way',
              locality: 'Accra',
              postalCode: '00233',
              country: 'GH',
            },
          ],
          roles: [{ value: 'auditor' }],
          entitlements: [{ value: 'export' }],
        }
        const { path } = await scim.user(sent)
        const seen = await scim.read(path)
        for (const [name, value] of Object.entries(sent)) {
          const found = elements(seen, name)
          expectEqual(found.length, value.length, `number of ${name}`)
          for (const [index, element] of value.entries())
            for (const [part, text] of Object.entries(element))
              expectEqual(at(found[index], part), text, `${name}[${index}].${part}`)
        }
      },
    },
    {
      id: 'create.as-sent',
      level: 'MUST',
      section: 'clients need: Entra ID',
      title:
        'Text in any script is kept as it was sent: nothing is trimmed, lower-cased or reformatted',
      async run(scim) {
        const [displayName, phone] = ['Зоя Ґудзь 龍 👩‍🚀 ‏אבג', '020 7946-0001 ext. 9']
        const { path } = await scim.user({
          displayName,
          emails: [{ value: 'Nadia.OSEI@Work.Example', type: 'work' }],
          phoneNumbers: [{ value: phone, type: 'work' }],
        })
        const seen = await scim.read(path)
        expectEqual(at(seen, 'displayName'), displayName, 'displayName')
        expectEqual(at(seen, 'emails', 0, 'value'), 'Nadia.OSEI@Work.Example', 'e-mail')
        expectEqual(at(seen, 'phoneNumbers', 0, 'value'), phone, 'telephone number')
      },
    },
    {
      id: 'create.enterprise',
      level: 'MUST',
      section: 'RFC 7643 §3.3',
      title: 'The enterprise extension is kept, and schemas names it',
      needs: ['enterprise'],
      async run(scim) {
        const sent = { employeeNumber: '0042', department: 'Research', costCenter: 'CC-1' }
        const { path } = await scim.user({ schemas: [USER, ENTERPRISE], [ENTERPRISE]: sent })
        const seen = await scim.read(path)
        expectEqual(at(seen, ENTERPRISE), sent, 'the extension')
        expectEqual(sorted(elementsOfText(seen, 'schemas')), sorted([USER, ENTERPRISE]), 'schemas')
      },
    },
    {
      id: 'create.schemas-exact',
      level: 'MUST',
      section: 'RFC 7643 §3',
      title: 'A user without an extension names the core schema alone',
      async run(scim) {
        const { doc } = await scim.user()
        expectEqual(at(doc, 'schemas'), [USER], 'schemas')
      },
    },
    {
      id: 'create.id-form',
      level: 'MUST',
      section: 'RFC 7643 §3.1',
      title: 'Ids are different, and none contains "bulkId"',
      async run(scim) {
        const [one, other] = [await scim.user(), await scim.user()]
        expectThat(one.id !== other.id, 'two ids', [one.id, other.id])
        expectThat(!`${one.id}${other.id}`.includes('bulkId'), 'no "bulkId" in an id', one.id)
      },
    },
    {
      id: 'create.id-ignored',
      level: 'MUST',
      section: 'RFC 7644 §3.3',
      title: 'An id that the client sends is ignored',
      async run(scim) {
        const { id, path } = await scim.user({ id: 'conformance-own-id' })
        expectThat(id !== 'conformance-own-id', "the server's own id", id)
        expectEqual(at(await scim.read(path), 'id'), id, 'id')
      },
    },
    {
      id: 'create.meta-ignored',
      level: 'MUST',
      section: 'RFC 7643 §3.1',
      title: 'meta that the client sends is ignored',
      async run(scim) {
        const meta = {
          resourceType: 'Robot',
          created: '2001-01-01T00:00:00Z',
          location: 'https://x.example/1',
        }
        const { path } = await scim.user({ meta })
        const seen = await scim.read(path)
        expectEqual(at(seen, 'meta', 'resourceType'), 'User', 'meta.resourceType')
        for (const name of ['created', 'location'] as const)
          expectThat(at(seen, 'meta', name) !== meta[name], `our meta.${name}`, at(seen, 'meta'))
      },
    },
    {
      id: 'create.groups-ignored',
      level: 'MUST',
      section: 'RFC 7643 §4.1.2',
      title: 'Groups in a new user are ignored: nobody joins that way',
      needs: ['groups'],
      async run(scim) {
        const group = await scim.group()
        const { path } = await scim.user({ groups: [{ value: group.id }] })
        expectEqual(elements(await scim.read(path), 'groups'), [], 'groups')
        expectEqual(elements(await scim.read(group.path), 'members'), [], 'members')
      },
    },
    {
      id: 'create.duplicate',
      level: 'MUST',
      section: 'RFC 7644 §3.3',
      title: 'A second user of the same userName is refused with 409 uniqueness',
      async run(scim) {
        const { name: userName } = await scim.user()
        expectError(await scim.post('/Users', { schemas: [USER], userName }), 409, 'uniqueness')
      },
    },
    {
      id: 'create.duplicate-case',
      level: 'MUST',
      section: 'RFC 7643 §4.1.1',
      title: 'A userName in other letter case is the same userName',
      async run(scim) {
        const userName = (await scim.user()).name.toUpperCase()
        expectError(await scim.post('/Users', { schemas: [USER], userName }), 409, 'uniqueness')
      },
    },
    {
      id: 'create.duplicate-unicode',
      level: 'SHOULD',
      section: 'RFC 7643 §2.2',
      title: 'Letter case is that of all scripts, and composed and decomposed letters are the same',
      async run(scim) {
        const name = scim.name('é-ґудзь')
        await scim.user({ userName: name.normalize('NFC') })
        const again = name.normalize('NFD').replace('ґудзь', 'ҐУДЗЬ')
        expectError(
          await scim.post('/Users', { schemas: [USER], userName: again }),
          409,
          'uniqueness',
        )
      },
    },
    {
      id: 'create.duplicate-inactive',
      level: 'MUST',
      section: 'RFC 7644 §3.3; clients need: Okta',
      title: 'An inactive user still holds the userName',
      async run(scim) {
        const { name: userName } = await scim.user({ active: false })
        expectError(await scim.post('/Users', { schemas: [USER], userName }), 409, 'uniqueness')
      },
    },
    {
      id: 'create.race',
      level: 'MUST',
      section: 'RFC 7644 §3.3; clients need: Entra ID, Keycloak',
      title: 'Of eight simultaneous creates of one userName one succeeds and seven are 409',
      async run(scim) {
        const body = { schemas: [USER], userName: scim.name() }
        const answers = await Promise.all(
          Array.from({ length: 8 }, () => scim.post('/Users', body)),
        )
        const seen = sorted(answers.map(({ status }) => status))
        expectEqual(seen, [201, 409, 409, 409, 409, 409, 409, 409], 'statuses')
      },
    },
    {
      id: 'create.external-id-repeated',
      level: 'MUST',
      section: 'clients need: Okta',
      title: 'Two users may have the same externalId',
      async run(scim) {
        await scim.user({ externalId: 'conformance-same', active: false })
        const { doc } = await scim.user({ externalId: 'conformance-same' })
        expectEqual(at(doc, 'externalId'), 'conformance-same', 'externalId')
      },
    },
    {
      id: 'create.without-user-name',
      level: 'MUST',
      section: 'RFC 7643 §4.1.1',
      title: 'A user without userName is refused with 400',
      async run(scim) {
        await scim.user()
        expectError(await scim.post('/Users', { schemas: [USER], displayName: 'Nadia' }), 400)
      },
    },
    {
      id: 'create.blank-user-name',
      level: 'MUST',
      section: 'RFC 7643 §4.1.1',
      title: 'An empty or null userName is refused with 400',
      async run(scim) {
        await scim.user()
        for (const userName of ['', null])
          expectError(await scim.post('/Users', { schemas: [USER], userName }), 400)
      },
    },
    {
      id: 'create.malformed',
      level: 'MUST',
      section: 'RFC 7644 §3.12',
      title: 'A body that is no JSON object is refused with 400',
      async run(scim) {
        await scim.user()
        for (const body of ['{"userName": ', '[]', '"text"', '17', 'null', '{} {}'])
          expectError(await scim.post('/Users', body), 400)
      },
    },
    {
      id: 'create.no-body',
      level: 'MUST',
      section: 'RFC 7644 §3.12',
      title: 'A create without a body is refused with 400',
      async run(scim) {
        await scim.user()
        const headers = { 'content-type': 'application/scim+json' }
        expectError(await scim.request('POST', '/Users', { headers }), 400)
      },
    },
    {
      id: 'create.wrong-types',
      level: 'MUST',
      section: 'RFC 7643 §2.3',
      title: 'Values of a wrong type are refused with 400, and nothing is made',
      async run(scim) {
        await scim.user()
        for (const more of [
          { active: 'perhaps' },
          { active: 3 },
          { name: 'Nadia' },
          { userName: { a: 1 } },
          { title: ['a', 'b'] },
          { displayName: true },
        ]) {
          const body = { schemas: [USER], userName: scim.name(), ...more }
          expectError(await scim.post('/Users', body), 400)
        }
      },
    },
    {
      id: 'create.wrong-schema',
      level: 'MUST',
      section: 'RFC 7644 §3.3',
      title: 'A body that names only schemas of another kind is refused with 400',
      async run(scim) {
        await scim.user()
        const schemas = ['urn:ietf:params:scim:schemas:core:2.0:Group']
        expectError(await scim.post('/Users', { schemas, userName: scim.name() }), 400)
      },
    },
    {
      id: 'create.case',
      level: 'MUST',
      section: 'RFC 7643 §2.1',
      title:
        'Attribute names are read in any letter case and answered in the spelling of the schema',
      async run(scim) {
        const name = scim.name()
        const sent = {
          SCHEMAS: [USER],
          USERNAME: name,
          Name: { FAMILYNAME: 'Osei' },
          EMAILS: [{ VALUE: 'n@work.example' }],
        }
        const answer = await scim.post('/Users', sent)
        expectStatus(answer, 201)
        expectEqual(at(answer.json, 'userName'), name, 'userName')
        expectEqual(at(answer.json, 'name', 'familyName'), 'Osei', 'name.familyName')
        expectEqual(at(answer.json, 'emails', 0, 'value'), 'n@work.example', 'emails[0].value')
      },
    },
    {
      id: 'create.schema-case',
      level: 'MUST',
      section: 'RFC 7643 §2.1; clients need: all',
      title: 'Schema URNs are read in any letter case',
      needs: ['enterprise'],
      async run(scim) {
        const [core, enterprise] = [USER.toUpperCase(), ENTERPRISE.toLowerCase()]
        const { doc } = await scim.user({
          schemas: [core, enterprise],
          [enterprise]: { department: 'Navy' },
        })
        expectEqual(at(doc, ENTERPRISE, 'department'), 'Navy', 'department')
      },
    },
    {
      id: 'create.null',
      level: 'MUST',
      section: 'RFC 7643 §2.5; clients need: Entra ID, OneLogin',
      title: 'null and empty lists in a create are as if absent, and are not answered',
      async run(scim) {
        const { path } = await scim.user({
          id: null,
          title: null,
          addresses: null,
          emails: [],
          phoneNumbers: null,
          name: null,
        })
        const seen = await scim.read(path)
        for (const name of ['title', 'addresses', 'emails', 'phoneNumbers', 'name'])
          expectThat(at(seen, name) === undefined, `no "${name}"`, at(seen, name))
      },
    },
    {
      id: 'create.null-within',
      level: 'MUST',
      section: 'RFC 7643 §2.5; clients need: Entra ID',
      title: 'null as a part or as an element is as if absent',
      async run(scim) {
        const { path } = await scim.user({
          name: { givenName: null, familyName: 'Osei' },
          emails: [{ value: 'n@work.example', type: 'work', display: null }],
          roles: [{ value: null }],
        })
        const seen = await scim.read(path)
        expectEqual(at(seen, 'name'), { familyName: 'Osei' }, 'name')
        expectEqual(
          [at(seen, 'emails', 0, 'value'), at(seen, 'emails', 0, 'display')],
          ['n@work.example', undefined],
          'the e-mail address',
        )
        expectThat(at(seen, 'roles') === undefined, 'no "roles"', at(seen, 'roles'))
      },
    },
    {
      id: 'create.empty-text',
      level: 'SHOULD',
      section: 'clients need: Okta, authentik',
      title: 'Empty text in an optional attribute is no error',
      async run(scim) {
        const { doc } = await scim.user({
          nickName: '',
          name: { givenName: 'Amara', familyName: '', middleName: '' },
        })
        expectEqual(at(doc, 'name', 'givenName'), 'Amara', 'name.givenName')
      },
    },
    {
      id: 'create.unknown-attributes',
      level: 'MUST',
      section: 'clients need: Okta, Entra ID, OneLogin',
      title: 'Attributes and schemas that nobody knows do not fail a create',
      async run(scim) {
        const unknown = 'urn:conformance:params:scim:schemas:extension:2.0:User'
        const { doc, name } = await scim.user({
          schemas: [USER, unknown],
          favouriteColour: 'green',
          [unknown]: { desk: 7 },
        })
        expectEqual(at(doc, 'userName'), name, 'userName')
      },
    },
    {
      id: 'create.without-schemas',
      level: 'SHOULD',
      section: 'clients need: authentik',
      title: 'A create that leaves out schemas is accepted',
      async run(scim) {
        const answer = await scim.post('/Users', { userName: scim.name() })
        expectStatus(answer, 201)
        expectEqual(at(answer.json, 'schemas'), [USER], 'schemas')
      },
    },
    {
      id: 'create.boolean-text',
      level: 'MUST',
      section: 'clients need: Entra ID, OneLogin, Keycloak',
      title: 'Booleans as text in any letter case are read, and answered as booleans',
      async run(scim) {
        for (const [sent, meant] of [
          ['True', true],
          ['FALSE', false],
          ['true', true],
        ] as const) {
          const { doc } = await scim.user({
            active: sent,
            emails: [{ value: 'n@work.example', primary: sent }],
          })
          expectEqual(at(doc, 'active'), meant, `active for "${sent}"`)
          if (meant) expectEqual(at(doc, 'emails', 0, 'primary'), true, `primary for "${sent}"`)
        }
      },
    },
    {
      id: 'create.primary-once',
      level: 'MUST',
      section: 'RFC 7643 §2.4',
      title: 'Two primary e-mail addresses are refused, or one of them is primary',
      async run(scim) {
        await scim.user()
        const emails = ['a@work.example', 'b@work.example'].map((value) => ({
          value,
          primary: true,
        }))
        const answer = await scim.post('/Users', { schemas: [USER], userName: scim.name(), emails })
        if (answer.status !== 201) return expectError(answer, 400)
        const primary = parts(answer.json, 'emails', 'primary').filter((each) => each === true)
        expectEqual(primary.length, 1, 'number of primary addresses')
      },
    },
    {
      id: 'create.password',
      level: 'MUST',
      section: 'RFC 7643 §4.1.1; clients need: Okta',
      title: 'A password is accepted and never answered, not even when asked for',
      async run(scim) {
        const { path, doc } = await scim.user({ password: 'Pw-conformance-Secret-9' })
        expectThat(
          at(doc, 'password') === undefined,
          'no password in the answer',
          at(doc, 'password'),
        )
        for (const query of [{}, { attributes: 'password' }, { attributes: 'userName,password' }]) {
          const seen = await scim.read(path, query)
          expectThat(
            at(seen, 'password') === undefined,
            'no password when read',
            at(seen, 'password'),
          )
        }
      },
    },
    {
      id: 'create.inactive',
      level: 'MUST',
      section: 'clients need: PingOne',
      title: 'A user may be born inactive',
      async run(scim) {
        const { path } = await scim.user({ active: false })
        expectEqual(at(await scim.read(path), 'active'), false, 'active')
      },
    },
    {
      id: 'create.active-told',
      level: 'SHOULD',
      section: 'clients need: Okta',
      title: 'A new user of whom active was not said is answered as active',
      async run(scim) {
        expectEqual(at((await scim.user()).doc, 'active'), true, 'active')
      },
    },
    {
      id: 'create.extension-unannounced',
      level: 'MUST',
      section: 'clients need: OneLogin',
      title: 'An extension is kept although schemas does not list it',
      needs: ['enterprise'],
      async run(scim) {
        const { doc } = await scim.user({ [ENTERPRISE]: { department: 'Support' } })
        expectEqual(at(doc, ENTERPRISE, 'department'), 'Support', 'department')
        expectThat(
          elementsOfText(doc, 'schemas').includes(ENTERPRISE),
          ENTERPRISE,
          at(doc, 'schemas'),
        )
      },
    },
    {
      id: 'create.extension-announced-only',
      level: 'MUST',
      section: 'clients need: Entra ID',
      title: 'An extension that schemas lists and the body lacks is no error',
      needs: ['enterprise'],
      async run(scim) {
        const { path } = await scim.user({ schemas: [USER, ENTERPRISE], roles: [] })
        expectEqual(at(await scim.read(path), ENTERPRISE), undefined, 'the extension')
      },
    },
    {
      id: 'create.manager-text',
      level: 'MUST',
      section: 'clients need: Entra ID',
      title: 'A manager as bare text is the value of the manager',
      needs: ['enterprise'],
      async run(scim) {
        const boss = await scim.user()
        const { doc } = await scim.user({ [ENTERPRISE]: { manager: boss.id } })
        expectEqual(at(doc, ENTERPRISE, 'manager', 'value'), boss.id, 'manager.value')
      },
    },
    {
      id: 'create.one-email-object',
      level: 'SHOULD',
      section: 'clients need: OneLogin',
      title: 'One e-mail address as an object instead of a list is read as a list of one',
      async run(scim) {
        const { doc } = await scim.user({
          emails: { value: 'p@work.example', type: 'work', primary: true },
        })
        expectEqual(parts(doc, 'emails'), ['p@work.example'], 'e-mail addresses')
      },
    },
    {
      id: 'create.opaque-role',
      level: 'MUST',
      section: 'clients need: Entra ID',
      title: 'A JSON document inside the text of a role stays text',
      async run(scim) {
        const value = '{"id":"06b07648","value":"auditor","displayName":"Auditor"}'
        const { path } = await scim.user({ roles: [{ value }] })
        expectEqual(parts(await scim.read(path), 'roles'), [value], 'roles')
      },
    },
    {
      id: 'create.unicode-refused',
      level: 'SHOULD',
      section: 'RFC 7643 §2.3.1; RFC 8259 §8.2',
      title: 'NUL and half a surrogate pair are refused with 400, or kept as they are',
      async run(scim) {
        await scim.user()
        for (const text of ['a\\u0000b', 'a\\ud800b']) {
          const body = `{"schemas":["${USER}"],"userName":"${scim.name()}","displayName":"${text}"}`
          const answer = await scim.post('/Users', body)
          if (answer.status !== 201) expectError(answer, 400)
          else expectEqual(at(answer.json, 'displayName'), JSON.parse(`"${text}"`), 'displayName')
        }
      },
    },
    {
      id: 'create.prototype',
      level: 'MUST',
      section: 'RFC 7644 §7',
      title: 'Attributes named __proto__ and constructor do no harm',
      async run(scim) {
        await scim.user()
        const name = scim.name()
        const body = `{"schemas":["${USER}"],"userName":"${name}","__proto__":{"active":false,"title":"Root"},"constructor":{"prototype":{"title":"Root"}},"name":{"__proto__":{"familyName":"Root"}}}`
        const answer = await scim.post('/Users', body)
        if (answer.status === 400) return expectError(answer, 400)
        expectStatus(answer, 201)
        expectEqual(
          [at(answer.json, 'title'), at(answer.json, 'name', 'familyName')],
          [undefined, undefined],
          'title and name',
        )
        expectThat(
          at((await scim.user()).doc, 'title') === undefined,
          'no title for the next user',
          'Root',
        )
      },
    },
    {
      id: 'create.deep',
      level: 'SHOULD',
      section: 'RFC 7644 §7',
      title: 'A body nested ten thousand levels deep is refused',
      async run(scim) {
        await scim.user()
        const deep = `${'['.repeat(10_000)}${']'.repeat(10_000)}`
        const body = `{"schemas":["${USER}"],"userName":"${scim.name()}","emails":${deep}}`
        expectRefusal(await scim.post('/Users', body))
      },
    },
    {
      id: 'create.long',
      level: 'MUST',
      section: 'RFC 7644 §3.12',
      title: 'Text far too long, or lists far too long, are refused with 400 or 413, or kept whole',
      async run(scim) {
        await scim.user()
        const emails = Array.from({ length: 2000 }, (_, each) => ({
          value: `n${each}@work.example`,
        }))
        for (const more of [
          { userName: scim.name('x'.repeat(5000)) },
          { displayName: 'x'.repeat(300_000) },
          { emails },
        ]) {
          const body = { schemas: [USER], userName: scim.name(), ...more }
          const answer = await scim.post('/Users', body)
          if (answer.status === 413) expectError(answer, 413)
          else if (answer.status !== 201) expectError(answer, 400)
          else
            for (const [name, value] of Object.entries(more))
              expectEqual(at(answer.json, name), value, name)
        }
      },
    },
    {
      id: 'create.repeated-element',
      level: 'SHOULD',
      section: 'RFC 7643 §2.4',
      title: 'The same value and type twice in a list is kept once',
      async run(scim) {
        const email = { value: 'n@work.example', type: 'work' }
        const { path } = await scim.user({ emails: [email, email] })
        expectEqual(parts(await scim.read(path), 'emails'), ['n@work.example'], 'e-mail addresses')
      },
    },
    {
      id: 'create.spaces',
      level: 'SHOULD',
      section: 'RFC 7643 §4.1.1',
      title: 'A userName of nothing but spaces is refused with 400',
      async run(scim) {
        await scim.user()
        expectError(await scim.post('/Users', { schemas: [USER], userName: '   ' }), 400)
      },
    },
    {
      id: 'create.url-name',
      level: 'MUST',
      section: 'RFC 7643 §4.1.1',
      title: 'A userName with signs of URLs and of JSON is kept and found',
      needs: ['filter'],
      async run(scim) {
        const userName = scim.name('a/b?c=d&e%20f;g,h+i#j"k\\l')
        const { id } = await scim.user({ userName })
        const found = await scim.list('/Users', {
          filter: `userName eq ${JSON.stringify(userName)}`,
        })
        expectEqual(
          found.map((each) => [at(each, 'id'), at(each, 'userName')]),
          [[id, userName]],
          'id and userName',
        )
      },
    },
    {
      id: 'create.at-an-id',
      level: 'MUST',
      section: 'RFC 7644 §3.2',
      title: 'POST to the address of a resource is refused and changes nothing',
      async run(scim) {
        const { path, name } = await scim.user()
        const answer = await scim.post(path, { schemas: [USER], userName: scim.name() })
        expectRefusal(answer)
        expectEqual(at(await scim.read(path), 'userName'), name, 'userName')
      },
    },
    {
      id: 'create.attributes',
      level: 'MUST',
      section: 'RFC 7644 §3.9',
      title:
        'attributes chooses what the answer to a create holds, and the rest is stored all the same',
      async run(scim) {
        const body = {
          schemas: [USER],
          userName: scim.name(),
          title: 'Engineer',
          displayName: 'Nadia',
        }
        const answer = await scim.post('/Users', body, { attributes: 'displayName' })
        expectStatus(answer, 201)
        const { id, displayName, title } = answer.json as Record<string, unknown>
        expectEqual(
          [typeof id, displayName, title],
          ['string', 'Nadia', undefined],
          'id, displayName and no title',
        )
        expectEqual(at(await scim.read(`/Users/${String(id)}`), 'title'), 'Engineer', 'title')
      },
    },
  ],
}
