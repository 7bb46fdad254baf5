/**
 * A rule over one body: pure, and within bounds whatever the rule and the body are (SEC C-8).
 *
 * What is not there is absent, and so is what is of another kind than the rule expects: a rule does
 * not fail, it gives nothing. Blank text counts as absent, as everywhere in the loader. A path into a
 * list means the element marked primary, else the first. Comparisons do not know letter case; with
 * something absent they are false, and `ne`, the opposite of `eq`, is true.
 */
import { fold } from '../../lib/index.ts'
import type { Json } from '../../scim/index.ts'
import { FUNCTIONS, MOST_TEXT, OutOfBounds, type RuleFunction, type Value } from './functions.ts'
import type { Path, Tree } from './language.ts'

/** Of one rule over one body: a node is a step, and so is each 256 characters that it reads. */
export const MOST_STEPS = 10_000

interface Budget {
  steps: number
}

/** @throws OutOfBounds when it would take too many steps, or give too much */
export function evaluate(tree: Tree, body: Json): Value | undefined {
  const value = valueOf(tree, body, { steps: MOST_STEPS })
  if (typeof value === 'string' && value.length > MOST_TEXT)
    throw new OutOfBounds(`It gives a text of more than ${MOST_TEXT} characters.`)
  return value
}

function valueOf(tree: Tree, body: Json, budget: Budget): Value | undefined {
  spend(budget, 1)
  switch (tree.kind) {
    case 'literal':
      return tree.value
    case 'path': {
      const elements = elementsOf(tree, body, budget)
      const chosen = elements.find((each) => own(each, 'primary') === true) ?? elements[0]
      return thereOrNot(partOf(tree, chosen))
    }
    case 'call': {
      const args = tree.args.map((each) => valueOf(each, body, budget))
      for (const each of args) if (typeof each === 'string') spend(budget, each.length >> 8)
      const { apply }: RuleFunction = FUNCTIONS[tree.name]
      return thereOrNot(apply(args))
    }
    case 'compare': {
      const [left, right] = [tree.left, tree.right].map((each) => valueOf(each, body, budget))
      for (const each of [left, right])
        if (typeof each === 'string') spend(budget, each.length >> 8)
      if (tree.operator === 'ne') return !compare('eq', left, right)
      return compare(tree.operator, left, right)
    }
    case 'present':
      if (tree.of.kind !== 'path') return valueOf(tree.of, body, budget) !== undefined
      return elementsOf(tree.of, body, budget).some((each) =>
        isThere(partOf(tree.of as Path, each)),
      )
    case 'and':
      return tree.of.every((each) => valueOf(each, body, budget) === true)
    case 'or':
      return tree.of.some((each) => valueOf(each, body, budget) === true)
  }
}

/** What a path names before its sub-attribute: one value, or those of a list that are meant. */
function elementsOf(path: Path, body: Json, budget: Budget): readonly Json[] {
  const { schema, attribute, where } = path
  const found = own(schema === undefined ? body : own(body, schema), attribute)
  const elements =
    found === undefined ? [] : Array.isArray(found) ? (found as readonly Json[]) : [found]
  spend(budget, elements.length)
  if (where === undefined) return elements
  return elements.filter(
    // The elements of a list of plain values are called value (RFC 7643 section 2.4).
    (each) => valueOf(where, isObject(each) ? each : { value: each }, budget) === true,
  )
}

function partOf({ sub }: Path, element: Json | undefined): Json | undefined {
  return sub === undefined ? element : own(element, sub)
}

function compare(
  operator: 'eq' | 'co' | 'sw' | 'ew',
  left: Value | undefined,
  right: Value | undefined,
): boolean {
  if (typeof left !== 'string' || typeof right !== 'string')
    return operator === 'eq' && left !== undefined && left === right
  const [whole, part] = [fold(left), fold(right)]
  switch (operator) {
    case 'eq':
      return whole === part
    case 'co':
      return whole.includes(part)
    case 'sw':
      return whole.startsWith(part)
    case 'ew':
      return whole.endsWith(part)
  }
}

function thereOrNot(value: Json | undefined): Value | undefined {
  if (typeof value === 'string') return value.trim() === '' ? undefined : value
  return typeof value === 'number' || typeof value === 'boolean' ? value : undefined
}

function isThere(value: Json | undefined): boolean {
  if (Array.isArray(value)) return value.length > 0
  return isObject(value) ? Object.keys(value).length > 0 : thereOrNot(value) !== undefined
}

function own(value: Json | undefined, name: string): Json | undefined {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
}

function isObject(value: Json | undefined): value is { readonly [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function spend(budget: Budget, steps: number): void {
  budget.steps -= steps
  if (budget.steps < 0) throw new OutOfBounds(`It would take more than ${MOST_STEPS} steps.`)
}
