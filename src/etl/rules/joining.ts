/**
 * People of several connections who are one person by a rule: those for whom it gives the same text, one
 * of each connection. Where two of one connection share it, nobody knows which of them is meant, and all
 * who have it stay apart. Pure.
 */
import { type ConnectionId, fold, Refusal } from '../../lib/index.ts'
import type { Body, ResourceType } from '../../scim/index.ts'
import { check } from './check.ts'
import { evaluate } from './evaluate.ts'
import { OutOfBounds } from './functions.ts'
import { parse, type Tree } from './language.ts'

/** Somebody as one connection has them. */
export interface Source {
  readonly resourceId: string
  readonly connectionId: ConnectionId
  readonly userName: string
  readonly isActive: boolean
}

export interface Joined {
  /** What the rule gives for all of them. */
  readonly value: string
  /** In the order of the connections: the first one leads. */
  readonly sources: readonly Source[]
  /** Why they stay apart; null when they do not. */
  readonly refused: string | null
}

/**
 * @returns the rule, ready for the people of a connection with this type
 * @throws Refusal `invalid_input` for what is no rule, and for one that tells nobody apart: an e-mail address
 *         by itself is what the administrator of any connection may write of anybody
 */
export function readyJoining(by: string, type: ResourceType): Tree {
  const tree = check(parse(by), type, 'text')
  const read = new Set(attributesOf(tree))
  if (read.size === 0) throw new Refusal('invalid_input', 'This rule reads nothing of a person.')
  if (read.size === 1 && read.has('emails'))
    throw new Refusal(
      'invalid_input',
      'An e-mail address by itself does not say who somebody is: whoever administers one identity provider may write' +
        " another's there. Compare what both have from one source, such as an employee number.",
    )
  return tree
}

/** What is longer tells nobody apart that its beginning would not, and no index holds it. */
const LONGEST = 500

/** What is compared, letter case aside. Nothing where the rule gives nothing, or goes beyond its bounds. */
export function joiningValue(tree: Tree, body: Body): string | undefined {
  try {
    const value = evaluate(tree, body)
    if (typeof value !== 'string' || value.trim() === '' || value.length > LONGEST) return undefined
    return fold(value)
  } catch (error) {
    if (error instanceof OutOfBounds) return undefined
    throw error
  }
}

/** @param people  with what `joiningValue` gave. @param order  of the connections */
export function joinPeople(
  people: readonly (Source & { readonly value: string })[],
  order: readonly ConnectionId[],
): Joined[] {
  const groups = Map.groupBy(people, ({ value }) => value)
  return [...groups.values()]
    .filter((group) => group.length > 1)
    .map((group) => {
      const sources = group.map(({ value: _value, ...source }) => source).toSorted(byRank(order))
      return { value: group[0]?.value ?? '', sources, refused: whyApart(sources) }
    })
}

/** Who would be out: by the safe rule, somebody is in as long as every connection says so. */
export function isOut({ sources }: Joined): boolean {
  return sources.some(({ isActive }) => isActive) && sources.some(({ isActive }) => !isActive)
}

type OfConnection = Pick<Source, 'connectionId'>

/** The one that leads first. */
export function byRank(order: readonly ConnectionId[]) {
  return (one: OfConnection, other: OfConnection) =>
    order.indexOf(one.connectionId) - order.indexOf(other.connectionId)
}

/** @returns null where they do not */
export function whyApart(sources: readonly OfConnection[]): string | null {
  const twice = sources.find(({ connectionId }, index) =>
    sources.slice(0, index).some((before) => before.connectionId === connectionId),
  )
  if (twice === undefined) return null
  const same = sources.filter(({ connectionId }) => connectionId === twice.connectionId)
  return `${twice.connectionId} has ${same.length} people for whom the rule gives this.`
}

function attributesOf(tree: Tree): string[] {
  switch (tree.kind) {
    case 'literal':
      return []
    case 'path':
      return [tree.attribute]
    case 'call':
      return tree.args.flatMap(attributesOf)
    case 'compare':
      return [tree.left, tree.right].flatMap(attributesOf)
    case 'present':
      return attributesOf(tree.of)
    case 'and':
    case 'or':
      return tree.of.flatMap(attributesOf)
  }
}
