/** PATCH: messages, paths and the three operations. */
import type { Check, Group, Level } from '../check.ts'
import type { Operation, Scim } from '../client.ts'
import {
  at,
  type Doc,
  elementsOfText,
  expectDone,
  expectEqual,
  expectError,
  expectStatus,
  expectThat,
  parts,
} from '../expect.ts'
import { ENTERPRISE, PATCH_OP, USER } from '../names.ts'

const ADD = 'RFC 7644 §3.5.2.1'
const REMOVE = 'RFC 7644 §3.5.2.2'
const REPLACE = 'RFC 7644 §3.5.2.3'

const WORK = { value: 'n@work.example', type: 'work', primary: true }
const HOME = { value: 'n@home.example', type: 'home' }

/** One row: a user, what is done to it, and what it then has. */
interface Row {
  readonly id: string
  readonly title: string
  readonly section: string
  readonly level?: Level
  readonly from: Doc
  readonly operations: readonly Operation[]
  /** The attributes as they are afterwards; undefined for absent. */
  readonly to: Doc
  readonly enterprise?: boolean
}

const ROWS: readonly Row[] = [
  // ---- add
  {
    id: 'add',
    title: 'add sets what was not there',
    section: ADD,
    from: {},
    operations: [{ op: 'add', path: 'title', value: 'Engineer' }],
    to: { title: 'Engineer' },
  },
  {
    id: 'add-over',
    title: 'add on a single value replaces it',
    section: ADD,
    from: { title: 'Engineer' },
    operations: [{ op: 'add', path: 'title', value: 'Pilot' }],
    to: { title: 'Pilot' },
  },
  {
    id: 'add-pathless',
    title: 'add without a path adds what its value holds and leaves the rest',
    section: ADD,
    from: { nickName: 'Nadi' },
    operations: [{ op: 'add', value: { title: 'Engineer', emails: [HOME] } }],
    to: { title: 'Engineer', nickName: 'Nadi', emails: [HOME] },
  },
  {
    id: 'add-list',
    title: 'add to a list appends',
    section: ADD,
    from: { emails: [HOME] },
    operations: [
      { op: 'add', path: 'emails', value: [{ value: 'x@other.example', type: 'other' }] },
    ],
    to: { emails: [HOME, { value: 'x@other.example', type: 'other' }] },
  },
  {
    id: 'add-list-pathless',
    title: 'add to a list without a path appends too',
    section: ADD,
    from: { emails: [HOME] },
    operations: [{ op: 'add', value: { emails: [{ value: 'x@other.example', type: 'other' }] } }],
    to: { emails: [HOME, { value: 'x@other.example', type: 'other' }] },
  },
  {
    id: 'add-one',
    title: 'One value may be added to a list without brackets around it',
    section: ADD,
    from: { emails: [HOME] },
    operations: [{ op: 'add', path: 'emails', value: { value: 'x@other.example', type: 'other' } }],
    to: { emails: [HOME, { value: 'x@other.example', type: 'other' }] },
  },
  {
    id: 'add-twice',
    title: 'add of an element that is there makes no second one',
    section: ADD,
    from: { emails: [HOME] },
    operations: [{ op: 'add', path: 'emails', value: [HOME] }],
    to: { emails: [HOME] },
  },
  {
    id: 'add-sub',
    title: 'add of a sub-attribute keeps its siblings',
    section: ADD,
    from: { name: { givenName: 'Nadia' } },
    operations: [{ op: 'add', path: 'name.familyName', value: 'Osei' }],
    to: { name: { givenName: 'Nadia', familyName: 'Osei' } },
  },
  {
    id: 'add-sub-new',
    title: 'add of a sub-attribute makes the complex attribute',
    section: ADD,
    from: {},
    operations: [{ op: 'add', path: 'name.familyName', value: 'Osei' }],
    to: { name: { familyName: 'Osei' } },
  },
  {
    id: 'add-complex',
    title: 'add of a complex attribute keeps the parts that it does not name',
    section: ADD,
    from: { name: { givenName: 'Nadia', middleName: 'E.' } },
    operations: [{ op: 'add', path: 'name', value: { familyName: 'Osei' } }],
    to: { name: { givenName: 'Nadia', middleName: 'E.', familyName: 'Osei' } },
  },
  {
    id: 'add-filtered',
    title: 'add to the elements that a filter selects',
    section: 'RFC 7644 §3.5.2',
    from: { emails: [WORK, HOME] },
    operations: [{ op: 'add', path: 'emails[type eq "home"].display', value: 'At home' }],
    to: { emails: [WORK, { ...HOME, display: 'At home' }] },
  },
  {
    id: 'add-urn',
    title: 'A path may carry the URN of the core schema, in any case',
    section: 'RFC 7644 §3.10',
    from: {},
    operations: [{ op: 'add', path: `${USER.toUpperCase()}:NAME.familyname`, value: 'Osei' }],
    to: { name: { familyName: 'Osei' } },
  },
  {
    id: 'add-extension',
    title: 'add of an attribute of an extension',
    section: 'RFC 7644 §3.10',
    from: {},
    operations: [{ op: 'add', path: `${ENTERPRISE}:department`, value: 'Navy' }],
    to: { [ENTERPRISE]: { department: 'Navy' } },
    enterprise: true,
  },
  {
    id: 'add-extension-whole',
    title: 'An extension may be added whole, and keeps what it had',
    section: ADD,
    from: { [ENTERPRISE]: { costCenter: 'CC-1' } },
    operations: [{ op: 'add', value: { [ENTERPRISE]: { department: 'Navy' } } }],
    to: { [ENTERPRISE]: { costCenter: 'CC-1', department: 'Navy' } },
    enterprise: true,
  },
  // ---- remove
  {
    id: 'remove',
    title: 'remove takes a single value away',
    section: REMOVE,
    from: { title: 'Engineer', nickName: 'Nadi' },
    operations: [{ op: 'remove', path: 'title' }],
    to: { title: undefined, nickName: 'Nadi' },
  },
  {
    id: 'remove-sub',
    title: 'remove takes one sub-attribute away',
    section: REMOVE,
    from: { name: { givenName: 'Nadia', familyName: 'Osei' } },
    operations: [{ op: 'remove', path: 'name.givenName' }],
    to: { name: { familyName: 'Osei' } },
  },
  {
    id: 'remove-complex',
    title: 'remove takes a complex attribute away with all of its parts',
    section: REMOVE,
    from: { name: { givenName: 'Nadia', familyName: 'Osei' } },
    operations: [{ op: 'remove', path: 'name' }],
    to: { name: undefined },
  },
  {
    id: 'remove-last-sub',
    title: 'Without its last part a complex attribute is gone',
    section: 'RFC 7643 §2.5',
    from: { name: { givenName: 'Nadia' } },
    operations: [{ op: 'remove', path: 'name.givenName' }],
    to: { name: undefined },
  },
  {
    id: 'remove-list',
    title: 'remove of a list takes all of it away',
    section: REMOVE,
    from: { emails: [WORK, HOME] },
    operations: [{ op: 'remove', path: 'emails' }],
    to: { emails: undefined },
  },
  {
    id: 'remove-filtered',
    title: 'remove takes the elements away that a filter selects, and no others',
    section: REMOVE,
    from: { emails: [WORK, HOME] },
    operations: [{ op: 'remove', path: 'emails[type eq "work"]' }],
    to: { emails: [HOME] },
  },
  {
    id: 'remove-filtered-all',
    title: 'Without its last element a list is gone',
    section: REMOVE,
    from: { emails: [HOME] },
    operations: [{ op: 'remove', path: 'emails[type eq "home"]' }],
    to: { emails: undefined },
  },
  {
    id: 'remove-filtered-complex',
    title: 'The filter of a path may have and, or, not and parentheses',
    section: 'RFC 7644 §3.5.2',
    from: { emails: [WORK, HOME] },
    operations: [
      {
        op: 'remove',
        path: 'emails[type eq "work" and not (value ew "@home.example" or primary ne true)]',
      },
    ],
    to: { emails: [HOME] },
  },
  {
    id: 'remove-filtered-sub',
    title: 'remove takes a sub-attribute of selected elements away',
    section: REMOVE,
    from: { emails: [{ ...WORK, display: 'At work' }, HOME] },
    operations: [{ op: 'remove', path: 'emails[type eq "work"].display' }],
    to: { emails: [WORK, HOME] },
  },
  {
    id: 'remove-absent',
    title: 'remove of what is not there succeeds',
    section: REMOVE,
    from: { nickName: 'Nadi' },
    operations: [
      { op: 'remove', path: 'title' },
      { op: 'remove', path: 'name.middleName' },
    ],
    to: { title: undefined, nickName: 'Nadi' },
  },
  {
    id: 'remove-no-match',
    title: 'remove by a filter that selects nothing succeeds and changes nothing',
    section: REMOVE,
    level: 'SHOULD',
    from: { emails: [HOME] },
    operations: [{ op: 'remove', path: 'emails[type eq "work"]' }],
    to: { emails: [HOME] },
  },
  {
    id: 'remove-extension-attribute',
    title: 'With its last attribute an extension goes',
    section: 'RFC 7643 §3.3',
    from: { [ENTERPRISE]: { department: 'Navy' } },
    operations: [{ op: 'remove', path: `${ENTERPRISE}:department` }],
    to: { [ENTERPRISE]: undefined, schemas: [USER] },
    enterprise: true,
  },
  {
    id: 'remove-extension',
    title: 'An extension may be removed whole by its URN',
    section: REMOVE,
    level: 'SHOULD',
    from: { [ENTERPRISE]: { department: 'Navy', costCenter: 'CC-1' } },
    operations: [{ op: 'remove', path: ENTERPRISE }],
    to: { [ENTERPRISE]: undefined },
    enterprise: true,
  },
  // ---- replace
  {
    id: 'replace',
    title: 'replace sets a single value',
    section: REPLACE,
    from: { title: 'Engineer' },
    operations: [{ op: 'replace', path: 'title', value: 'Pilot' }],
    to: { title: 'Pilot' },
  },
  {
    id: 'replace-absent',
    title: 'replace of what is not there adds it',
    section: REPLACE,
    from: {},
    operations: [{ op: 'replace', path: 'title', value: 'Pilot' }],
    to: { title: 'Pilot' },
  },
  {
    id: 'replace-pathless',
    title: 'replace without a path replaces what its value holds and leaves the rest',
    section: REPLACE,
    from: { title: 'Engineer', nickName: 'Nadi' },
    operations: [{ op: 'replace', value: { title: 'Pilot' } }],
    to: { title: 'Pilot', nickName: 'Nadi' },
  },
  {
    id: 'replace-list',
    title: 'replace of a list without a filter replaces all of it',
    section: REPLACE,
    from: { emails: [WORK, HOME] },
    operations: [{ op: 'replace', path: 'emails', value: [{ value: 'x@other.example' }] }],
    to: { emails: [{ value: 'x@other.example' }] },
  },
  {
    id: 'replace-list-empty',
    title: 'replace of a list with an empty one empties it',
    section: 'RFC 7643 §2.5',
    from: { emails: [WORK, HOME] },
    operations: [{ op: 'replace', path: 'emails', value: [] }],
    to: { emails: undefined },
  },
  {
    id: 'replace-sub',
    title: 'replace of a sub-attribute keeps its siblings',
    section: REPLACE,
    from: { name: { givenName: 'Nadia', familyName: 'Osei' } },
    operations: [{ op: 'replace', path: 'name.familyName', value: 'Mensah' }],
    to: { name: { givenName: 'Nadia', familyName: 'Mensah' } },
  },
  {
    id: 'replace-complex',
    title: 'replace of a complex attribute keeps the parts that it does not name',
    section: REPLACE,
    from: { name: { givenName: 'Nadia', familyName: 'Osei' } },
    operations: [{ op: 'replace', path: 'name', value: { familyName: 'Mensah' } }],
    to: { name: { givenName: 'Nadia', familyName: 'Mensah' } },
  },
  {
    id: 'replace-filtered',
    title: 'replace of a sub-attribute of selected elements touches no others',
    section: REPLACE,
    from: { emails: [WORK, HOME] },
    operations: [
      { op: 'replace', path: 'emails[type eq "work"].value', value: 'new@work.example' },
    ],
    to: { emails: [{ ...WORK, value: 'new@work.example' }, HOME] },
  },
  {
    id: 'replace-filtered-element',
    title: 'replace of a selected element sets the parts that are named',
    section: REPLACE,
    from: { emails: [WORK, HOME] },
    operations: [
      {
        op: 'replace',
        path: 'emails[type eq "home"]',
        value: { value: 'new@home.example', type: 'home' },
      },
    ],
    to: { emails: [WORK, { value: 'new@home.example', type: 'home' }] },
  },
  {
    id: 'replace-extension',
    title: 'replace of an attribute of an extension',
    section: 'RFC 7644 §3.10',
    from: { [ENTERPRISE]: { department: 'Navy', costCenter: 'CC-1' } },
    operations: [
      { op: 'replace', path: `${ENTERPRISE.toLowerCase()}:DEPARTMENT`, value: 'Research' },
    ],
    to: { [ENTERPRISE]: { department: 'Research', costCenter: 'CC-1' } },
    enterprise: true,
  },
  {
    id: 'replace-user-name',
    title: 'The userName may be replaced by one that only differs in case',
    section: REPLACE,
    from: { userName: 'conformance-Aa-SELF@conformance.example' },
    operations: [
      { op: 'replace', path: 'userName', value: 'conformance-aA-self@conformance.example' },
    ],
    to: { userName: 'conformance-aA-self@conformance.example' },
  },
  // ---- null and empty
  {
    id: 'add-filtered-element',
    title: 'add of an element that a filter selects keeps what it does not name',
    section: ADD,
    level: 'SHOULD',
    from: { emails: [WORK, HOME] },
    operations: [{ op: 'add', path: 'emails[type eq "home"]', value: { display: 'At home' } }],
    to: { emails: [WORK, { ...HOME, display: 'At home' }] },
  },
  {
    id: 'new-element-whole',
    title:
      'replace by a filter of eq that selects nothing makes the element with what its value says',
    section: 'clients need: Entra ID',
    level: 'SHOULD',
    from: { emails: [HOME] },
    operations: [
      { op: 'Replace', path: 'emails[type eq "work"]', value: { value: 'n@work.example' } },
    ],
    to: { emails: [HOME, { type: 'work', value: 'n@work.example' }] },
  },
  {
    id: 'name-null',
    title: 'null clears a complex attribute with all of its parts',
    section: 'RFC 7643 §2.5',
    from: { name: { givenName: 'Nadia', familyName: 'Osei' } },
    operations: [{ op: 'replace', path: 'name', value: null }],
    to: { name: undefined },
  },
  {
    id: 'sub-null',
    title: 'null for one part clears that part',
    section: 'RFC 7643 §2.5',
    from: { name: { givenName: 'Nadia', familyName: 'Osei' } },
    operations: [{ op: 'replace', path: 'name', value: { givenName: null } }],
    to: { name: { familyName: 'Osei' } },
  },
  {
    id: 'extension-null',
    title: 'null for an extension clears it',
    section: 'RFC 7643 §2.5',
    level: 'SHOULD',
    from: { [ENTERPRISE]: { department: 'Navy' } },
    operations: [{ op: 'replace', value: { [ENTERPRISE]: null } }],
    to: { [ENTERPRISE]: undefined },
    enterprise: true,
  },
  {
    id: 'name-swap',
    title: 'A rename and back in one message leaves what was there',
    section: 'RFC 7644 §3.5.2',
    from: { title: 'Engineer' },
    operations: [
      { op: 'replace', path: 'title', value: 'Pilot' },
      { op: 'replace', path: 'title', value: 'Engineer' },
    ],
    to: { title: 'Engineer' },
  },
  // ---- null and empty
  {
    id: 'replace-filtered-many',
    title: 'Every element that a filter selects is replaced',
    section: REPLACE,
    from: { emails: [HOME, { value: 'x@other.example', type: 'other' }] },
    operations: [{ op: 'replace', path: 'emails[value co "@"].display', value: 'Mail' }],
    to: {
      emails: [
        { ...HOME, display: 'Mail' },
        { value: 'x@other.example', type: 'other', display: 'Mail' },
      ],
    },
  },
  {
    id: 'replace-extension-whole',
    title: 'An extension may be replaced by its URN as the path',
    section: 'RFC 7644 §3.10',
    level: 'SHOULD',
    from: { [ENTERPRISE]: { department: 'Navy' } },
    operations: [{ op: 'replace', path: ENTERPRISE, value: { department: 'Research' } }],
    to: { [ENTERPRISE]: { department: 'Research' } },
    enterprise: true,
  },
  {
    id: 'manager-sub',
    title: 'A sub-attribute in an extension is reached by URN and dot',
    section: 'RFC 7644 §3.10',
    from: {},
    operations: [{ op: 'add', path: `${ENTERPRISE}:manager.value`, value: 'conformance-manager' }],
    to: { [ENTERPRISE]: { manager: { value: 'conformance-manager' } } },
    enterprise: true,
  },
  {
    id: 'filtered-urn',
    title: 'A path with a filter may carry the URN of the core schema',
    section: 'RFC 7644 §3.10',
    from: { emails: [WORK, HOME] },
    operations: [{ op: 'remove', path: `${USER}:emails[type eq "work"]` }],
    to: { emails: [HOME] },
  },
  {
    id: 'filtered-case',
    title: 'The filter of a path is without regard to case where the attribute is',
    section: 'RFC 7643 §2.2',
    from: { emails: [WORK, HOME] },
    operations: [{ op: 'remove', path: 'EMAILS[TYPE EQ "WORK"]' }],
    to: { emails: [HOME] },
  },
  {
    id: 'filtered-boolean',
    title: 'The filter of a path compares booleans',
    section: 'RFC 7644 §3.5.2',
    from: { emails: [WORK, HOME] },
    operations: [
      { op: 'replace', path: 'emails[primary eq true].value', value: 'new@work.example' },
    ],
    to: { emails: [{ ...WORK, value: 'new@work.example' }, HOME] },
  },
  {
    id: 'add-several',
    title: 'Several elements are added at once, without those that are there',
    section: ADD,
    from: { emails: [HOME] },
    operations: [
      { op: 'add', path: 'emails', value: [HOME, { value: 'x@other.example', type: 'other' }] },
    ],
    to: { emails: [HOME, { value: 'x@other.example', type: 'other' }] },
  },
  {
    id: 'remove-listed',
    title: 'remove of a list with values removes those values and no others',
    section: 'clients need: Entra ID',
    level: 'SHOULD',
    from: { emails: [WORK, HOME] },
    operations: [{ op: 'Remove', path: 'emails', value: [{ value: 'n@home.example' }] }],
    to: { emails: [WORK] },
  },
  {
    id: 'schemas-repeated',
    title: 'schemas that repeats what is so is no error',
    section: 'clients need: authentik',
    from: {},
    operations: [{ op: 'replace', value: { schemas: [USER], title: 'Engineer' } }],
    to: { title: 'Engineer', schemas: [USER] },
  },
  // ---- null and empty
  {
    id: 'null',
    title: 'null clears',
    section: 'RFC 7643 §2.5; clients need: all',
    from: { title: 'Engineer', emails: [HOME] },
    operations: [
      { op: 'replace', path: 'title', value: null },
      { op: 'replace', value: { emails: null } },
    ],
    to: { title: undefined, emails: undefined },
  },
  {
    id: 'empty-text',
    title: 'Empty text clears an optional attribute',
    section: 'clients need: Entra ID, Okta',
    level: 'SHOULD',
    from: { title: 'Engineer' },
    operations: [{ op: 'replace', path: 'title', value: '' }],
    to: { title: undefined },
  },
  // ---- what real clients do
  {
    id: 'op-case',
    title: 'Operations are read in any case',
    section: 'clients need: Entra ID',
    from: { title: 'Engineer', nickName: 'Nadi' },
    operations: [
      { op: 'Replace', path: 'title', value: 'Pilot' },
      { op: 'REMOVE', path: 'nickName' },
      { op: 'Add', path: 'locale', value: 'en-GB' },
    ],
    to: { title: 'Pilot', nickName: undefined, locale: 'en-GB' },
  },
  {
    id: 'dotted',
    title: 'Dotted names in a value without a path are sub-attributes',
    section: 'clients need: Entra ID',
    from: { name: { givenName: 'Nadia' } },
    operations: [{ op: 'replace', value: { 'name.familyName': 'Osei', title: 'Engineer' } }],
    to: { name: { givenName: 'Nadia', familyName: 'Osei' }, title: 'Engineer' },
  },
  {
    id: 'qualified',
    title: 'Qualified names in a value without a path are attributes of the extension',
    section: 'clients need: Entra ID',
    from: {},
    operations: [
      {
        op: 'replace',
        value: { [`${ENTERPRISE}:department`]: 'Navy', [`${USER}:title`]: 'Engineer' },
      },
    ],
    to: { [ENTERPRISE]: { department: 'Navy' }, title: 'Engineer' },
    enterprise: true,
  },
  {
    id: 'boolean-text',
    title: 'Booleans as text are read in any case',
    section: 'clients need: Entra ID, Keycloak',
    from: { active: true },
    operations: [{ op: 'Replace', path: 'active', value: 'False' }],
    to: { active: false },
  },
  {
    id: 'new-element',
    title: 'replace on a filter of eq that selects nothing makes the element',
    section: 'clients need: Entra ID',
    from: { emails: [HOME] },
    operations: [{ op: 'Replace', path: 'emails[type eq "work"].value', value: 'n@work.example' }],
    to: { emails: [HOME, { type: 'work', value: 'n@work.example' }] },
  },
  {
    id: 'new-element-add',
    title: 'add on a filter of eq and and that selects nothing makes the element',
    section: 'clients need: Entra ID',
    from: {},
    operations: [
      {
        op: 'Add',
        path: 'addresses[type eq "work" and country eq "PL"].streetAddress',
        value: 'ul. Przykładowa 7',
      },
    ],
    to: { addresses: [{ type: 'work', country: 'PL', streetAddress: 'ul. Przykładowa 7' }] },
  },
  {
    id: 'new-element-once',
    title: 'Three operations on one new element make one element',
    section: 'clients need: Entra ID',
    from: {},
    operations: [
      { op: 'Add', path: 'emails[type eq "work"].primary', value: 'true' },
      { op: 'Add', path: 'emails[type eq "work"].type', value: 'work' },
      { op: 'Add', path: 'emails[type eq "work"].value', value: 'n@work.example' },
    ],
    to: { emails: [WORK] },
  },
  {
    id: 'partial',
    title: 'Two operations that each hold a part of name leave both parts',
    section: 'clients need: SailPoint',
    from: { name: { middleName: 'E.' } },
    operations: [
      { op: 'replace', value: { name: { familyName: 'Osei' } } },
      { op: 'replace', value: { name: { givenName: 'Nadia' } } },
    ],
    to: { name: { givenName: 'Nadia', middleName: 'E.', familyName: 'Osei' } },
  },
  {
    id: 'unknown-name',
    title: 'A name that nobody knows, in a value without a path, does not stop the others',
    section: 'clients need: Okta, Entra ID',
    from: {},
    operations: [{ op: 'replace', value: { favouriteColour: 'green', title: 'Engineer' } }],
    to: { title: 'Engineer', favouriteColour: undefined },
  },
]

export const patch: Group = {
  name: 'patch',
  title: 'Modify (PATCH)',
  needs: ['patch'],
  checks: [
    ...ROWS.map(checkOf),
    // ---- the message
    {
      id: 'patch.answer',
      level: 'MUST',
      section: 'RFC 7644 §3.5.2',
      title: 'A PATCH answers 200 with the whole resource, or 204 without a body',
      async run(scim) {
        const { path } = await scim.user()
        const answer = await scim.patch(path, { op: 'add', path: 'title', value: 'Engineer' })
        expectStatus(answer, 200, 204)
        if (answer.status === 204) expectEqual(answer.text, '', 'the body')
        else expectEqual(answer.json, await scim.read(path), 'the body')
      },
    },
    {
      id: 'patch.unknown',
      level: 'MUST',
      section: 'RFC 7644 §3.12',
      title: 'A PATCH of an id that nobody has is 404',
      async run(scim) {
        const operation = { op: 'add', path: 'title', value: 'Engineer' }
        expectError(await scim.patch('/Users/conformance-nobody', operation), 404)
      },
    },
    refused(
      'no-schemas',
      'A message without its URN is refused',
      'RFC 7644 §3.5.2',
      { Operations: [{ op: 'add', path: 'title', value: 'Pilot' }] },
      'SHOULD',
    ),
    refused('no-operations', 'A message without Operations is refused', 'RFC 7644 §3.5.2', {
      schemas: [PATCH_OP],
    }),
    refused(
      'empty-operations',
      'An empty list of Operations is refused',
      'RFC 7644 §3.5.2',
      message(),
      'SHOULD',
    ),
    refused('operations-no-list', 'Operations that are no list are refused', 'RFC 7644 §3.5.2', {
      schemas: [PATCH_OP],
      Operations: { op: 'add', path: 'title', value: 'Pilot' },
    }),
    refused(
      'op-missing',
      'An operation without op is refused',
      'RFC 7644 §3.5.2',
      message({ path: 'title', value: 'Pilot' }),
    ),
    refused(
      'unknown-op',
      'An operation that is none is refused',
      'RFC 7644 §3.5.2',
      message({ op: 'move', path: 'title', value: 'Pilot' }),
    ),
    refused(
      'add-without-value',
      'An add without a value is refused',
      ADD,
      message({ op: 'add', path: 'title' }),
    ),
    refused(
      'pathless-text',
      'An add without a path whose value is no object is refused',
      ADD,
      message({ op: 'add', value: 'Pilot' }),
    ),
    refused('whole-resource', 'A resource instead of a message is refused', 'RFC 7644 §3.5.2', {
      schemas: [USER],
      title: 'Pilot',
    }),
    refused(
      'bad-path',
      'A path that is none is refused',
      'RFC 7644 §3.5.2',
      message({ op: 'replace', path: 'name..familyName', value: 'x' }),
    ),
    refused(
      'bad-path-brackets',
      'A path with open brackets is refused',
      'RFC 7644 §3.5.2',
      message({ op: 'replace', path: 'emails[type eq "work"', value: 'x' }),
    ),
    refused(
      'bad-path-filter',
      'A path whose filter is none is refused',
      'RFC 7644 §3.5.2',
      message({ op: 'remove', path: 'emails[type is "work"]' }),
    ),
    refused(
      'wrong-type',
      'A value of a wrong type is refused',
      'RFC 7643 §2.3',
      message({ op: 'replace', path: 'active', value: 'perhaps' }),
    ),
    refused(
      'wrong-type-complex',
      'Text for a complex attribute is refused',
      'RFC 7643 §2.3',
      message({ op: 'replace', path: 'name', value: 'Nadia' }),
    ),
    refused(
      'user-name-null',
      'The userName cannot be cleared',
      'RFC 7643 §4.1.1',
      message({ op: 'replace', path: 'userName', value: null }),
    ),
    refused(
      'user-name-empty',
      'The userName cannot be emptied',
      'RFC 7643 §4.1.1',
      message({ op: 'replace', value: { userName: '' } }),
    ),
    refused(
      'remove-pathless',
      'A remove without a path is refused with noTarget',
      REMOVE,
      message({ op: 'remove' }),
      'MUST',
      'noTarget',
    ),
    refused(
      'remove-required',
      'A remove of the userName is refused with mutability',
      REMOVE,
      message({ op: 'remove', path: 'userName' }),
      'MUST',
      'mutability',
    ),
    refused(
      'remove-read-only',
      'A remove of a read-only attribute is refused with mutability',
      REMOVE,
      message({ op: 'remove', path: 'id' }),
      'MUST',
      'mutability',
    ),
    refused(
      'other-id',
      'Another id is refused with mutability',
      'RFC 7644 §3.5.2; RFC 7643 §3.1',
      message({ op: 'replace', value: { id: 'conformance-other', title: 'Pilot' } }),
      'MUST',
      'mutability',
    ),
    refused(
      'meta',
      'meta.created cannot be written',
      'RFC 7643 §3.1',
      message({ op: 'replace', path: 'meta.created', value: '2001-01-01T00:00:00Z' }),
      'SHOULD',
      'mutability',
    ),
    refused(
      'no-target',
      'replace on a filter that says more than eq and selects nothing is refused with noTarget',
      REPLACE,
      message({ op: 'replace', path: 'emails[value co "nobody"].value', value: 'x@work.example' }),
      'MUST',
      'noTarget',
    ),
    refused(
      'filter-on-single',
      'Brackets on an attribute that holds one value are refused',
      'RFC 7644 §3.5.2',
      message({ op: 'replace', path: 'title[value eq "x"]', value: 'y' }),
    ),
    refused(
      'value-without-name',
      'A filter that names no sub-attribute of the list is refused',
      'RFC 7644 §3.5.2',
      message({ op: 'remove', path: 'emails[nobody eq "x"]' }),
      'SHOULD',
    ),
    refused(
      'too-deep',
      'A path of three names is refused',
      'RFC 7644 §3.10',
      message({ op: 'replace', path: 'name.familyName.more', value: 'x' }),
      'SHOULD',
    ),
    // ---- several operations
    {
      id: 'patch.atomic',
      level: 'MUST',
      section: 'RFC 7644 §3.5.2',
      title: 'If one operation fails none is applied, and lastModified stays',
      async run(scim) {
        const user = await scim.user({ title: 'Engineer' })
        const good = { op: 'replace', path: 'title', value: 'Pilot' }
        expectError(await scim.patch(user.path, good, { op: 'remove', path: 'userName' }), 400)
        expectEqual(await scim.read(user.path), user.doc, 'the resource')
      },
    },
    {
      id: 'patch.sequential',
      level: 'MUST',
      section: 'RFC 7644 §3.5.2',
      title: 'Later operations see what earlier ones did',
      async run(scim) {
        const { path } = await scim.user()
        const seen = await patched(scim, path, [
          { op: 'add', path: 'emails', value: [WORK] },
          { op: 'replace', path: 'emails[type eq "work"].value', value: 'second@work.example' },
          { op: 'add', path: 'title', value: 'Engineer' },
          { op: 'remove', path: 'title' },
        ])
        expectEqual(parts(seen, 'emails'), ['second@work.example'], 'e-mail addresses')
        expectEqual(at(seen, 'title'), undefined, 'title')
      },
    },
    {
      id: 'patch.primary',
      level: 'MUST',
      section: 'RFC 7644 §3.5.2',
      title: 'A new primary element takes it over from the old one',
      async run(scim) {
        const { path } = await scim.user({ emails: [WORK, HOME] })
        const seen = await patched(scim, path, [
          { op: 'add', path: 'emails[type eq "home"].primary', value: true },
        ])
        expectEqual(primaryOf(seen), ['n@home.example'], 'primary addresses')
        const again = await patched(scim, path, [
          {
            op: 'add',
            path: 'emails',
            value: [{ value: 'x@other.example', type: 'other', primary: true }],
          },
        ])
        expectEqual(primaryOf(again), ['x@other.example'], 'primary addresses')
      },
    },
    {
      id: 'patch.no-op',
      level: 'MUST',
      section: ADD,
      title: 'An add of what is there changes nothing, not even lastModified',
      async run(scim) {
        const { path } = await scim.user({ title: 'Engineer', emails: [HOME] })
        const before = await scim.read(path)
        const same = [
          { op: 'add', path: 'title', value: 'Engineer' },
          { op: 'add', path: 'emails', value: [HOME] },
        ]
        expectEqual(await patched(scim, path, same), before, 'the resource')
      },
    },
    {
      id: 'patch.no-op-replace',
      level: 'SHOULD',
      section: 'RFC 7643 §3.1',
      title: 'A replace with what is there leaves lastModified as it was',
      async run(scim) {
        const { path } = await scim.user({ title: 'Engineer' })
        const before = await scim.read(path)
        expectEqual(
          await patched(scim, path, [{ op: 'replace', path: 'title', value: 'Engineer' }]),
          before,
          'the resource',
        )
      },
    },
    {
      id: 'patch.many',
      level: 'SHOULD',
      section: 'clients need: Okta, authentik',
      title: 'A hundred operations in one message are all applied',
      async run(scim) {
        const { path } = await scim.user()
        const operations = Array.from({ length: 50 }, (_, each) => [
          { op: 'add', path: 'phoneNumbers', value: [{ value: `+1 ${each}`, type: 'work' }] },
          { op: 'replace', path: 'title', value: `Engineer ${each}` },
        ]).flat()
        const seen = await patched(scim, path, operations)
        expectEqual(
          [parts(seen, 'phoneNumbers').length, at(seen, 'title')],
          [50, 'Engineer 49'],
          'numbers and title',
        )
      },
    },
    {
      id: 'patch.keys-case',
      level: 'SHOULD',
      section: 'RFC 7643 §2.1',
      title: 'The names in the message are read in any case',
      async run(scim) {
        const { path } = await scim.user()
        const body = {
          Schemas: [PATCH_OP.toUpperCase()],
          operations: [{ OP: 'add', Path: 'TITLE', Value: 'Engineer' }],
        }
        expectDone(await scim.request('PATCH', path, { body }))
        expectEqual(at(await scim.read(path), 'title'), 'Engineer', 'title')
      },
    },
    // ---- rules of the resource
    {
      id: 'patch.taken-name',
      level: 'MUST',
      section: 'RFC 7644 §3.12',
      title: "Another's userName is refused with 409 uniqueness",
      async run(scim) {
        const [user, other] = [await scim.user(), await scim.user()]
        const value = other.name.toUpperCase()
        expectError(
          await scim.patch(user.path, { op: 'replace', path: 'userName', value }),
          409,
          'uniqueness',
        )
        expectEqual(at(await scim.read(user.path), 'userName'), user.name, 'userName')
      },
    },
    {
      id: 'patch.own-id',
      level: 'MUST',
      section: 'clients need: Okta',
      title: 'The own id in a value without a path is no error',
      async run(scim) {
        const { path, id } = await scim.user()
        const seen = await patched(scim, path, [
          { op: 'replace', value: { id, title: 'Engineer' } },
        ])
        expectEqual([at(seen, 'id'), at(seen, 'title')], [id, 'Engineer'], 'id and title')
      },
    },
    {
      id: 'patch.user-groups',
      level: 'MUST',
      section: 'RFC 7643 §4.1.2; clients need: SailPoint',
      title: "A user's groups cannot be patched: refused or ignored, and nobody joins",
      needs: ['groups'],
      async run(scim) {
        const [user, group] = [await scim.user(), await scim.group()]
        const answer = await scim.patch(user.path, {
          op: 'add',
          path: 'groups',
          value: [{ value: group.id }],
        })
        if (answer.status >= 300) expectError(answer, 400, 'mutability')
        expectEqual(parts(await scim.read(group.path), 'members'), [], 'members')
        expectEqual(parts(await scim.read(user.path), 'groups'), [], 'groups')
      },
    },
    {
      id: 'patch.extension-schemas',
      level: 'MUST',
      section: 'RFC 7643 §3',
      title: 'Writing an attribute of an extension adds its URN to schemas',
      needs: ['enterprise'],
      async run(scim) {
        const { path } = await scim.user()
        const seen = await patched(scim, path, [
          { op: 'add', path: `${ENTERPRISE}:division`, value: 'North' },
        ])
        expectThat(
          elementsOfText(seen, 'schemas').includes(ENTERPRISE),
          ENTERPRISE,
          at(seen, 'schemas'),
        )
      },
    },
    {
      id: 'patch.password',
      level: 'MUST',
      section: 'clients need: Okta',
      title: 'A password may be patched and is not answered',
      async run(scim) {
        const { path } = await scim.user()
        const value = { password: 'Pw-conformance-Secret-9' }
        expectEqual(
          at(await patched(scim, path, [{ op: 'replace', value }]), 'password'),
          undefined,
          'password',
        )
      },
    },
    {
      id: 'patch.last-modified',
      level: 'MUST',
      section: 'RFC 7643 §3.1',
      title: 'A change keeps created and does not turn lastModified back',
      async run(scim) {
        const { path, doc } = await scim.user()
        const seen = await patched(scim, path, [{ op: 'add', path: 'title', value: 'Engineer' }])
        expectEqual(at(seen, 'meta', 'created'), at(doc, 'meta', 'created'), 'meta.created')
        const [before, after] = [at(doc, 'meta', 'lastModified'), at(seen, 'meta', 'lastModified')]
        expectThat(
          Date.parse(String(after)) >= Date.parse(String(before)),
          `a lastModified not before ${String(before)}`,
          after,
        )
      },
    },
    {
      id: 'patch.prototype',
      level: 'MUST',
      section: 'RFC 7644 §7',
      title: 'Paths named __proto__ and constructor do no harm',
      async run(scim) {
        const { path } = await scim.user()
        for (const target of ['__proto__.title', 'constructor.prototype.title', 'name.__proto__'])
          await scim.patch(path, { op: 'add', path: target, value: 'Root' })
        const body = `{"schemas":["${PATCH_OP}"],"Operations":[{"op":"add","value":{"__proto__":{"title":"Root"}}}]}`
        await scim.request('PATCH', path, { body })
        for (const doc of [await scim.read(path), (await scim.user()).doc])
          expectEqual([at(doc, 'title'), at(doc, 'name')], [undefined, undefined], 'title and name')
      },
    },
    {
      id: 'patch.collection',
      level: 'MUST',
      section: 'RFC 7644 §3.2',
      title: 'PATCH to a collection is refused',
      async run(scim) {
        const answer = await scim.patch('/Users', { op: 'add', path: 'title', value: 'Engineer' })
        expectStatus(answer, 400, 404, 405, 501)
      },
    },
    {
      id: 'patch.roles-opaque',
      level: 'MUST',
      section: 'clients need: Entra ID',
      title: 'A role whose text is a JSON document is kept as text',
      async run(scim) {
        const { path } = await scim.user()
        const value = '{"id":"06b07648","value":"auditor","displayName":"Auditor"}'
        const seen = await patched(scim, path, [{ op: 'Add', path: 'roles', value: [{ value }] }])
        expectEqual(parts(seen, 'roles'), [value], 'roles')
      },
    },
  ],
}

export const withoutPatch: Group = {
  name: 'no-patch',
  title: 'Modify (PATCH), not announced',
  checks: [
    {
      id: 'no-patch.refused',
      level: 'MUST',
      section: 'RFC 7644 §3.12',
      title: 'Where PATCH is not announced it is answered with 501',
      unless: 'patch',
      async run(scim) {
        const { path } = await scim.user()
        expectError(await scim.patch(path, { op: 'add', path: 'title', value: 'Engineer' }), 501)
      },
    },
  ],
}

function checkOf({
  id,
  title,
  section,
  level = 'MUST',
  from,
  operations,
  to,
  enterprise,
}: Row): Check {
  return {
    id: `patch.${id}`,
    level,
    section,
    title,
    ...(enterprise === true ? { needs: ['enterprise'] as const } : {}),
    async run(scim) {
      const schemas = enterprise === true ? { schemas: [USER, ENTERPRISE] } : {}
      const { path } = await scim.user({ ...schemas, ...from })
      const seen = await patched(scim, path, operations)
      for (const [name, value] of Object.entries(to)) expectEqual(at(seen, name), value, name)
    },
  }
}

/** The resource as it is read after a PATCH that must succeed. */
export async function patched(
  scim: Scim,
  path: string,
  operations: readonly Operation[],
): Promise<Doc> {
  expectDone(await scim.patch(path, ...operations))
  return scim.read(path)
}

function message(...operations: readonly Partial<Operation>[]): Doc {
  return { schemas: [PATCH_OP], Operations: operations }
}

/** With 400, and nothing changes. */
function refused(
  id: string,
  title: string,
  section: string,
  body: Doc,
  level: Level = 'MUST',
  scimType?: string,
): Check {
  return {
    id: `patch.${id}`,
    level,
    section,
    title,
    async run(scim) {
      const user = await scim.user({ title: 'Engineer', emails: [HOME] })
      expectError(await scim.request('PATCH', user.path, { body }), 400, scimType)
      expectEqual(await scim.read(user.path), user.doc, 'the resource')
    },
  }
}

function primaryOf(doc: Doc): readonly unknown[] {
  const emails = at(doc, 'emails')
  return (Array.isArray(emails) ? emails : [])
    .filter((each) => at(each, 'primary') === true)
    .map((each) => at(each, 'value'))
}
