/** A connection's rules over one person or group: what the facts are that rules are for. Pure. */
import type { IdentityFacts } from '../../identity/index.ts'
import type { Body } from '../../scim/index.ts'
import { Unloadable } from '../unloadable.ts'
import { evaluate } from './evaluate.ts'
import { OutOfBounds, type Value } from './functions.ts'
import type { Tree } from './language.ts'
import { ruleFor, type Rules } from './rule-set.ts'

const TEXTS = ['displayName', 'givenName', 'familyName', 'email', 'locale'] as const

/**
 * @param facts  as they are without rules
 * @throws Unloadable when a rule goes beyond its bounds, or gives no name
 */
export function applyRules(rules: Rules, facts: IdentityFacts, body: Body): IdentityFacts {
  const { places, properties, version } = rules
  const give = (place: string, tree: Tree) => giveOf(place, tree, body, version)
  if (facts.kind === 'group') {
    if (places.groupName === undefined) return facts
    const name = nameOf('groupName', places.groupName, body, version)
    return { ...facts, name, displayName: name }
  }
  const texts = TEXTS.flatMap((place) => {
    const tree = places[place]
    return tree === undefined ? [] : [[place, give(place, tree) ?? null]]
  })
  // A rule narrows: whom the identity provider deactivated stays out, whatever it says.
  const isOut = places.active !== undefined && give('active', places.active) !== true
  return {
    ...facts,
    ...Object.fromEntries(texts),
    ...(places.name === undefined ? {} : { name: nameOf('name', places.name, body, version) }),
    ...(isOut ? { state: 'inactive' as const } : {}),
    ...(properties.length === 0 ? {} : { properties: propertiesOf(rules, facts, body) }),
  }
}

function propertiesOf({ properties, version }: Rules, facts: IdentityFacts, body: Body) {
  const all = new Map(Object.entries(facts.properties))
  for (const [name, tree] of properties) {
    const value = tree === null ? undefined : giveOf(`properties.${name}`, tree, body, version)
    if (value === undefined) all.delete(name)
    else all.set(name, value)
  }
  return Object.fromEntries(all)
}

function nameOf(place: string, tree: Tree, body: Body, version: number): string {
  const name = giveOf(place, tree, body, version)
  if (typeof name === 'string') return name
  throw new Unloadable(
    `${ruleFor(place, version)} gives nothing here. Let it name what to take then, as in first(…, userName).`,
  )
}

function giveOf(place: string, tree: Tree, body: Body, version: number): Value | undefined {
  try {
    return evaluate(tree, body)
  } catch (error) {
    if (!(error instanceof OutOfBounds)) throw error
    throw new Unloadable(`${ruleFor(place, version)}: ${error.message}`, {
      cause: error,
    })
  }
}
