/**
 * One SCIM request in, one answer out (RFC 7644 section 3).
 *
 * Knows neither sockets nor tenants: the edge has authenticated the caller, bounded the bytes and
 * chosen the store of the caller's connection. What is refused becomes a SCIM error body here;
 * anything else that is thrown is the edge's to answer.
 */
import { bulk } from './bulk.ts'
import { createReading, FORGIVING } from './dialects/index.ts'
import { discover } from './discovery.ts'
import { errorBody, ScimError } from './errors.ts'
import { refuseMe } from './me.ts'
import { projectionOf, wantsOf } from './project.ts'
import { list, search } from './query.ts'
import { entityTag, isNamedBy } from './etag.ts'
import {
  CONTENT_TYPE,
  emptyOutcome,
  resourceReply,
  type Call,
  type Given,
  type Reply,
  type ScimAnswer,
  type ScimRequest,
} from './reply.ts'
import type { ResourceType } from './resource-types.ts'
import { create, patch, remove, replace } from './write.ts'

export async function answer(given: Given, request: ScimRequest): Promise<ScimAnswer> {
  const outcome = emptyOutcome()
  try {
    const reading = createReading(given.dialect ?? FORGIVING, outcome)
    const reply = await route({ ...given, request, outcome, reading })
    return { ...reply, outcome }
  } catch (error) {
    if (!(error instanceof ScimError)) throw error
    outcome.detail = error.message
    if (error.scimType !== undefined) outcome.scimType = error.scimType
    return {
      status: error.status,
      headers: { 'content-type': CONTENT_TYPE, ...error.headers },
      body: errorBody(error.status, error.message, error.scimType),
      outcome,
    }
  }
}

async function route(call: Call): Promise<Reply> {
  const { request, outcome, types } = call
  const method = request.method === 'HEAD' ? 'GET' : request.method
  const document = discover(request.path, request.query, call)
  if (document !== undefined) {
    refuseMethod(method, ['GET'])
    outcome.operation = 'discovery'
    return {
      status: 200,
      headers: { 'content-type': CONTENT_TYPE },
      body: JSON.stringify(document),
    }
  }
  const [, collection = '', id, ...rest] = request.path.split('/')
  if (id === undefined && collection.toLowerCase() === 'me') refuseMe()
  if (id === undefined && collection.toLowerCase() === 'bulk') {
    refuseMethod(method, ['POST'])
    return bulk(call)
  }
  if (id === undefined && collection === '') {
    refuseMethod(method, ['GET'])
    return list(call, types, request.query)
  }
  if (id === undefined && collection.toLowerCase() === '.search') {
    refuseMethod(method, ['POST'])
    return search(call, types)
  }
  const typeAt = (name: string) =>
    types.find(({ endpoint }) => endpoint.toLowerCase() === `/${name.toLowerCase()}`)
  const type = typeAt(collection)
  // `/Users/Users`: the BaseUrl was entered with a /Users at its end.
  if (type === undefined || rest.length > 0 || typeAt(id ?? '') !== undefined)
    throw unknownPath(request.path, types)
  outcome.resourceType = type.name
  if (id === undefined || id === '') {
    refuseMethod(method, ['GET', 'POST'])
    return method === 'GET' ? list(call, [type], request.query) : create(call, type)
  }
  if (id.toLowerCase() === '.search') {
    refuseMethod(method, ['POST'])
    return search(call, [type])
  }
  outcome.resourceId = id
  refuseMethod(method, ['GET', 'PUT', 'PATCH', 'DELETE'])
  if (method === 'GET') return read(call, type, id)
  if (method === 'DELETE') return remove(call, type, id)
  return method === 'PUT' ? replace(call, type, id) : patch(call, type, id)
}

function refuseMethod(method: string, offered: readonly string[]): void {
  if (!offered.includes(method)) throw ScimError.method(method, offered)
}

function unknownPath(path: string, types: readonly ResourceType[]): ScimError {
  const served = types.map(({ endpoint }) => `${endpoint}, `).join('')
  return ScimError.plain(
    404,
    `There is nothing at "${path.slice(0, 100)}". Under the BaseUrl are ` +
      `${served}/Schemas, /ResourceTypes and /ServiceProviderConfig.`,
  )
}

async function read(call: Call, type: ResourceType, id: string): Promise<Reply> {
  const { store, request, outcome } = call
  outcome.operation = 'read'
  const projection = projectionOf(type, request.query)
  const stored = await store.read(type, id, wantsOf(type, projection))
  if (stored === undefined) throw ScimError.notFound(type.name, id)
  if (isNamedBy(request.ifNoneMatch, stored.version))
    return { status: 304, headers: { etag: entityTag(stored.version) }, body: undefined }
  return resourceReply(call, type, 200, stored, projection)
}
