import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Refusal } from '../../lib/index.ts'
import { declareExtension, resourceType, RESOURCE_TYPES, typesWith } from '../../scim/index.ts'
import { check } from './check.ts'
import { parse, print } from './language.ts'

const [USER = resourceType('User')] = typesWith(RESOURCE_TYPES, [
  declareExtension(
    {
      resourceType: 'User',
      id: 'urn:acme:User',
      name: 'Acme',
      description: '',
      attributes: [
        { name: 'badge', type: 'integer' },
        { name: 'tags', multiValued: true },
      ],
    },
    [],
    RESOURCE_TYPES,
  ),
])

for (const [written, printed] of [
  ['USERNAME', 'userName'],
  ['Name.GivenName', 'name.givenName'],
  ['EMAILS[TYPE eq "work"].VALUE', 'emails[type eq "work"].value'],
  ['urn:ACME:user:tags[value eq "x"]', 'urn:acme:User:tags[value eq "x"]'],
  ['urn:ietf:params:scim:schemas:core:2.0:User:userName', 'userName'],
  ['concat(urn:acme:User:badge, "-", userName)', 'concat(urn:acme:User:badge, "-", userName)'],
  ['if(emails pr, emails.value, userName)', 'if(emails pr, emails.value, userName)'],
] as const)
  test(`${written} is taken, spelled as the schemas do`, () => {
    assert.equal(print(check(parse(written), USER, 'text')), printed)
  })

for (const [written, gives, message] of [
  ['usrName', 'text', 'At character 1: A User has no attribute "usrName". Did you mean userName?'],
  [
    'department',
    'text',
    'At character 1: A User has no attribute "department". Write urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department',
  ],
  [
    'lower(name.givenNam)',
    'text',
    'At character 7: "name" has no part "givenNam". Did you mean givenName?',
  ],
  [
    'emails',
    'text',
    'At character 1: This rule takes text, and emails is several parts. Name one of them, as in emails.value, or ask whether it is there: emails pr',
  ],
  [
    'active',
    'text',
    'At character 1: This rule takes text, and active is true or false. Write concat(active) for it as text.',
  ],
  [
    'lower(urn:acme:User:badge)',
    'text',
    'At character 7: lower, argument 1, takes text, and urn:acme:User:badge is a number. Write concat(urn:acme:User:badge) for it as text.',
  ],
  [
    'userType',
    'boolean',
    'At character 1: This rule takes true or false, and userType is text. Compare it, as in userType eq "…", or ask whether it is there: userType pr',
  ],
  [
    'before(userName)',
    'text',
    'At character 1: before takes 2 values, as in before(userName, "@")',
  ],
  ['lower()', 'text', 'At character 1: lower takes one value, as in lower(userName)'],
  [
    'first()',
    'text',
    'At character 1: first takes at least 1 values, as in first(emails[type eq "work"].value, emails.value)',
  ],
  [
    'first(userName, active)',
    'text',
    'At character 17: first, argument 2, takes text, and active is true or false. Write concat(active) for it as text.',
  ],
  [
    'userName[value eq "x"]',
    'text',
    'At character 1: "userName" is no list, so brackets choose nothing of it.',
  ],
  [
    'emails[userName eq "x"].value',
    'text',
    'At character 8: In the brackets of "emails" there is no "userName". It has value, display, type, primary.',
  ],
  [
    'emails[type].value',
    'text',
    'At character 8: What stands in brackets takes true or false, and type is text. Compare it, as in type eq "…", or ask whether it is there: type pr',
  ],
  [
    'urn:acme:User:badge sw "7"',
    'boolean',
    'At character 1: "sw" takes text, and urn:acme:User:badge is a number. Write concat(urn:acme:User:badge) for it as text.',
  ],
  ['password', 'text', 'At character 1: "password" cannot be read by a rule.'],
  ['groups.value', 'text', 'At character 1: "groups" cannot be read by a rule.'],
  ['meta.location', 'text', 'At character 1: "meta" cannot be read by a rule.'],
  [
    'urn:globex:User:x',
    'text',
    'At character 1: This connection has no schema "urn:globex:User" for a User. There are urn:ietf:params:scim:schemas:extension:enterprise:2.0:User, urn:acme:User.',
  ],
] as const)
  test(`${written} as ${gives} is refused, with the place and what to write instead`, () => {
    assert.throws(
      () => check(parse(written), USER, gives),
      (error) => {
        assert.ok(error instanceof Refusal)
        assert.deepEqual([error.code, error.message], ['invalid_input', message])
        return true
      },
    )
  })
