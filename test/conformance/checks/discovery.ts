/** What the server says of itself: ServiceProviderConfig, ResourceTypes, Schemas. One list, an entry for each rule. */
import { Failed, type Group } from '../check.ts'
import type { Scim } from '../client.ts'
import {
  at,
  type Doc,
  elements,
  elementsOfText,
  expectEqual,
  expectError,
  expectStatus,
  expectThat,
} from '../expect.ts'
import { CONFIG, ENTERPRISE, GROUP, LIST, RESOURCE_TYPE, SCHEMA, USER } from '../names.ts'

export const discovery: Group = {
  name: 'discovery',
  title: 'Discovery',
  checks: [
    {
      id: 'discovery.config',
      level: 'MUST',
      section: 'RFC 7644 §4',
      title: 'The configuration is a document with the URN of its schema',
      async run(scim) {
        const config = await scim.read('/ServiceProviderConfig')
        expectThat(
          elementsOfText(config, 'schemas').includes(CONFIG),
          CONFIG,
          at(config, 'schemas'),
        )
      },
    },
    {
      id: 'discovery.config-features',
      level: 'MUST',
      section: 'RFC 7643 §5',
      title:
        'The configuration says of patch, bulk, filter, changePassword, sort and etag whether they are supported',
      async run(scim) {
        const config = await scim.read('/ServiceProviderConfig')
        for (const name of ['patch', 'bulk', 'filter', 'changePassword', 'sort', 'etag']) {
          const supported = at(config, name, 'supported')
          expectThat(typeof supported === 'boolean', `a boolean ${name}.supported`, supported)
        }
      },
    },
    {
      id: 'discovery.config-limits',
      level: 'MUST',
      section: 'RFC 7643 §5',
      title: 'The configuration states maxOperations, maxPayloadSize and maxResults as integers',
      async run(scim) {
        const config = await scim.read('/ServiceProviderConfig')
        for (const path of [
          ['bulk', 'maxOperations'],
          ['bulk', 'maxPayloadSize'],
          ['filter', 'maxResults'],
        ]) {
          const limit = at(config, ...path)
          expectThat(Number.isInteger(limit), `an integer ${path.join('.')}`, limit)
        }
      },
    },
    {
      id: 'discovery.config-authentication',
      level: 'MUST',
      section: 'RFC 7643 §5',
      title: 'The configuration lists authentication schemes, each with type, name and description',
      async run(scim) {
        const config = await scim.read('/ServiceProviderConfig')
        const schemes = elements(config, 'authenticationSchemes')
        expectThat(
          schemes.length > 0,
          'at least one authentication scheme',
          at(config, 'authenticationSchemes'),
        )
        for (const scheme of schemes)
          for (const name of ['type', 'name', 'description'])
            expectThat(typeof at(scheme, name) === 'string', `a text "${name}"`, scheme)
      },
    },
    {
      id: 'discovery.config-meta',
      level: 'SHOULD',
      section: 'RFC 7643 §3.1',
      title: 'The configuration names its type and its own address in meta',
      async run(scim) {
        const config = await scim.read('/ServiceProviderConfig')
        expectEqual(
          at(config, 'meta', 'resourceType'),
          'ServiceProviderConfig',
          'meta.resourceType',
        )
        expectLocation(scim, config, '/ServiceProviderConfig')
      },
    },
    {
      id: 'discovery.config-filter',
      level: 'SHOULD',
      section: 'RFC 7644 §4',
      title: 'A filter on the configuration is refused with 403',
      async run(scim) {
        expectError(await scim.get('/ServiceProviderConfig', FILTER), 403)
      },
    },
    {
      id: 'discovery.types',
      level: 'MUST',
      section: 'RFC 7644 §4',
      title: 'The resource types are a ListResponse',
      async run(scim) {
        expectList(await scim.read('/ResourceTypes'))
      },
    },
    {
      id: 'discovery.types-fields',
      level: 'MUST',
      section: 'RFC 7643 §6',
      title: 'Each resource type has name, endpoint and schema',
      async run(scim) {
        for (const type of await typesOf(scim)) {
          expectThat(elementsOfText(type, 'schemas').includes(RESOURCE_TYPE), RESOURCE_TYPE, type)
          for (const name of ['name', 'endpoint', 'schema'])
            expectThat(typeof at(type, name) === 'string', `a text "${name}"`, type)
        }
      },
    },
    {
      id: 'discovery.types-user',
      level: 'MUST',
      section: 'RFC 7644 §3.2',
      title: 'User is a resource type at /Users with the core schema',
      async run(scim) {
        const user = (await typesOf(scim)).find((type) => at(type, 'name') === 'User')
        expectEqual(
          [at(user, 'endpoint'), at(user, 'schema')],
          ['/Users', USER],
          'endpoint and schema',
        )
      },
    },
    {
      id: 'discovery.types-group',
      level: 'MUST',
      section: 'RFC 7644 §3.2',
      title: 'Group is a resource type at /Groups with the core schema',
      needs: ['groups'],
      async run(scim) {
        const group = (await typesOf(scim)).find((type) => at(type, 'name') === 'Group')
        expectEqual(
          [at(group, 'endpoint'), at(group, 'schema')],
          ['/Groups', GROUP],
          'endpoint and schema',
        )
      },
    },
    {
      id: 'discovery.types-extensions',
      level: 'MUST',
      section: 'RFC 7643 §6',
      title:
        'Each schema extension of a resource type names its schema and says whether it is required',
      async run(scim) {
        const all = (await typesOf(scim)).flatMap((type) => elements(type, 'schemaExtensions'))
        for (const extension of all) {
          expectThat(typeof at(extension, 'schema') === 'string', 'a text "schema"', extension)
          expectThat(
            typeof at(extension, 'required') === 'boolean',
            'a boolean "required"',
            extension,
          )
        }
        expectThat(
          Array.isArray(await typesOf(scim)) && (await typesOf(scim)).length > 0,
          'resource types',
          all,
        )
      },
    },
    {
      id: 'discovery.types-one',
      level: 'MUST',
      section: 'RFC 7644 §4; clients need: SailPoint',
      title: 'A resource type is found by its name, as it stands in the list',
      async run(scim) {
        for (const type of await typesOf(scim))
          expectEqual(
            await scim.read(`/ResourceTypes/${String(at(type, 'name'))}`),
            type,
            'the same document',
          )
      },
    },
    {
      id: 'discovery.types-unknown',
      level: 'MUST',
      section: 'RFC 7644 §3.12',
      title: 'A resource type that is none is 404 with a SCIM Error',
      async run(scim) {
        expectError(await scim.get('/ResourceTypes/Conformance'), 404)
      },
    },
    {
      id: 'discovery.types-filter',
      level: 'SHOULD',
      section: 'RFC 7644 §4',
      title: 'A filter on resource types is refused with 403',
      async run(scim) {
        expectError(await scim.get('/ResourceTypes', FILTER), 403)
      },
    },
    {
      id: 'discovery.types-paging',
      level: 'MUST',
      section: 'RFC 7644 §4',
      title: 'Paging and sorting of resource types are ignored',
      async run(scim) {
        const all = await typesOf(scim)
        const query = { startIndex: 2, count: 1, sortBy: 'name', sortOrder: 'descending' }
        expectEqual(await scim.list('/ResourceTypes', query), all, 'all resource types')
      },
    },
    {
      id: 'discovery.types-schemas',
      level: 'MUST',
      section: 'RFC 7644 §4',
      title: 'Every schema that a resource type names is served',
      async run(scim) {
        const served = (await schemasOf(scim)).map((schema) => at(schema, 'id'))
        const named = (await typesOf(scim)).flatMap((type) => [
          at(type, 'schema'),
          ...elements(type, 'schemaExtensions').map((each) => at(each, 'schema')),
        ])
        expectEqual(
          named.filter((urn) => !served.includes(urn)),
          [],
          'schemas that are not served:',
        )
      },
    },
    {
      id: 'discovery.schemas',
      level: 'MUST',
      section: 'RFC 7644 §4',
      title: 'The schemas are a ListResponse of documents with id, name and attributes',
      async run(scim) {
        expectList(await scim.read('/Schemas'))
        for (const schema of await schemasOf(scim)) {
          expectThat(typeof at(schema, 'id') === 'string', 'a text "id"', schema)
          expectThat(elements(schema, 'attributes').length > 0, 'attributes', schema)
        }
      },
    },
    {
      id: 'discovery.schemas-urn',
      level: 'SHOULD',
      section: 'RFC 7643 §7',
      title: 'Each schema document names the schema of schemas',
      async run(scim) {
        for (const schema of await schemasOf(scim))
          expectThat(
            elementsOfText(schema, 'schemas').includes(SCHEMA),
            SCHEMA,
            at(schema, 'schemas'),
          )
      },
    },
    {
      id: 'discovery.schemas-one',
      level: 'MUST',
      section: 'RFC 7644 §4',
      title: 'A schema is found by its URN, as it stands in the list',
      async run(scim) {
        for (const schema of await schemasOf(scim))
          expectEqual(
            await scim.read(`/Schemas/${String(at(schema, 'id'))}`),
            schema,
            'the same document',
          )
      },
    },
    {
      id: 'discovery.schemas-encoded',
      level: 'MUST',
      section: 'RFC 3986 §2.1',
      title: 'A schema is found by its URN with the colons percent-encoded',
      async run(scim) {
        const schema = await scim.read(`/Schemas/${encodeURIComponent(USER)}`)
        expectEqual(at(schema, 'id'), USER, 'id')
      },
    },
    {
      id: 'discovery.schemas-unknown',
      level: 'MUST',
      section: 'RFC 7644 §3.12',
      title: 'A schema that is none is 404 with a SCIM Error',
      async run(scim) {
        expectError(await scim.get('/Schemas/urn:example:conformance'), 404)
      },
    },
    {
      id: 'discovery.schemas-filter',
      level: 'SHOULD',
      section: 'RFC 7644 §4',
      title: 'A filter on schemas is refused with 403',
      async run(scim) {
        expectError(await scim.get('/Schemas', FILTER), 403)
      },
    },
    {
      id: 'discovery.schemas-paging',
      level: 'MUST',
      section: 'RFC 7644 §4',
      title: 'Paging of schemas is ignored',
      async run(scim) {
        const all = await schemasOf(scim)
        expectEqual(await scim.list('/Schemas', { startIndex: 2, count: 1 }), all, 'all schemas')
      },
    },
    {
      id: 'discovery.attributes',
      level: 'MUST',
      section: 'RFC 7643 §7',
      title:
        'Every attribute states type, multiValued, required, mutability and returned in words of the RFC',
      async run(scim) {
        for (const attribute of await attributesOf(scim)) {
          expectThat(typeof at(attribute, 'name') === 'string', 'a text "name"', attribute)
          for (const name of ['multiValued', 'required'])
            expectThat(typeof at(attribute, name) === 'boolean', `a boolean "${name}"`, attribute)
          for (const [name, words] of Object.entries(WORDS))
            expectThat(
              words.includes(String(at(attribute, name))),
              `${name}: ${words.join(', ')}`,
              attribute,
            )
        }
      },
    },
    {
      id: 'discovery.attributes-complex',
      level: 'MUST',
      section: 'RFC 7643 §2.3.8',
      title: 'Complex attributes, and no others, have sub-attributes, none of which is complex',
      async run(scim) {
        // The schema of schemas nests deeper, and is served by some.
        for (const schema of (await schemasOf(scim)).filter((each) => at(each, 'id') !== SCHEMA))
          for (const attribute of elements(schema, 'attributes')) {
            const subs = elements(attribute, 'subAttributes')
            const isComplex = at(attribute, 'type') === 'complex'
            expectThat(
              isComplex === subs.length > 0,
              'sub-attributes where the type is complex',
              attribute,
            )
            expectThat(
              subs.every((sub) => at(sub, 'type') !== 'complex'),
              'no complex sub-attribute',
              attribute,
            )
          }
        expectThat((await attributesOf(scim)).length > 0, 'attributes', [])
      },
    },
    {
      id: 'discovery.attributes-reference',
      level: 'SHOULD',
      section: 'RFC 7643 §7',
      title: 'Every attribute of type reference says what it may refer to',
      async run(scim) {
        const references = (await attributesOf(scim)).filter(
          (each) => at(each, 'type') === 'reference',
        )
        expectThat(references.length > 0, 'an attribute of type reference ($ref)', [])
        for (const attribute of references)
          expectThat(
            elementsOfText(attribute, 'referenceTypes').length > 0,
            'referenceTypes',
            attribute,
          )
      },
    },
    {
      id: 'discovery.user-name',
      level: 'MUST',
      section: 'RFC 7643 §4.1.1',
      title: 'userName is required, unique, and compared without regard to case',
      async run(scim) {
        const { required, uniqueness, caseExact } = await attributeOf(scim, USER, 'userName')
        expectEqual([required, caseExact], [true, false], 'required and caseExact')
        expectThat(
          uniqueness === 'server' || uniqueness === 'global',
          'uniqueness server or global',
          uniqueness,
        )
      },
    },
    {
      id: 'discovery.password',
      level: 'MUST',
      section: 'RFC 7643 §4.1.1',
      title: 'The password, where there is one, is write-only and never returned',
      async run(scim) {
        const schema = await scim.read(`/Schemas/${USER}`)
        expectEqual(at(schema, 'id'), USER, 'id')
        const password = elements(schema, 'attributes').find(
          (each) => at(each, 'name') === 'password',
        )
        const seen = password && [at(password, 'mutability'), at(password, 'returned')]
        expectEqual(
          seen ?? ['writeOnly', 'never'],
          ['writeOnly', 'never'],
          'mutability and returned',
        )
      },
    },
    {
      id: 'discovery.user-groups',
      level: 'MUST',
      section: 'RFC 7643 §4.1.2',
      title: "A user's groups are read-only",
      needs: ['groups'],
      async run(scim) {
        expectEqual((await attributeOf(scim, USER, 'groups')).mutability, 'readOnly', 'mutability')
      },
    },
    {
      id: 'discovery.group-members',
      level: 'MUST',
      section: 'RFC 7643 §4.2',
      title: 'The members of a group are a multi-valued complex attribute with value and $ref',
      needs: ['groups'],
      async run(scim) {
        const members = await attributeOf(scim, GROUP, 'members')
        const subs = elements(members, 'subAttributes').map((each) => at(each, 'name'))
        expectEqual([members.multiValued, members.type], [true, 'complex'], 'multiValued and type')
        expectThat(subs.includes('value') && subs.includes('$ref'), 'value and $ref', subs)
      },
    },
    {
      id: 'discovery.group-name',
      level: 'SHOULD',
      section: 'RFC 7643 erratum 5368',
      title: "A group's displayName is required",
      needs: ['groups'],
      async run(scim) {
        expectEqual((await attributeOf(scim, GROUP, 'displayName')).required, true, 'required')
      },
    },
    {
      id: 'discovery.enterprise',
      level: 'MUST',
      section: 'RFC 7643 §4.3',
      title: 'The enterprise extension has its attributes, with a complex manager',
      needs: ['enterprise'],
      async run(scim) {
        for (const name of [
          'employeeNumber',
          'costCenter',
          'organization',
          'division',
          'department',
        ])
          await attributeOf(scim, ENTERPRISE, name)
        expectEqual(
          (await attributeOf(scim, ENTERPRISE, 'manager')).type,
          'complex',
          'type of manager',
        )
      },
    },
    {
      id: 'discovery.read-only',
      level: 'MUST',
      section: 'RFC 7644 §4',
      title: 'The documents cannot be created, replaced or removed',
      async run(scim) {
        for (const path of ['/ServiceProviderConfig', `/Schemas/${USER}`, '/ResourceTypes/User'])
          for (const method of ['POST', 'PUT', 'DELETE']) {
            const answer = await scim.request(method, path, method === 'DELETE' ? {} : { body: {} })
            expectStatus(answer, 400, 403, 404, 405, 501)
          }
        await scim.read('/ServiceProviderConfig')
      },
    },
  ],
}

const FILTER = { filter: 'id pr' }

const WORDS: Readonly<Record<string, readonly string[]>> = {
  type: ['string', 'boolean', 'decimal', 'integer', 'dateTime', 'reference', 'complex', 'binary'],
  mutability: ['readOnly', 'readWrite', 'immutable', 'writeOnly'],
  returned: ['always', 'never', 'default', 'request'],
}

function expectList(list: Doc): void {
  expectThat(elementsOfText(list, 'schemas').includes(LIST), LIST, at(list, 'schemas'))
  const resources = elements(list, 'Resources')
  expectThat(resources.length > 0, 'Resources', at(list, 'Resources'))
  expectEqual(at(list, 'totalResults'), resources.length, 'totalResults')
}

/** A location is where the document was asked for, whatever the host is called from inside. */
export function expectLocation(scim: Scim, doc: Doc, path: string): void {
  const location = at(doc, 'meta', 'location')
  const wanted = new URL(scim.url + path).pathname
  const isThere = typeof location === 'string' && URL.canParse(location)
  expectThat(isThere, `an absolute meta.location ending in ${path}`, location)
  const seen = decodeURIComponent(new URL(String(location)).pathname)
  expectThat(seen.endsWith(path) || seen === wanted, `meta.location ending in ${path}`, location)
}

function typesOf(scim: Scim): Promise<readonly Doc[]> {
  return scim.list('/ResourceTypes')
}

function schemasOf(scim: Scim): Promise<readonly Doc[]> {
  return scim.list('/Schemas')
}

/** All attributes and sub-attributes of all schemas. */
async function attributesOf(scim: Scim): Promise<readonly Doc[]> {
  const all = (await schemasOf(scim)).flatMap((schema) => elements(schema, 'attributes'))
  const found = all.flatMap((attribute) => [attribute, ...elements(attribute, 'subAttributes')])
  if (found.length === 0) throw new Failed('schemas with attributes', 'none')
  return found
}

async function attributeOf(scim: Scim, urn: string, name: string): Promise<Doc> {
  const schema = await scim.read(`/Schemas/${urn}`)
  const found = elements(schema, 'attributes').find((each) => at(each, 'name') === name)
  if (found === undefined) throw new Failed(`an attribute "${name}" in ${urn}`, 'none')
  return found
}
