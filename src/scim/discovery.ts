/**
 * What we say of ourselves (RFC 7644 section 4): ServiceProviderConfig, ResourceTypes, Schemas.
 * authentik and SailPoint obey it, so it tells what is so and nothing else.
 */
import { ScimError } from './errors.ts'
import { LIMITS } from './limits.ts'
import type { Given } from './reply.ts'
import type { ResourceType } from './resource-types.ts'
import type { Attribute, Schema } from './schemas/attribute.ts'

const URN = 'urn:ietf:params:scim:schemas:core:2.0'
export const LIST_RESPONSE = 'urn:ietf:params:scim:api:messages:2.0:ListResponse'

/**
 * @param path  below the BaseUrl, such as `/Schemas/urn:…`
 * @returns the document, or undefined when the path is none of discovery's
 * @throws ScimError 403 for a filter (section 4), 404 for an unknown schema or type
 */
export function discover(
  path: string,
  query: URLSearchParams,
  { baseUrl, types }: Pick<Given, 'baseUrl' | 'types'>,
): unknown {
  const [, collection = '', ...rest] = path.split('/')
  const name = rest.join('/')
  switch (collection.toLowerCase()) {
    case 'serviceproviderconfig':
      refuseFilter(query)
      return name === '' ? serviceProviderConfig(baseUrl) : undefined
    case 'resourcetypes':
      return oneOrAll(
        name,
        query,
        types.map((type) => resourceTypeDocument(type, baseUrl)),
      )
    case 'schemas':
      return oneOrAll(
        name,
        query,
        schemasOf(types).map((schema) => schemaDocument(schema, baseUrl)),
      )
    default:
      return undefined
  }
}

function refuseFilter(query: URLSearchParams): void {
  if (query.has('filter'))
    throw ScimError.plain(403, 'Discovery documents cannot be filtered (RFC 7644 section 4).')
}

function oneOrAll(name: string, query: URLSearchParams, all: readonly { id: string }[]): unknown {
  refuseFilter(query)
  if (name !== '') {
    const one = all.find(({ id }) => id.toLowerCase() === name.toLowerCase())
    if (one === undefined)
      throw ScimError.plain(
        404,
        `There is no "${name.slice(0, 100)}" here. The list is one level up.`,
      )
    return one
  }
  return {
    schemas: [LIST_RESPONSE],
    totalResults: all.length,
    itemsPerPage: all.length,
    startIndex: 1,
    Resources: all,
  }
}

function serviceProviderConfig(baseUrl: string): unknown {
  return {
    schemas: [`${URN}:ServiceProviderConfig`],
    patch: { supported: true },
    bulk: {
      supported: true,
      maxOperations: LIMITS.bulkOperations,
      maxPayloadSize: LIMITS.bulkBytes,
    },
    filter: { supported: true, maxResults: LIMITS.pageCap },
    changePassword: { supported: false },
    sort: { supported: true },
    // RFC 9865 section 4. Clients that say nothing are paged as they always were.
    pagination: {
      cursor: true,
      index: true,
      defaultPaginationMethod: 'index',
      defaultPageSize: LIMITS.pageSize,
      maxPageSize: LIMITS.pageCap,
      cursorTimeout: LIMITS.cursorSeconds,
    },
    etag: { supported: true },
    authenticationSchemes: [
      {
        type: 'oauthbearertoken',
        name: 'Bearer token',
        description: 'The token of the connection in the Authorization header.',
        specUri: 'https://www.rfc-editor.org/rfc/rfc6750',
        primary: true,
      },
      {
        type: 'oauth2',
        name: 'OAuth 2.0 authorization code',
        description: 'An access token with the scope scim, issued by the Authority of the tenant.',
        specUri: 'https://www.rfc-editor.org/rfc/rfc6749',
      },
    ],
    meta: {
      resourceType: 'ServiceProviderConfig',
      location: `${baseUrl}/ServiceProviderConfig`,
    },
  }
}

function resourceTypeDocument(
  { name, endpoint, description, schema, extensions }: ResourceType,
  baseUrl: string,
) {
  return {
    schemas: [`${URN}:ResourceType`],
    id: name,
    name,
    endpoint,
    description,
    schema: schema.id,
    schemaExtensions: [...extensions.values()].map((extension) => ({
      schema: extension.schema.id,
      required: false,
    })),
    meta: { resourceType: 'ResourceType', location: `${baseUrl}/ResourceTypes/${name}` },
  }
}

function schemasOf(types: readonly ResourceType[]): readonly Schema[] {
  return types.flatMap((type) => [
    type.schema,
    ...[...type.extensions.values()].map(({ schema }) => schema),
  ])
}

function schemaDocument({ id, name, description, attributes }: Schema, baseUrl: string) {
  return {
    schemas: [`${URN}:Schema`],
    id,
    name,
    description,
    attributes: attributes.map(attributeDocument),
    meta: { resourceType: 'Schema', location: `${baseUrl}/Schemas/${id}` },
  }
}

/** Complex attributes have neither case nor uniqueness (errata 6004 and 8415). */
function attributeDocument(attribute: Attribute): Record<string, unknown> {
  const { subAttributes, caseExact, uniqueness, ...rest } = attribute
  if (subAttributes === undefined) return { ...rest, caseExact, uniqueness }
  return { ...rest, subAttributes: subAttributes.map(attributeDocument) }
}
