/**
 * Attribute names as clients write them, resolved against a resource type (RFC 7644 section 3.10):
 * plain, dotted, or qualified by a schema's URN, in any letter case.
 */
import type { AttributePath } from './filter/tree.ts'
import type { Known, ResourceType } from './resource-types.ts'

/** What a written name means. */
export interface Resolved {
  /** The extension it belongs to; absent for the core schema and the common attributes. */
  readonly schema: string | undefined
  readonly known: Known
  readonly sub: Known | undefined
}

/** A whole extension, named by its URN alone. */
export interface ResolvedExtension {
  readonly extension: string
}

/** @returns undefined when no schema of the type has such an attribute */
export function resolveName(
  type: ResourceType,
  written: string,
): Resolved | ResolvedExtension | undefined {
  const lower = written.toLowerCase()
  if (!lower.startsWith('urn:')) return resolveIn(type.attributes, lower, undefined)
  const core = type.schema.id.toLowerCase()
  if (lower.startsWith(`${core}:`))
    return resolveIn(type.attributes, lower.slice(core.length + 1), undefined)
  const whole = type.extensions.get(lower)
  if (whole !== undefined) return { extension: whole.schema.id }
  // The URN of one may begin as that of another.
  for (const [urn, { schema, attributes }] of type.extensions) {
    if (!lower.startsWith(`${urn}:`)) continue
    const resolved = resolveIn(attributes, lower.slice(urn.length + 1), schema.id)
    if (resolved !== undefined) return resolved
  }
  return undefined
}

function resolveIn(
  attributes: ReadonlyMap<string, Known>,
  lower: string,
  schema: string | undefined,
): Resolved | undefined {
  const dot = lower.indexOf('.')
  const known = attributes.get(dot === -1 ? lower : lower.slice(0, dot))
  if (known === undefined) return undefined
  if (dot === -1) return { schema, known, sub: undefined }
  const sub = known.subs.get(lower.slice(dot + 1))
  return sub === undefined ? undefined : { schema, known, sub }
}

export function toAttributePath({ schema, known, sub }: Resolved): AttributePath {
  return {
    ...(schema === undefined ? {} : { schema }),
    attribute: known.attribute.name,
    ...(sub === undefined ? {} : { sub: sub.attribute.name }),
  }
}
