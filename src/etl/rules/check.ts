/**
 * A rule against the attributes that there are: names as the schemas spell them, every function with
 * what it takes, and the rule giving what its place needs. What is refused says where, and what to
 * write instead. What passes cannot be wrong later, only absent.
 */
import type { ResourceType } from '../../scim/index.ts'
import { FUNCTIONS, type Kind, type RuleFunction, type Takes } from './functions.ts'
import { at, type Path, print, type Tree } from './language.ts'
import { nearest } from './nearest.ts'

type Attributes = ResourceType['attributes']
type Known = NonNullable<ReturnType<Attributes['get']>>

/** Where names are looked up: a resource type, or one element of a list. */
interface Names {
  readonly type: ResourceType
  readonly element: Known | undefined
}

interface Checked {
  readonly tree: Tree
  readonly kind: Kind | 'complex'
}

/** Not part of what the identity provider says of somebody, or a secret. */
const UNREADABLE: ReadonlySet<string> = new Set([
  'schemas',
  'id',
  'meta',
  'password',
  'groups',
  'members',
])

const WORDS: Record<Kind | 'complex', string> = {
  text: 'text',
  number: 'a number',
  boolean: 'true or false',
  complex: 'several parts',
}

/**
 * @returns the tree with each name as the schemas spell it
 * @throws Refusal `invalid_input`
 */
export function check(tree: Tree, type: ResourceType, gives: Kind | 'any'): Tree {
  const checked = checkOne(tree, { type, element: undefined })
  return expectKind(checked, gives, 'This rule').tree
}

function checkOne(tree: Tree, names: Names): Checked {
  switch (tree.kind) {
    case 'literal':
      return { tree, kind: kindOf(tree.value) }
    case 'path':
      return checkPath(tree, names)
    case 'call':
      return checkCall(tree, names)
    case 'compare': {
      const [left, right] = [checkOne(tree.left, names), checkOne(tree.right, names)]
      const needs = tree.operator === 'eq' || tree.operator === 'ne' ? 'any' : 'text'
      expectKind(left, needs, `"${tree.operator}"`)
      expectKind(
        right,
        needs === 'any' && left.kind !== 'complex' ? left.kind : needs,
        `"${tree.operator}" here`,
      )
      return { tree: { ...tree, left: left.tree, right: right.tree }, kind: 'boolean' }
    }
    case 'present':
      return { tree: { ...tree, of: checkOne(tree.of, names).tree }, kind: 'boolean' }
    case 'and':
    case 'or': {
      const of = tree.of.map(
        (each) => expectKind(checkOne(each, names), 'boolean', `"${tree.kind}"`).tree,
      )
      return { tree: { ...tree, of }, kind: 'boolean' }
    }
  }
}

function checkCall(tree: Extract<Tree, { kind: 'call' }>, names: Names): Checked {
  const { takes, optional = 0, rest, gives, example }: RuleFunction = FUNCTIONS[tree.name]
  const { length } = tree.args
  if (length < takes.length - optional || (rest === undefined && length > takes.length))
    throw at(
      tree.at,
      `${tree.name} takes ${countWords(takes.length, optional, rest)}, as in ${example}`,
    )
  let same: Kind | undefined
  const args = tree.args.map((each, index) => {
    const wanted = takes[index] ?? rest ?? 'any'
    const checked = checkOne(each, names)
    const needs = wanted === 'same' ? (same ?? 'any') : wanted
    expectKind(checked, needs, `${tree.name}, argument ${index + 1},`)
    if (wanted === 'same' && checked.kind !== 'complex') same ??= checked.kind
    return checked.tree
  })
  return { tree: { ...tree, args }, kind: gives === 'same' ? (same ?? 'text') : gives }
}

function countWords(most: number, optional: number, rest: Takes | undefined): string {
  if (rest !== undefined) return `at least ${most} values`
  if (optional > 0) return `${most - optional} or ${most} values`
  return most === 1 ? 'one value' : `${most} values`
}

function checkPath(path: Path & { at: number }, { type, element }: Names): Checked {
  const found = element === undefined ? inType(path, type) : inElement(path, element)
  const { known } = found
  const { attribute } = known
  let where: Tree | undefined
  if (path.where !== undefined) {
    if (!attribute.multiValued)
      throw at(path.at, `"${attribute.name}" is no list, so brackets choose nothing of it.`)
    where = expectKind(
      checkOne(path.where, { type, element: known }),
      'boolean',
      'What stands in brackets',
    ).tree
  }
  const sub = path.sub === undefined ? undefined : known.subs.get(path.sub.toLowerCase())
  if (path.sub !== undefined && sub === undefined)
    throw at(
      path.at,
      `"${attribute.name}" has no part "${path.sub}".${nearest(path.sub, namesOf(known.subs)) || partsOf(known)}`,
    )
  const tree: Tree = {
    kind: 'path',
    at: path.at,
    attribute: attribute.name,
    ...(found.schema === undefined ? {} : { schema: found.schema }),
    ...(where === undefined ? {} : { where }),
    ...(sub === undefined ? {} : { sub: sub.attribute.name }),
  }
  return { tree, kind: kindOfAttribute((sub ?? known).attribute.type) }
}

function inType(
  path: Path & { at: number },
  type: ResourceType,
): { known: Known; schema?: string } {
  const { schema, attribute } = path
  const lower = attribute.toLowerCase()
  const isCore = schema === undefined || schema.toLowerCase() === type.schema.id.toLowerCase()
  const extension = isCore ? undefined : type.extensions.get(schema.toLowerCase())
  if (!isCore && extension === undefined)
    throw at(
      path.at,
      `This connection has no schema "${schema}" for a ${type.name}. There ${type.extensions.size === 1 ? 'is' : 'are'} ` +
        `${[...type.extensions.values()].map((each) => each.schema.id).join(', ') || 'none but the core one'}.`,
    )
  const attributes = extension?.attributes ?? type.attributes
  const known = attributes.get(lower)
  if (known !== undefined && !(isCore && UNREADABLE.has(lower)))
    return { known, ...(extension === undefined ? {} : { schema: extension.schema.id }) }
  if (known !== undefined) throw at(path.at, `"${known.attribute.name}" cannot be read by a rule.`)
  const elsewhere = [...type.extensions.values()].find((each) => each.attributes.has(lower))
  const advice =
    elsewhere === undefined
      ? nearest(attribute, namesOf(attributes))
      : ` Write ${elsewhere.schema.id}:${attribute}`
  throw at(path.at, `A ${type.name} has no attribute "${attribute}".${advice}`)
}

/** In brackets the names are those of the list's elements. */
function inElement(path: Path & { at: number }, list: Known): { known: Known; schema?: string } {
  const lower = path.attribute.toLowerCase()
  const known = list.subs.get(lower)
  if (known !== undefined && path.schema === undefined && path.sub === undefined) return { known }
  if (list.subs.size === 0 && lower === 'value' && path.sub === undefined)
    return {
      known: {
        attribute: { ...list.attribute, name: 'value', multiValued: false },
        subs: list.subs,
      },
    }
  throw at(
    path.at,
    `In the brackets of "${list.attribute.name}" there is no "${print(path)}".${nearest(path.attribute, namesOf(list.subs)) || partsOf(list)}`,
  )
}

function expectKind(checked: Checked, needs: Takes | 'any', who: string): Checked {
  const { kind, tree } = checked
  if (kind === needs || (needs === 'any' && kind !== 'complex') || needs === 'same') return checked
  const written = print(tree)
  const shown = written.length > 60 ? `${written.slice(0, 60)}…` : written
  const wanted = needs === 'any' ? 'one value' : WORDS[needs]
  throw at(
    tree.at,
    `${who} takes ${wanted}, and ${shown} is ${WORDS[kind]}.${adviceFor(kind, needs, shown)}`,
  )
}

function adviceFor(kind: Checked['kind'], needs: Takes, shown: string): string {
  if (kind === 'complex')
    return ` Name one of them, as in ${shown}.value, or ask whether it is there: ${shown} pr`
  if (needs === 'text') return ` Write concat(${shown}) for it as text.`
  if (needs === 'boolean')
    return ` Compare it, as in ${shown} eq ${kind === 'text' ? '"…"' : '1'}, or ask whether it is there: ${shown} pr`
  return ''
}

function partsOf(known: Known): string {
  return known.subs.size === 0 ? ' It has no parts.' : ` It has ${namesOf(known.subs).join(', ')}.`
}

function namesOf(attributes: Attributes): string[] {
  return [...attributes.values()].map(({ attribute }) => attribute.name)
}

function kindOf(value: string | number | boolean): Kind {
  return typeof value === 'string' ? 'text' : typeof value === 'number' ? 'number' : 'boolean'
}

function kindOfAttribute(type: Known['attribute']['type']): Checked['kind'] {
  if (type === 'boolean' || type === 'complex') return type
  return type === 'integer' || type === 'decimal' ? 'number' : 'text'
}
