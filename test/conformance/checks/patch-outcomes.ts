/** PATCH, as a table: a user, operations by one of the three verbs, and what the user then has. */
import type { Check, Level } from '../check.ts'
import type { Operation, Scim } from '../client.ts'
import { at, type Doc, expectDone, expectEqual } from '../expect.ts'
import { ENTERPRISE, USER } from '../names.ts'

export const ADD = 'RFC 7644 §3.5.2.1'
export const REMOVE = 'RFC 7644 §3.5.2.2'
export const REPLACE = 'RFC 7644 §3.5.2.3'

export const WORK = { value: 'n@work.example', type: 'work', primary: true }
export const HOME = { value: 'n@home.example', type: 'home' }

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

export const OUTCOMES: readonly Check[] = ROWS.map(checkOf)

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
