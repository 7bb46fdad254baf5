/** A SCIM server in memory: the rules of `src/scim` and nothing beneath them. */
import assert from 'node:assert/strict'
import { createIds, systemRandom } from '../../src/lib/index.ts'
import {
  answer,
  createMemoryStore,
  declareExtension,
  type DeclaredAttribute,
  type DeclaredExtension,
  type Dialect,
  RESOURCE_TYPES,
  type ResourceStore,
  type ResourceType,
  type ScimAnswer,
  typesWith,
} from '../../src/scim/index.ts'

export const BASE_URL = 'https://id.example.com/scim/v2/con_1'
export const USER = 'urn:ietf:params:scim:schemas:core:2.0:User'
export const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group'
export const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
export const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'

/** The types of a connection that declares one extension. */
export function typesWithOne(
  resourceType: string,
  id: string,
  attributes: readonly DeclaredAttribute[],
): readonly ResourceType[] {
  return typesWith(RESOURCE_TYPES, [declared(resourceType, id, attributes)])
}

export function declared(
  resourceType: string,
  id: string,
  attributes: readonly DeclaredAttribute[],
): DeclaredExtension {
  return declareExtension(
    { resourceType, id, name: 'Acme', description: '', attributes },
    [],
    RESOURCE_TYPES,
  )
}

/** An answer, its body parsed. */
export interface Said {
  readonly status: number
  readonly headers: ScimAnswer['headers']
  readonly outcome: ScimAnswer['outcome']
  /** As JSON.parse types it: a test looks into it as it likes. */
  readonly body: ReturnType<typeof JSON.parse>
}

export interface Headers {
  readonly ifMatch?: string
  readonly ifNoneMatch?: string
  readonly contentType?: string
}

export interface ScimServer {
  readonly store: ResourceStore
  readonly ask: (method: string, path: string, body?: unknown, headers?: Headers) => Promise<Said>
  /** The body of a person who was created. */
  readonly hire: (userName: string, more?: object) => Promise<Said['body']>
  /** The body of a group that was created. */
  readonly found: (displayName: string, members?: readonly string[]) => Promise<Said['body']>
  readonly patch: (id: string, ...operations: readonly unknown[]) => Promise<Said>
  readonly read: (id: string) => Promise<Said['body']>
}

/** Its clock goes on by a second with each request. */
export function startScim(
  given: { readonly dialect?: Dialect; readonly types?: readonly ResourceType[] } = {},
): ScimServer {
  let now = Date.parse('2026-11-02T09:14:05.120Z')
  const clock = () => new Date(now)
  const store = createMemoryStore({ newId: createIds({ now: clock, random: systemRandom }), clock })
  const ask: ScimServer['ask'] = async (method, path, body, headers = {}) => {
    now += 1000
    const url = new URL(path, 'http://x')
    const reply = await answer(
      { store, baseUrl: BASE_URL, types: RESOURCE_TYPES, ...given },
      {
        method,
        path: decodeURIComponent(url.pathname),
        query: url.searchParams,
        contentType: 'application/scim+json; charset=utf-8',
        body:
          body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
        ...headers,
      },
    )
    return { ...reply, body: reply.body === undefined ? undefined : JSON.parse(reply.body) }
  }
  const create = async (path: string, body: object) => {
    const reply = await ask('POST', path, body)
    assert.equal(reply.status, 201, JSON.stringify(reply.body))
    return reply.body
  }
  const types = given.types ?? RESOURCE_TYPES
  const pathOf = (id: string) =>
    `${types.find(({ idPrefix }) => id.startsWith(`${idPrefix}_`))?.endpoint}/${id}`
  return {
    store,
    ask,
    hire: (userName, more = {}) => create('/Users', { schemas: [USER], userName, ...more }),
    found: (displayName, members = []) =>
      create('/Groups', {
        schemas: [GROUP],
        displayName,
        members: members.map((value) => ({ value })),
      }),
    patch: (id, ...Operations) => ask('PATCH', pathOf(id), { schemas: [PATCH_OP], Operations }),
    read: async (id) => (await ask('GET', pathOf(id))).body,
  }
}
