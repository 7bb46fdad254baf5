import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { trees } from '../../../test/support/rule-trees.ts'
import { readFqn, renderFqn } from '../../identity/index.ts'
import { Refusal } from '../../lib/index.ts'
import { type Body, RESOURCE_TYPES } from '../../scim/index.ts'
import type { PresentResource } from '../../sync/index.ts'
import { factsOf } from '../transform.ts'
import { Unloadable } from '../unloadable.ts'
import { checkRuleSet, readyRules, type RuleSet } from './rule-set.ts'

const ID = '01m6dqs9m0ea3abww7epkqz0fz'

function person(body: Body, more: Partial<PresentResource> = {}): PresentResource {
  return {
    resourceId: `usr_${ID}`,
    connectionId: 'con_1',
    type: 'User',
    active: true,
    body: { userName: 'Nadia@acme.example', ...body },
    ...more,
  }
}

function ruled(resource: PresentResource, rules: RuleSet, version = 3) {
  return factsOf(resource, 'Okta', readyRules(checkRuleSet(rules, RESOURCE_TYPES), version))
}

test('each place takes what its rule gives, and the others stay as they are without rules', () => {
  const body = {
    name: { givenName: 'Nadia', familyName: 'Osei' },
    displayName: 'N. Osei',
    emails: [{ value: 'n@home.example' }, { value: 'n@acme.example', type: 'work' }],
    title: 'Dr',
  }

  const facts = ruled(person(body), {
    name: 'lower(userName)',
    displayName: 'join(" ", title, name.familyName)',
    email: 'emails[type eq "work"].value',
    locale: 'locale',
  })

  const plain = factsOf(person(body), 'Okta')
  assert.deepEqual(facts, {
    ...plain,
    name: 'nadia@acme.example',
    displayName: 'Dr Osei',
    email: 'n@acme.example',
    locale: null,
  })
})

test('a property is added, replaced and left out by name', () => {
  const { properties } = ruled(person({ title: 'Dr', nickName: 'N', userType: 'Staff' }), {
    properties: {
      handle: 'before(userName, "@")',
      title: 'upper(title)',
      nickName: null,
      x: 'locale',
    },
  })

  assert.deepEqual(properties, { handle: 'Nadia', title: 'DR', userType: 'Staff' })
})

test('a rule for active lets out whom it is not true for, and lets nobody in', () => {
  const stateOf = (active: boolean, userType: string) =>
    ruled(person({ userType }, { active }), { active: 'userType ne "Guest"' }).state

  assert.equal(stateOf(true, 'Staff'), 'active')
  assert.equal(stateOf(true, 'Guest'), 'inactive')
  assert.equal(stateOf(false, 'Staff'), 'inactive')
})

test('a group is called and shown as its rule says, and rules for people do not touch it', () => {
  const group = person(
    {},
    { type: 'Group', resourceId: `grp_${ID}`, body: { displayName: 'okta-Crew' } },
  )

  const facts = ruled(group, { groupName: 'after(displayName, "-")', name: '"x"', active: 'false' })

  assert.deepEqual([facts.name, facts.displayName, facts.state], ['Crew', 'Crew', 'active'])
})

for (const [what, rules, reason] of [
  ['gives no name', { name: 'nickName' }, /The rule for name \(version 3\) gives nothing here\./],
  [
    'gives a name that cannot be one',
    { name: '"a\\u0007b"' },
    /control characters.*The rule for name \(version 3\) gave it\./,
  ],
  [
    'goes beyond its bounds',
    { displayName: 'replace(title, "a", title)' },
    /The rule for displayName \(version 3\): It would give a text of more than 4096 characters\./,
  ],
] satisfies [string, RuleSet, RegExp][])
  test(`whom a rule ${what} for cannot be loaded, and the reason names the rule`, () => {
    assert.throws(
      () => ruled(person({ title: 'a'.repeat(1_000) }), rules),
      (error) => error instanceof Unloadable && reason.test(error.message),
    )
  })

test('no rule and nothing that is sent names somebody under another label', () => {
  // SEC N-1
  const resources = fc
    .record({ userName: fc.string(), displayName: fc.string() })
    .map((body) => person(body))
  fc.assert(
    fc.property(trees, resources, (tree, resource) => {
      const rules = { version: 1, places: { name: tree }, properties: [] }
      try {
        const { label, name } = factsOf(resource, 'Okta', rules)

        assert.equal(label, 'Okta')
        assert.deepEqual(readFqn(renderFqn(label, name)), { label, name })
      } catch (error) {
        assert.ok(error instanceof Unloadable, String(error))
      }
    }),
  )
})

test('a rule set is refused with the place and the character', () => {
  const refusalOf = (rules: RuleSet) => {
    try {
      checkRuleSet(rules, RESOURCE_TYPES)
      return undefined
    } catch (error) {
      return error instanceof Refusal ? error.message : String(error)
    }
  }

  assert.match(refusalOf({ name: 'lower(usrName)' }) ?? '', /^name: At character 7: /)
  assert.match(refusalOf({ active: 'userName' }) ?? '', /^active: At character 1: /)
  assert.match(refusalOf({ groupName: 'userName' }) ?? '', /^groupName: .*A Group has no attribute/)
  assert.match(refusalOf({ properties: { x: '(' } }) ?? '', /^properties\.x: /)
  assert.equal(refusalOf({ properties: { x: 'active' } }), undefined)
})

test('a rule that is only tried out is named without a version', () => {
  assert.throws(
    () => ruled(person({}), { name: 'nickName' }, 0),
    /^Error: The rule for name gives nothing here\./,
  )
})
