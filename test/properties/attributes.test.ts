/**
 * Every attribute of every schema that is served, with every part of it (RFC 7643 sections 4.1 to 4.3), is
 * written in each way there is, found by each kind of filter, and read as it was written.
 *
 * What is tried is generated from `/Schemas`: an attribute added there is tried without a line here.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RESOURCE_TYPES, type Attribute, type Json } from '../../src/scim/index.ts'
import { PATCH_OP, startScim } from '../support/scim.ts'

type Type = (typeof RESOURCE_TYPES)[number]
type Parts = { readonly [name: string]: Json }

/** An attribute where it stands. */
interface Place {
  readonly type: Type
  readonly attribute: Attribute
  /** The extension that it belongs to. */
  readonly urn: string | undefined
  /** As a path names it. */
  readonly path: string
}

const PLACES: readonly Place[] = RESOURCE_TYPES.flatMap((type) => [
  ...[...type.attributes.values()]
    .filter(({ attribute: { name } }) => !['schemas', 'id', 'meta'].includes(name))
    .map(({ attribute }) => placeOf(type, attribute, undefined)),
  ...[...type.extensions.values()].flatMap(({ schema }) =>
    schema.attributes.map((attribute) => placeOf(type, attribute, schema.id)),
  ),
])
/** What tests of their own are about: what is never without a value, and what are rows. */
const isApart = ({ type, attribute: { name } }: Place) =>
  [type.uniqueAttribute, 'active', 'members'].includes(name)
const isWritable = ({ attribute }: Place) => attribute.mutability === 'readWrite'
const WRITABLE = PLACES.filter((place) => isWritable(place) && !isApart(place))

for (const place of WRITABLE)
  test(`${place.path} of a ${place.type.name} is created, replaced, patched, found and read back unchanged`, async (t) => {
    const [one, other] = [valueOf(place.attribute, 'One'), valueOf(place.attribute, 'Two')]
    const { id, isNow, put, patch, found } = await startWith(place, one)

    await isNow(one)
    await t.test('by PUT', async () => {
      await put(other)
      await isNow(other)
      await put(undefined)
      // Only some clients send it, so a PUT that is silent of it leaves it.
      await isNow(place.path === 'externalId' ? other : undefined)
    })
    await t.test('by PATCH', async () => {
      for (const op of ['add', 'replace']) {
        for (const value of [one, other]) {
          await patch({ op: 'remove', path: place.path })
          await isNow(undefined)
          await patch({ op, path: place.path, value })
          await isNow(value)
        }
        await patch({ op, value: bodyWith(place, one) })
        await isNow(op === 'add' ? added(other, one) : one)
        await patch({ op: 'replace', path: place.path, value: one })
      }
    })
    await t.test('by filters', async () => {
      for (const [path, value] of comparedIn(place, one)) {
        assert.deepEqual(await found(`${path} eq ${JSON.stringify(value)}`), [id], path)
        assert.deepEqual(await found(`${path} pr`), [id], path)
        assert.deepEqual(await found(`${path} ne ${JSON.stringify(value)}`), ['other'], path)
      }
      assert.deepEqual(await found(`${place.path} pr`), [id])
      await put(other)
      for (const [path, value] of comparedIn(place, one))
        if (typeof value !== 'boolean' && !path.endsWith('.type'))
          assert.deepEqual(await found(`${path} eq ${JSON.stringify(value)}`), [], path)
    })
  })

for (const place of WRITABLE.filter(({ attribute }) => attribute.type === 'complex'))
  for (const { name } of writableParts(place.attribute))
    test(`${place.path} of a ${place.type.name} has its part ${name} replaced, taken away and added alone`, async () => {
      const { attribute, path } = place
      const [one, other] = [valueOf(attribute, 'One'), valueOf(attribute, 'Two')]
      const { isNow, patch, found, id } = await startWith(place, one)
      const rest = writableParts(attribute).find((each) => each.name !== name && keyed(each))
      const part = partOf(other, name)
      const where = attribute.multiValued
        ? `[${rest?.name} eq ${JSON.stringify(partOf(one, rest?.name ?? ''))}]`
        : ''

      await patch({ op: 'replace', path: `${path}${where}.${name}`, value: part })
      await isNow(withPart(one, name, part))
      await patch({ op: 'remove', path: `${path}${where}.${name}` })
      await isNow(withPart(one, name, undefined))
      await patch({ op: 'add', path: `${path}${where}.${name}`, value: partOf(one, name) })
      await isNow(one)
      if (where !== '')
        assert.deepEqual(
          await found(
            `${path}${where.replace(']', ` and ${name} eq ${JSON.stringify(partOf(one, name))}]`)}`,
          ),
          [id],
        )
    })

for (const place of WRITABLE.filter(({ attribute: { multiValued } }) => multiValued))
  test(`${place.path} of a ${place.type.name} has one of its elements replaced, taken away and added by a value path`, async () => {
    const { attribute, path } = place
    const both = valueOf(attribute, 'One') as readonly Json[]
    const [kept = null, first] = [both[1], both[0]]
    const key = writableParts(attribute).find(keyed)?.name ?? ''
    const where = `${path}[${key} eq ${JSON.stringify(partOf(both, key))}]`
    const { isNow, patch } = await startWith(place, both)
    const next = { ...(first as Parts), display: undefined, type: 'changed' }

    await patch({ op: 'replace', path: where, value: next })
    await isNow([JSON.parse(JSON.stringify({ ...next, [key]: partOf(both, key) })), kept])
    await patch({ op: 'remove', path: where })
    await isNow([kept])
    await patch({ op: 'add', path, value: [first ?? null] })
    await isNow([kept, first ?? null])
  })

test('what only the server writes is left out of a POST and a PUT, and refused in a PATCH (RFC 7643 §2.2)', async () => {
  const places = PLACES.flatMap((place) => {
    const parts = (place.attribute.subAttributes ?? []).map((part) =>
      part.mutability === 'readOnly' ? [`${place.path}.${part.name}`] : [],
    )
    const isWhole = place.attribute.mutability === 'readOnly'
    return [...(isWhole ? [place.path] : []), ...parts.flat()].map((path) => ({ ...place, path }))
  })

  assert.ok(places.length > 5)
  for (const place of places) {
    const value = valueOf({ ...place.attribute, mutability: 'readWrite' }, 'One', true)
    const { isNow, ask } = await startWith(place, value)
    if (place.attribute.mutability === 'readOnly') await isNow([])
    else if (!isApart(place)) await isNow(stripped(place, value))
    const { status, body } = await ask({ op: 'replace', path: place.path, value: 'x' })
    assert.deepEqual([status, body.scimType], [400, 'mutability'], place.path)
  }
})

test('what is never returned is taken in each way, kept nowhere and found by no filter (RFC 7643 §2.2)', async () => {
  const secrets = PLACES.filter(({ attribute: { returned } }) => returned === 'never')

  assert.deepEqual(
    secrets.map(({ path }) => path),
    ['password'],
  )
  for (const place of secrets) {
    const { isNow, put, patch, server } = await startWith(place, 'One')
    await isNow(undefined)
    await put('Two')
    await patch({ op: 'replace', path: place.path, value: 'Three' })
    await isNow(undefined)
    const { body } = await server.ask('GET', `/Users?filter=${place.path}%20pr`)
    assert.equal(body.scimType, 'invalidFilter')
  }
})

test('a name that is unique is created, replaced, patched and found, and can never be taken away', async () => {
  const names = PLACES.filter(({ type, attribute }) => attribute.name === type.uniqueAttribute)

  assert.equal(names.length, RESOURCE_TYPES.length)
  for (const place of names) {
    const { id, isNow, put, patch, found, ask } = await startWith(place, 'One')
    await isNow('One')
    await put('Two')
    await patch({ op: 'replace', path: place.path, value: 'Three' })
    await isNow('Three')
    assert.deepEqual(await found(`${place.path} eq "tHREE"`), [id])
    const refused = await ask({ op: 'remove', path: place.path })
    assert.deepEqual([refused.status, refused.body.scimType], [400, 'mutability'])
    await isNow('Three')
  }
})

test('active is created, replaced, patched and found, and whoever clears it switches nobody on or off', async () => {
  for (const place of PLACES.filter(({ path }) => path === 'active')) {
    const { id, isNow, put, patch, found } = await startWith(place, false)
    await isNow(false)
    await put(true)
    await isNow(true)
    for (const op of ['add', 'replace']) {
      await patch({ op, path: 'active', value: false })
      await put(undefined)
      await patch({ op: 'remove', path: 'active' })
      await isNow(false)
      assert.deepEqual(await found('active eq false'), [id])
      assert.deepEqual(await found('active ne false'), ['other'])
      assert.deepEqual(await found('active pr'), ['other', id])
      await patch({ op, value: { active: true } })
      await isNow(true)
    }
  }
})

test('each part of a member finds its group, and each part of a group its people (RFC 7643 §4.1.2, §4.2)', async () => {
  const { ask, hire, found, read } = startScim()
  const [ada, bert] = [await hire('ada', { displayName: 'Ada' }), await hire('bert')]
  const inner = await found('Inner', [bert.id])
  const outer = await found('Outer', [ada.id, inner.id])
  const finds = async (path: string, name: string, element: Parts & { value: string }) => {
    for (const [part, value] of Object.entries(element))
      for (const filter of [
        `${name}.${part} eq ${JSON.stringify(value)}`,
        `${name}[${part} eq ${JSON.stringify(value)} and value eq "${element.value}"]`,
        `${name}[value eq "${element.value}"].${part} eq ${JSON.stringify(value)}`,
      ]) {
        const { body } = await ask('GET', `${path}?${new URLSearchParams({ filter })}`)
        const ids = body.Resources.map((each: { id: string }) => each.id)
        assert.ok(ids.includes(path === '/Users' ? ada.id : outer.id), filter)
        assert.ok(part === 'type' || ids.length === 1, filter)
      }
  }

  const { members } = await read(outer.id)
  const { groups } = await read(ada.id)
  const named = RESOURCE_TYPES.flatMap(({ schema }) => schema.attributes)
    .filter(({ name }) => name === 'members' || name === 'groups')
    .map(({ subAttributes = [] }) => subAttributes.map(({ name }) => name).toSorted())

  assert.deepEqual(
    [...groups, ...members].map((each) => Object.keys(each).toSorted()),
    [named[0], named[1], named[1]],
  )
  for (const element of members) await finds('/Groups', 'members', element)
  for (const element of groups) await finds('/Users', 'groups', element)
})

function placeOf(type: Type, attribute: Attribute, urn: string | undefined): Place {
  const path = urn === undefined ? attribute.name : `${urn}:${attribute.name}`
  return { type, attribute, urn, path }
}

/** A server with somebody who has the value, and somebody without, whom filters call `other`. */
async function startWith(place: Place, value: Json) {
  const { type, urn, attribute } = place
  const server = startScim()
  const whole = (given: Json | undefined) => ({
    schemas: [type.schema.id, ...(urn === undefined ? [] : [urn])],
    [type.uniqueAttribute]: 'somebody',
    ...bodyWith(place, given),
  })
  const made = async (body: object): Promise<string> => {
    const said = await server.ask('POST', type.endpoint, body)
    assert.equal(said.status, 201, JSON.stringify(said.body))
    return said.body.id
  }
  const other = await made({ schemas: [type.schema.id], [type.uniqueAttribute]: 'neighbour' })
  const id = await made(whole(value))
  const at = `${type.endpoint}/${id}`
  const valueIn = (body: { [name: string]: Parts }) =>
    (urn === undefined ? body : body[urn])?.[attribute.name]
  const ask = (...operations: object[]) => server.ask('PATCH', at, patchOf(...operations))
  return {
    id,
    server,
    ask,
    isNow: async (expected: Json | undefined) => {
      const read = await server.ask('GET', at)
      assert.deepEqual(valueIn(read.body), expected)
      const listed = await server.ask('GET', `${type.endpoint}?filter=id eq "${id}"`)
      assert.deepEqual(listed.body.Resources, [read.body])
    },
    put: async (given: Json | undefined) => {
      const { status, body } = await server.ask('PUT', at, whole(given))
      assert.equal(status, 200, JSON.stringify(body))
    },
    patch: async (...operations: object[]) => {
      const { status, body } = await ask(...operations)
      assert.ok(status === 200 || status === 204, JSON.stringify([operations, body]))
    },
    found: async (filter: string): Promise<string[]> => {
      const query = new URLSearchParams({ filter })
      const { status, body } = await server.ask('GET', `${type.endpoint}?${query}`)
      assert.equal(status, 200, JSON.stringify([filter, body]))
      return body.Resources.map((each: { id: string }) => (each.id === other ? 'other' : each.id))
    },
  }
}

function patchOf(...Operations: object[]) {
  return { schemas: [PATCH_OP], Operations }
}

function bodyWith({ urn, attribute: { name } }: Place, value: Json | undefined): Parts {
  if (value === undefined) return {}
  return urn === undefined ? { [name]: value } : { [urn]: { [name]: value } }
}

/** Two elements for what has several values; the parts a client may write, or all of them. */
function valueOf(attribute: Attribute, seed: 'One' | 'Two', withReadOnly = false): Json {
  const parts = (nth: number): Parts =>
    Object.fromEntries(
      (attribute.subAttributes ?? [])
        .filter((part) => withReadOnly || part.mutability === 'readWrite')
        .map((part) => [part.name, simpleOf(part, seed, nth)]),
    )
  if (attribute.type !== 'complex') return simpleOf(attribute, seed, 0)
  return attribute.multiValued ? [parts(0), parts(1)] : parts(0)
}

function simpleOf(attribute: Attribute, seed: 'One' | 'Two', nth: number): Json {
  const { name, type, canonicalValues } = attribute
  switch (type) {
    case 'boolean':
      return (seed === 'One') === (nth === 0)
    case 'reference':
      return `https://pages.example.com/${seed}/${name}/${nth}?q=ä`
    case 'binary':
      return Buffer.from(`${seed} of ${name}, ${nth}`).toString('base64')
    default:
      return canonicalValues?.[seed === 'One' ? nth : 1 - nth] ?? `${seed} of ${name}, Ñº ${nth}`
  }
}

function writableParts({ subAttributes = [] }: Attribute): readonly Attribute[] {
  return subAttributes.filter(({ mutability }) => mutability === 'readWrite')
}

/** Says by itself which element is meant. */
function keyed({ type }: Attribute): boolean {
  return type !== 'boolean'
}

/** Of one value, or of the first of several. */
function partOf(value: Json, name: string): Json {
  const [first] = [value].flat() as readonly Parts[]
  return first?.[name] ?? null
}

function withPart(value: Json, name: string, part: Json | undefined): Json {
  const [first, ...others] = [value].flat() as readonly Parts[]
  const changed: Parts = JSON.parse(JSON.stringify({ ...first, [name]: part }))
  const isHandedOver = name === 'primary' && part === true
  const rest = isHandedOver ? others.map((each) => ({ ...each, primary: false })) : others
  return Array.isArray(value) ? [changed, ...rest] : changed
}

/** What an add without a path leaves: the elements of both, the new primary one being the only one. */
function added(before: Json, value: Json): Json {
  if (!Array.isArray(before) || !Array.isArray(value)) return value
  const kept = before.map((each: Json) => ({ ...(each as Parts), primary: false }))
  return [...kept, ...value]
}

/** The paths of a filter that compare the parts of the first element, or the value. */
function comparedIn({ attribute, path }: Place, value: Json): [string, Json][] {
  if (attribute.type !== 'complex') return [[path, value]]
  return writableParts(attribute).map((part) => [`${path}.${part.name}`, partOf(value, part.name)])
}

/** Without what only the server writes. */
function stripped({ attribute }: Place, value: Json): Json {
  const kept = new Set(writableParts(attribute).map(({ name }) => name))
  return Object.fromEntries(Object.entries(value as Parts).filter(([name]) => kept.has(name)))
}
