/** The lines of docs/reference/rules.md, from the places and functions that there are. */
import { FUNCTIONS, PLACES, type RuleFunction } from '../src/etl/index.ts'

export function ruleLines(): string[] {
  const places = Object.entries(PLACES).map(
    ([name, { of, gives, is }]) =>
      `| \`${name}\` | ${of === 'User' ? 'a person' : 'a group'} | ${WORDS[gives]} | ${is} |`,
  )
  const functions = Object.entries<RuleFunction>(FUNCTIONS).map(
    ([name, { does, example }]) => `| \`${name}\` | ${does} | \`${example}\` |`,
  )
  return [
    'How to work with rules is in [the guide](../guides/rules.md).',
    '',
    '## Places',
    '',
    '| Place | Of | The rule gives | It is |',
    '|---|---|---|---|',
    ...places,
    '| `properties.…` | a person | text, a number, or true or false; `null` instead of a rule leaves it out | A property under that name, beside or instead of what is there. |',
    '| `roles.…` | a person | the ids of groups instead of a rule | A role that the members of these groups have. |',
    '',
    '## Functions',
    '',
    '| Function | Gives | Example |',
    '|---|---|---|',
    ...functions,
    '',
    'Where something that a function needs is not there, it gives nothing; `join`, `first`, `if` and `not` say themselves',
    'what they do then.',
  ]
}

const WORDS = { text: 'text', boolean: 'true or false' }
