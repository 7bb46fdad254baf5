/** Rules of any form, for the properties that all of them have. */
import fc from 'fast-check'
import { FUNCTIONS, type FunctionName } from '../../src/etl/rules/functions.ts'
import { OPERATORS, type Tree } from '../../src/etl/rules/language.ts'

const NAMES = Object.keys(FUNCTIONS) as FunctionName[]

/** Any tree that has a text, as deep as texts may be. */
export const trees: fc.Arbitrary<Tree> = fc.letrec<{ tree: Tree }>((tie) => {
  const name = fc.constantFrom('userName', 'emails', 'value', 'type', 'active', 'x-1', '$ref')
  const schema = fc.option(fc.constant('urn:acme:2.0:User'), { nil: undefined })
  const sub = fc.option(name, { nil: undefined })
  const where = fc.option(tie('tree'), { nil: undefined })
  const tree = tie('tree')
  const path = fc
    .record({ schema, attribute: name, sub, where })
    .map((given) => ({ kind: 'path', at: 0, ...withoutUndefined(given) }) as Tree)
  return {
    tree: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      fc
        .oneof(
          fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0')),
          fc.boolean(),
          fc.integer(),
          fc.constantFrom(0.5, -1.25),
        )
        .map((value): Tree => ({ kind: 'literal', value, at: 0 })),
      path,
      fc
        .record({ name: fc.constantFrom(...NAMES), args: fc.array(tree, { maxLength: 3 }) })
        .map((given): Tree => ({ kind: 'call', at: 0, ...given })),
      fc
        .record({ operator: fc.constantFrom(...OPERATORS), left: tree, right: tree })
        .map((given): Tree => ({ kind: 'compare', at: 0, ...given })),
      tree.map((of): Tree => ({ kind: 'present', of, at: 0 })),
      fc
        .record({
          kind: fc.constantFrom('and' as const, 'or' as const),
          of: fc.array(tree, { minLength: 2, maxLength: 3 }),
        })
        .map((given): Tree => ({ at: 0, ...given })),
    ),
  }
}).tree

function withoutUndefined(given: object): object {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}
