/**
 * Attributes that are set once: immutable ones (RFC 7643 section 2.2), at the top of a resource, of
 * an extension, or within a complex value. What is in the elements of a list comes and goes with its
 * element.
 */
import { ScimError } from './errors.ts'
import type { Known, ResourceType } from './resource-types.ts'
import type { Body, Json } from './store.ts'
import { isJsonObject, sameJson } from './values.ts'

/**
 * @returns what of `before` a PUT leaves out and cannot take away
 * @see RFC 7644 section 3.5.1
 */
export function keepImmutable(type: ResourceType, before: Body, sent: Body): Body {
  let kept = sent
  for (const path of immutableIn(type)) {
    const value = at(before, path)
    if (value !== undefined && at(kept, path) === undefined) kept = withValue(kept, path, value)
  }
  return kept
}

/** @throws ScimError `mutability` when an immutable attribute that has a value is another now */
export function refuseImmutable(type: ResourceType, before: Body, after: Body): void {
  for (const path of immutableIn(type)) {
    const value = at(before, path)
    if (value !== undefined && !sameJson(value, at(after, path)))
      throw ScimError.of(
        'mutability',
        `"${path.join(path.length > 1 ? '.' : '')}" can be set once and not be changed or removed after that.`,
      )
  }
}

/** Where they are in a body: names, from the outside in. */
type Path = readonly string[]

const FOUND = new WeakMap<ResourceType, readonly Path[]>()

function immutableIn(type: ResourceType): readonly Path[] {
  const found = FOUND.get(type)
  if (found !== undefined) return found
  const paths = [
    ...immutableAmong(type.attributes),
    ...[...type.extensions.values()].flatMap(({ schema, attributes }) =>
      immutableAmong(attributes).map((path) => [schema.id, ...path]),
    ),
  ]
  FOUND.set(type, paths)
  return paths
}

function immutableAmong(attributes: ReadonlyMap<string, Known>): Path[] {
  return [...attributes.values()].flatMap(
    ({ attribute: { name, mutability, multiValued }, subs }) => {
      if (mutability === 'immutable') return [[name]]
      return multiValued ? [] : immutableAmong(subs).map((path) => [name, ...path])
    },
  )
}

function at(body: Body, path: Path): Json | undefined {
  let value: Json | undefined = body
  for (const name of path)
    value = isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
  return value
}

function withValue(body: Body, [name = '', ...rest]: Path, value: Json): Body {
  const copy: Body = Object.assign(Object.create(null) as Body, body)
  const held = copy[name]
  copy[name] =
    rest.length === 0 ? value : withValue(isJsonObject(held) ? { ...held } : {}, rest, value)
  return copy
}
