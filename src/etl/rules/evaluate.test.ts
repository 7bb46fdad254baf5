import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Body, Json } from '../../scim/index.ts'
import { evaluate } from './evaluate.ts'
import { MOST_TEXT, OutOfBounds } from './functions.ts'
import { parse } from './language.ts'
import { trees } from '../../../test/support/rule-trees.ts'

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

const NADIA: Body = {
  userName: 'Nadia@acme.example',
  active: true,
  name: { givenName: 'Nadia', familyName: 'Osei' },
  nickName: ' ',
  title: '𝔇r. Osei',
  emails: [
    { value: 'private@example.com', type: 'home' },
    { value: 'nadia@acme.example', type: 'work', primary: true },
    { value: 'n.osei@acme.example', type: 'work' },
  ],
  phoneNumbers: [{ value: '1' }, { value: '2' }],
  [ENTERPRISE]: { department: 'Field', manager: { displayName: 'Omar' } },
  'urn:acme:User': { badge: 7, tags: ['x', 'y'] },
}

for (const [rule, expected] of [
  // Attributes.
  ['userName', 'Nadia@acme.example'],
  ['active', true],
  ['name.givenName', 'Nadia'],
  ['nickName', undefined],
  ['displayName', undefined],
  ['name', undefined],
  ['toString', undefined],
  ['emails.value', 'nadia@acme.example'],
  ['phoneNumbers.value', '1'],
  ['emails[type eq "home"].value', 'private@example.com'],
  ['emails[type eq "work" and not(primary eq true)].value', 'n.osei@acme.example'],
  ['emails[type eq "other"].value', undefined],
  [`${ENTERPRISE}:department`, 'Field'],
  [`${ENTERPRISE}:manager.displayName`, 'Omar'],
  ['urn:acme:User:badge', 7],
  ['urn:acme:User:tags[value eq "y"]', 'y'],
  ['urn:other:User:badge', undefined],
  // Functions.
  ['lower(userName)', 'nadia@acme.example'],
  ['upper(name.familyName)', 'OSEI'],
  ['trim("  a b ")', 'a b'],
  ['before(userName, "@")', 'Nadia'],
  ['after(userName, "@")', 'acme.example'],
  ['before(userName, "#")', undefined],
  ['before(userName, "")', undefined],
  ['replace(userName, "acme", "globex")', 'Nadia@globex.example'],
  ['replace("a.b.c", ".", "-")', 'a-b-c'],
  ['replace("abc", "", "-")', 'abc'],
  ['substring(title, 0, 1)', '𝔇'],
  ['substring(userName, 6)', 'acme.example'],
  ['substring(userName, 99)', undefined],
  ['substring(userName, -5, 3)', 'Nad'],
  ['concat(name.givenName, " ", name.familyName)', 'Nadia Osei'],
  ['concat(name.givenName, " ", name.middleName)', undefined],
  ['concat("b-", urn:acme:User:badge, active)', 'b-7true'],
  ['join(" ", name.givenName, name.middleName, name.familyName)', 'Nadia Osei'],
  ['join(" ", nickName, displayName)', undefined],
  ['first(displayName, nickName, name.givenName, userName)', 'Nadia'],
  ['lower(displayName)', undefined],
  ['lower(active)', undefined],
  // Conditions.
  ['if(userType eq "Guest", "guest", "staff")', 'staff'],
  ['if(userType eq "Guest", "guest")', undefined],
  ['if(active, "in", "out")', 'in'],
  ['userName eq "NADIA@ACME.EXAMPLE"', true],
  ['userName ew "@acme.example"', true],
  ['userName sw "nad"', true],
  ['userName co "@"', true],
  ['userName ne "x"', true],
  ['displayName ne "x"', true],
  ['displayName eq "x"', false],
  ['displayName sw ""', false],
  ['urn:acme:User:badge eq 7', true],
  ['urn:acme:User:badge eq "7"', false],
  ['name pr', true],
  ['nickName pr', false],
  ['emails[value ew "@example.com"] pr', true],
  ['emails[value ew "@globex.example"] pr', false],
  ['lower(userName) pr', true],
  ['active and not (userType eq "Guest")', true],
  ['displayName or active', true],
] as const)
  test(`${rule} gives ${JSON.stringify(expected) ?? 'nothing'}`, () => {
    assert.equal(evaluate(parse(rule), NADIA), expected)
  })

test('any rule over any body ends within its bounds', () => {
  // SEC C-8
  const bodies = fc.dictionary(
    fc.constantFrom('userName', 'emails', 'active', 'urn:acme:2.0:User', '__proto__'),
    fc.jsonValue(),
  ) as fc.Arbitrary<Json>
  fc.assert(
    fc.property(trees, bodies, (tree, body) => {
      try {
        const value = evaluate(tree, body)
        if (typeof value === 'string') assert.ok(value.length <= MOST_TEXT && value.isWellFormed())
      } catch (error) {
        assert.ok(error instanceof OutOfBounds, String(error))
      }
    }),
  )
})

for (const [what, rule, body] of [
  [
    'multiplies its text',
    'replace(replace(userName, "a", userName), "a", userName)',
    { userName: 'a'.repeat(999) },
  ],
  [
    'puts long texts together',
    'concat(userName, userName, userName)',
    { userName: 'a'.repeat(2_000) },
  ],
  ['hands on a text without end', 'userName', { userName: 'a'.repeat(60_000) }],
  [
    'looks through a list too often',
    Array.from({ length: 60 }, () => 'emails[value eq "x"] pr').join(' or '),
    { emails: Array.from({ length: 100 }, () => ({ value: 'y' })) },
  ],
] as const)
  test(`a rule that ${what} is stopped`, () => {
    // SEC C-8
    assert.throws(() => evaluate(parse(rule), body), OutOfBounds)
  })
