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
 * @throws Refusal `invalid_input` for what is no rule, and for one that may tell nobody apart: an e-mail address
 *         by itself is what the administrator of any connection may write of anybody, and so is leaving out
 *         whatever else a rule would have compared
 */
export function readyJoining(by: string, type: ResourceType): Tree {
  const tree = check(parse(by), type, 'text')
  const bases = basesOf(tree)
  if (bases.has('nothing'))
    throw new Refusal(
      'invalid_input',
      bases.size === 1
        ? 'This rule reads nothing of a person.'
        : 'For some people this rule would give a text that says nothing of them, and join who has nothing in common.' +
            ' Let it give nothing there.',
    )
  if (bases.has('address'))
    throw new Refusal(
      'invalid_input',
      'An e-mail address by itself does not say who somebody is: whoever administers one identity provider may write' +
        " another's there, and leave out all else. Compare what both have from one source, such as an employee number.",
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

/** What a text that a rule gives may rest upon: nothing of the person, an e-mail address alone, or more. */
type Basis = 'nothing' | 'address' | 'more'

/** All that it may, whatever is there of somebody and whatever is not. */
function basesOf(tree: Tree): ReadonlySet<Basis> {
  switch (tree.kind) {
    case 'literal':
      return new Set(['nothing'])
    case 'path':
      return new Set([tree.attribute === 'emails' ? 'address' : 'more'])
    case 'call':
      return basesOfCall(tree)
    // A yes or no tells nobody apart.
    default:
      return new Set(['nothing'])
  }
}

function basesOfCall({ name, args }: Extract<Tree, { kind: 'call' }>): ReadonlySet<Basis> {
  const bases = args.map(basesOf)
  switch (name) {
    case 'first':
      return union(bases)
    case 'if':
    case 'join':
      return union(bases.slice(1))
    case 'concat':
      return bases.reduce(both)
    default:
      return bases[0] ?? new Set()
  }
}

function union(bases: readonly ReadonlySet<Basis>[]): ReadonlySet<Basis> {
  return new Set(bases.flatMap((each) => [...each]))
}

/** Of a text that rests upon one of each. */
function both(one: ReadonlySet<Basis>, other: ReadonlySet<Basis>): ReadonlySet<Basis> {
  const stronger = (a: Basis, b: Basis) => (STRENGTH.indexOf(a) > STRENGTH.indexOf(b) ? a : b)
  return new Set([...one].flatMap((a) => Array.from(other, (b) => stronger(a, b))))
}

const STRENGTH: readonly Basis[] = ['nothing', 'address', 'more']
