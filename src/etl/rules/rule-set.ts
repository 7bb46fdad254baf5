/**
 * A rule set: which rule gives which fact of the people and groups of one connection, as text that
 * was checked, and as trees that are ready to be applied. What no rule is for stays as the loader
 * does it for everybody.
 *
 * The label is not among the places: it is the connection's, so no rule and nothing that an identity
 * provider sends can name somebody under another label (SEC N-1).
 */
import { type IdentityId, Refusal } from '../../lib/index.ts'
import type { ResourceType } from '../../scim/index.ts'
import { check } from './check.ts'
import type { Kind } from './functions.ts'
import { parse, print, type Tree } from './language.ts'

/** Each place that a rule may be for: of what it is, what the rule gives, and what that is. */
export const PLACES = {
  name: {
    of: 'User',
    gives: 'text',
    is: 'The name in the FQN, after the label; unique in the connection.',
  },
  displayName: { of: 'User', gives: 'text', is: 'How the person is shown.' },
  givenName: { of: 'User', gives: 'text', is: 'Given name.' },
  familyName: { of: 'User', gives: 'text', is: 'Family name.' },
  email: { of: 'User', gives: 'text', is: 'E-mail address.' },
  locale: { of: 'User', gives: 'text', is: 'Language and region.' },
  active: {
    of: 'User',
    gives: 'boolean',
    is: 'Whether somebody counts as active whom the identity provider has not deactivated.',
  },
  groupName: { of: 'Group', gives: 'text', is: 'How a group is called and shown.' },
} as const satisfies Record<string, { of: 'User' | 'Group'; gives: Kind; is: string }>

export type Place = keyof typeof PLACES
const ALL = Object.keys(PLACES) as Place[]

export type RuleSet = { readonly [P in Place]?: string | undefined } & {
  /** By name; null leaves out what would be there under that name. */
  readonly properties?: Readonly<Record<string, string | null>> | undefined
  /** By name of the role, the identity ids of the groups that give it. */
  readonly roles?: Readonly<Record<string, IdentityId[]>> | undefined
}

export const NO_RULES: RuleSet = {}

/** Ready to be applied. */
export interface Rules {
  readonly version: number
  readonly places: { readonly [P in Place]?: Tree }
  readonly properties: readonly (readonly [name: string, Tree | null])[]
}

/**
 * @returns the rules, each in one spelling
 * @throws Refusal `invalid_input`, naming the place and the character
 */
export function checkRuleSet(given: RuleSet, types: readonly ResourceType[]): RuleSet {
  const typeOf = (name: string) => {
    const type = types.find((each) => each.name === name)
    if (type === undefined) throw new Error(`There is no resource type ${name}.`)
    return type
  }
  const places = ALL.flatMap((place) => {
    const text = given[place]
    const { of, gives } = PLACES[place]
    return text === undefined ? [] : [[place, checkRule(place, text, typeOf(of), gives)]]
  })
  const properties = Object.entries(given.properties ?? {}).map(([name, text]) => [
    name,
    text === null ? null : checkRule(`properties.${name}`, text, typeOf('User'), 'any'),
  ])
  return {
    ...Object.fromEntries(places),
    ...(properties.length === 0 ? {} : { properties: Object.fromEntries(properties) }),
    ...(Object.keys(given.roles ?? {}).length === 0 ? {} : { roles: given.roles }),
  }
}

function checkRule(place: string, text: string, type: ResourceType, gives: Kind | 'any'): string {
  try {
    return print(check(parse(text), type, gives))
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    throw new Refusal('invalid_input', `${place}: ${error.message}`, { cause: error })
  }
}

/** @param given  as `checkRuleSet` returned it */
export function readyRules(given: RuleSet, version: number): Rules {
  return {
    version,
    places: Object.fromEntries(
      ALL.flatMap((place) => {
        const text = given[place]
        return text === undefined ? [] : [[place, parse(text)]]
      }),
    ),
    properties: Object.entries(given.properties ?? {}).map(([name, text]) => [
      name,
      text === null ? null : parse(text),
    ]),
  }
}

/** As a reason names it; what is only tried out has no version, which is 0. */
export function ruleFor(place: string, version: number): string {
  return version === 0 ? `The rule for ${place}` : `The rule for ${place} (version ${version})`
}
