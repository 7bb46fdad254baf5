/**
 * A resource as text, so that reads and lists can pass it through unparsed.
 *
 * `renderStored` makes the text a store keeps. It ends in `}}`, the end of `meta` and of the
 * resource, and lacks only what is not the resource's own: its address, which depends on where we
 * are reached, and members and groups, which are rows. `renderAnswer` puts those in by cutting
 * and joining text: 8 times less CPU for a list of 100 than parsing and writing it again.
 */
import { entityTag } from './etag.ts'
import type { ResourceType } from './resource-types.ts'
import type { Body, Json, Stored } from './store.ts'

export interface Birth {
  readonly id: string
  readonly version: number
  readonly createdAt: Date
  readonly modifiedAt: Date
}

export function renderStored(type: ResourceType, birth: Birth, body: Body): string {
  const extensions = Object.keys(body).filter((name) => type.extensions.has(name.toLowerCase()))
  return JSON.stringify({
    schemas: [type.schema.id, ...extensions],
    id: birth.id,
    ...body,
    meta: {
      resourceType: type.name,
      created: birth.createdAt,
      lastModified: birth.modifiedAt,
      version: entityTag(birth.version),
    },
  })
}

/** The inverse: the body alone, in objects without prototypes. */
export function parseStored(text: string): Body {
  const { schemas: _schemas, id: _id, meta: _meta, ...rest } = JSON.parse(text) as Body
  return Object.assign(Object.create(null) as Body, rest)
}

/** @param baseUrl  the SCIM root of the connection, without a slash at its end */
export function renderAnswer(type: ResourceType, stored: Stored, baseUrl: string): string {
  const location = JSON.stringify(locationOf(type, stored.id, baseUrl))
  return (
    `${stored.text.slice(0, -2)},"location":${location}}` +
    (stored.members === undefined ? '' : `,"members":${renderMembers(stored.members, baseUrl)}`) +
    (stored.groups === undefined ? '' : `,"groups":${renderGroups(stored.groups, baseUrl)}`) +
    '}'
  )
}

export function locationOf(type: ResourceType, id: string, baseUrl: string): string {
  return `${baseUrl}${type.endpoint}/${id}`
}

function renderMembers(members: NonNullable<Stored['members']>, baseUrl: string): string {
  return JSON.stringify(
    members.map(({ value, type, display }): Json => ({
      value,
      $ref: `${baseUrl}/${type}s/${value}`,
      type,
      ...(display === null ? {} : { display }),
    })),
  )
}

function renderGroups(groups: NonNullable<Stored['groups']>, baseUrl: string): string {
  return JSON.stringify(
    groups.map(({ value, display }) => ({
      value,
      $ref: `${baseUrl}/Groups/${value}`,
      display,
      type: 'direct',
    })),
  )
}
