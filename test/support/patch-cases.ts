/** What each form of PATCH does to a person (RFC 7644 sections 3.5.2.1 to 3.5.2.3). */
import { ENTERPRISE, USER } from './scim.ts'

/** What a person has beside id, schemas, userName, active, groups and meta. */
export function profileOf(resource: Record<string, unknown>): Record<string, unknown> {
  const { id: _id, schemas: _s, userName: _u, active: _a, groups: _g, meta: _m, ...rest } = resource
  return rest
}

export const work = (value: string, more: object = {}) => ({ value, type: 'work', ...more })
export const home = (value: string, more: object = {}) => ({ value, type: 'home', ...more })

/** What it shows, what is there, what is done, what is there then. */
export type PatchCase = readonly [
  what: string,
  before: object,
  operations: object | readonly object[],
  after: object,
]

export const APPLIED: readonly PatchCase[] = [
  // Section 3.5.2.1
  ['add sets an attribute', {}, { op: 'add', path: 'title', value: 'Lead' }, { title: 'Lead' }],
  [
    'add to one value replaces it',
    { title: 'Lead' },
    { op: 'add', path: 'title', value: 'Head' },
    { title: 'Head' },
  ],
  [
    'add to a complex value keeps the parts not named',
    { name: { givenName: 'A', familyName: 'B' } },
    { op: 'add', path: 'name', value: { familyName: 'C' } },
    { name: { givenName: 'A', familyName: 'C' } },
  ],
  [
    'add to a list appends',
    { emails: [work('a')] },
    { op: 'add', path: 'emails', value: [home('b')] },
    { emails: [work('a'), home('b')] },
  ],
  [
    'add to a list of what is there adds nothing',
    { emails: [work('a'), home('b')] },
    { op: 'add', path: 'emails', value: [home('b'), work('a')] },
    { emails: [work('a'), home('b')] },
  ],
  [
    'add of a known value brings the parts it did not have',
    { emails: [work('a')] },
    { op: 'add', path: 'emails', value: [work('a', { display: 'A' })] },
    { emails: [work('a', { display: 'A' })] },
  ],
  [
    'add without a path takes every attribute of the value',
    {},
    { op: 'add', value: { title: 'T', emails: [work('a')], 'name.givenName': 'G' } },
    { title: 'T', emails: [work('a')], name: { givenName: 'G' } },
  ],
  [
    'add to elements that a filter selects sets the part in each of them',
    { emails: [work('a'), work('b'), home('c')] },
    { op: 'add', path: 'emails[type eq "work"].display', value: 'D' },
    { emails: [work('a', { display: 'D' }), work('b', { display: 'D' }), home('c')] },
  ],
  [
    'add of a part to a list means every element',
    { emails: [work('a'), home('b')] },
    { op: 'add', path: 'emails.display', value: 'D' },
    { emails: [work('a', { display: 'D' }), home('b', { display: 'D' })] },
  ],
  [
    'add of a primary takes it over',
    { emails: [work('a', { primary: true })] },
    { op: 'add', path: 'emails', value: home('b', { primary: true }) },
    { emails: [work('a', { primary: false }), home('b', { primary: true })] },
  ],
  // Section 3.5.2.2
  [
    'remove takes one value away',
    { title: 'T', nickName: 'N' },
    { op: 'remove', path: 'title' },
    { nickName: 'N' },
  ],
  ['remove of what is not there is nothing', {}, { op: 'remove', path: 'title' }, {}],
  [
    'remove of a part leaves the others, and nothing when there are none',
    { name: { givenName: 'A', familyName: 'B' }, [ENTERPRISE]: { manager: { value: 'usr_1' } } },
    [
      { op: 'remove', path: 'name.givenName' },
      { op: 'remove', path: `${ENTERPRISE}:manager.value` },
    ],
    { name: { familyName: 'B' } },
  ],
  [
    'remove of a list takes all of it',
    { emails: [work('a'), home('b')] },
    { op: 'remove', path: 'emails' },
    {},
  ],
  [
    'remove of the elements that a filter selects',
    { emails: [work('a'), home('b')] },
    { op: 'remove', path: 'emails[type eq "work" and value eq "a"]' },
    { emails: [home('b')] },
  ],
  [
    'remove of the last element takes the list away',
    { emails: [work('a')] },
    { op: 'remove', path: 'emails[value eq "a"]' },
    {},
  ],
  [
    'remove of what a filter does not find is nothing',
    { emails: [work('a')] },
    { op: 'remove', path: 'emails[value eq "x"]' },
    { emails: [work('a')] },
  ],
  [
    'remove of a part of the elements that a filter selects, whatever value is named',
    { emails: [work('a', { display: 'D' })] },
    { op: 'remove', path: 'emails[type eq "work"].display', value: 'other' },
    { emails: [work('a')] },
  ],
  [
    'remove with a list of values takes those and no others',
    { emails: [work('a'), home('b')] },
    { op: 'remove', path: 'emails', value: [{ value: 'a' }] },
    { emails: [home('b')] },
  ],
  [
    'remove with an empty list of values takes nobody',
    { emails: [work('a')] },
    { op: 'remove', path: 'emails', value: [] },
    { emails: [work('a')] },
  ],
  [
    'remove of a whole extension',
    { title: 'T', [ENTERPRISE]: { department: 'D' } },
    { op: 'remove', path: ENTERPRISE },
    { title: 'T' },
  ],
  // Section 3.5.2.3
  [
    'replace of a complex value keeps the parts not named, and clears those that are null',
    { name: { givenName: 'A', middleName: 'M', familyName: 'B' } },
    { op: 'replace', path: 'name', value: { familyName: 'C', middleName: null } },
    { name: { givenName: 'A', familyName: 'C' } },
  ],
  [
    'replace of a list replaces all of it',
    { emails: [work('a'), home('b')] },
    { op: 'replace', path: 'emails', value: [work('c')] },
    { emails: [work('c')] },
  ],
  [
    'replace of a list by an empty one, and of a value by null, clears it',
    { title: 'T', emails: [work('a')] },
    [
      { op: 'replace', path: 'emails', value: [] },
      { op: 'replace', path: 'title', value: null },
    ],
    {},
  ],
  [
    'replace of an element keeps of it what its filter says, and nothing else',
    { emails: [work('a', { display: 'D' }), home('b')] },
    { op: 'replace', path: 'emails[type eq "work"]', value: { value: 'c' } },
    { emails: [work('c'), home('b')] },
  ],
  [
    'replace of an element by null removes it',
    { emails: [work('a'), home('b')] },
    { op: 'replace', path: 'emails[type eq "work"]', value: null },
    { emails: [home('b')] },
  ],
  [
    'replace of a part of one element makes it the primary in the place of the other',
    { emails: [work('a', { primary: true }), home('b')] },
    { op: 'replace', path: 'emails[type eq "home"].primary', value: true },
    { emails: [work('a', { primary: false }), home('b', { primary: true })] },
  ],
  [
    'replace where a filter of eq and and finds nothing makes the element',
    {},
    {
      op: 'replace',
      path: 'phoneNumbers[type eq "mobile" and primary eq "True"].value',
      value: '1',
    },
    { phoneNumbers: [{ type: 'mobile', primary: true, value: '1' }] },
  ],
  [
    'a value that clears makes no element',
    {},
    { op: 'replace', path: 'emails[type eq "work"].value', value: '' },
    {},
  ],
  [
    'an extension by its URN, as an object, merges',
    { [ENTERPRISE]: { department: 'D', costCenter: '1' } },
    { op: 'replace', path: ENTERPRISE, value: { department: 'E' } },
    { [ENTERPRISE]: { department: 'E', costCenter: '1' } },
  ],
  [
    'the core schema by its URN, alone or before a name',
    {},
    [
      { op: 'replace', value: { [USER]: { title: 'T' } } },
      { op: 'replace', path: `${USER}:name.givenName`, value: 'G' },
      { op: 'add', path: `${USER}:emails[type eq "work"].value`, value: 'a' },
    ],
    { title: 'T', name: { givenName: 'G' }, emails: [work('a')] },
  ],
  // What clients send of it
  [
    'two operations that each hold a part of a complex value leave both parts',
    { name: { givenName: 'A', familyName: 'B' } },
    [
      { op: 'replace', value: { name: { familyName: 'C' } } },
      { op: 'replace', value: { name: { givenName: 'D' } } },
    ],
    { name: { givenName: 'D', familyName: 'C' } },
  ],
  [
    'three operations on the parts of one new element make one element',
    {},
    [
      { op: 'Add', path: 'emails[type eq "work"].primary', value: 'true' },
      { op: 'Add', path: 'emails[type eq "work"].type', value: 'work' },
      { op: 'Add', path: 'emails[type eq "work"].value', value: 'a' },
    ],
    { emails: [work('a', { primary: true })] },
  ],
  [
    'a boolean in quotes selects by the boolean',
    { roles: [{ value: 'a', primary: true }, { value: 'b' }] },
    { op: 'Replace', path: 'roles[primary eq "True"].value', value: 'c' },
    { roles: [{ value: 'c', primary: true }, { value: 'b' }] },
  ],
  [
    'a manager comes as text and goes with an empty one',
    { [ENTERPRISE]: { department: 'D' } },
    [
      { op: 'Add', path: `${ENTERPRISE}:manager`, value: 'usr_1' },
      { op: 'Replace', path: `${ENTERPRISE}:manager`, value: '' },
    ],
    { [ENTERPRISE]: { department: 'D' } },
  ],
  [
    'a document within a text stays text',
    {},
    { op: 'Add', path: 'roles', value: [{ value: '{"id":"1","value":"auditor"}' }] },
    { roles: [{ value: '{"id":"1","value":"auditor"}' }] },
  ],
  [
    'the value of another type is another element',
    { emails: [work('a')] },
    { op: 'add', path: 'emails', value: [home('a')] },
    { emails: [work('a'), home('a')] },
  ],
  // Section 3.5.2: sequential, names in any case
  [
    'later operations see what earlier ones did',
    {},
    [
      { op: 'add', path: 'emails', value: [work('a')] },
      { op: 'replace', path: 'emails[value eq "a"].type', value: 'home' },
      { op: 'add', path: 'emails', value: [work('b')] },
      { op: 'remove', path: 'emails[type eq "home"]' },
    ],
    { emails: [work('b')] },
  ],
  [
    'names, operators and operations in any letter case come out as the schema spells them',
    { emails: [work('a')] },
    [
      { OP: 'REPLACE', PATH: 'NAME.GIVENNAME', VALUE: 'G' },
      { op: 'Add', path: 'EMAILS[TYPE EQ "work"].DISPLAY', value: 'D' },
      { op: 'add', path: `${ENTERPRISE.toUpperCase()}:DEPARTMENT`, value: 'X' },
    ],
    {
      emails: [work('a', { display: 'D' })],
      name: { givenName: 'G' },
      [ENTERPRISE]: { department: 'X' },
    },
  ],
  [
    'a bracket within a text of the filter is no end of it',
    { emails: [work('a]b.value'), home('c')] },
    { op: 'remove', path: 'emails[value eq "a]b.value"]' },
    { emails: [home('c')] },
  ],
]
