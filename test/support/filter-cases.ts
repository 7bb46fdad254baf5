/** What filters find among a few people (RFC 7644 section 3.4.2.2), one detail a case. */
import { ENTERPRISE, USER } from './scim.ts'

/** By userName; each differs from the others in what some case asks for. */
export const FILTERED: Readonly<Record<string, object>> = {
  ada: {
    externalId: 'Ext-A',
    active: true,
    displayName: 'Ada "A" Byron',
    title: 'Engineer',
    userType: 'Employee',
    name: { givenName: 'Ada', familyName: 'Byron' },
    emails: [
      { value: 'ada@work.example', type: 'work', primary: true },
      { value: 'ada@home.example', type: 'home' },
    ],
    [ENTERPRISE]: { department: 'Research', manager: { value: 'usr_boss' } },
  },
  grace: {
    externalId: 'ext-a',
    active: false,
    displayName: 'Grace \\ Hopper',
    title: 'engineer',
    userType: 'Contractor',
    name: { familyName: 'Hopper' },
    emails: [{ value: 'grace@work.example', type: 'home' }],
    [ENTERPRISE]: { department: 'Navy' },
  },
  zoë: { active: true, title: 'Écrivain', roles: [{ value: 'writer' }] },
}

/** What it shows, the filter, and whom it finds; `refused` where it is. */
export type FilterCase = readonly [what: string, filter: string, finds: string]

export const FILTERS: readonly FilterCase[] = [
  // Letter case, and names
  ['text is compared without case', 'title eq "ENGINEER"', 'ada grace'],
  ['letters beyond ASCII are too', 'title eq "ÉCRIVAIN"', 'zoë'],
  ['what is caseExact is compared with it', 'externalId eq "Ext-A"', 'ada'],
  ['names are read in any case', 'NAME.FAMILYNAME eq "Byron"', 'ada'],
  ['operators are read in any case', 'title EQ "Engineer" AND NOT (active Eq false)', 'ada'],
  ['a name may carry its URN', `${USER}:userName eq "ada"`, 'ada'],
  [
    'an attribute of an extension is named by its URN',
    `${ENTERPRISE}:department eq "Navy"`,
    'grace',
  ],
  ['a URN is read in any case', `${ENTERPRISE.toUpperCase()}:department eq "Navy"`, 'grace'],
  // Operators
  ['ne finds who lacks it, too', 'name.givenName ne "Ada"', 'grace zoë'],
  ['ne of a list wants no element that is equal', 'emails.type ne "work"', 'grace zoë'],
  ['co finds anywhere', 'userName co "oë"', 'zoë'],
  ['sw finds a beginning', 'userName sw "gra"', 'grace'],
  ['ew finds an end', 'userName ew "e"', 'grace'],
  ['gt of text is the order of letters', 'userName gt "b"', 'grace zoë'],
  ['le of text includes it', 'userName le "ada"', 'ada'],
  ['a boolean is compared with one', 'active eq false', 'grace'],
  ['a boolean as text is compared as one', 'active eq "True"', 'ada zoë'],
  ['a boolean has no order', 'active gt false', 'refused'],
  ['instants are compared as such', 'meta.created gt "2026-11-02T12:00:00+14:00"', 'ada grace zoë'],
  ['an instant before all', 'meta.created lt "2000-01-01T00:00:00Z"', ''],
  // Presence
  ['pr finds who has it', 'title pr', 'ada grace zoë'],
  ['pr of false is true', 'active pr', 'ada grace zoë'],
  ['pr of a list without elements is false', 'roles pr', 'zoë'],
  ['pr of a part', 'name.givenName pr', 'ada'],
  ['eq null finds who lacks it', 'name.familyName eq null', 'zoë'],
  ['ne null finds who has it', 'name.familyName ne null', 'ada grace'],
  // Logic
  [
    'and binds closer than or',
    'userName eq "zoë" or title eq "Engineer" and active eq true',
    'ada zoë',
  ],
  [
    'parentheses bind closest',
    '(userName eq "zoë" or userName eq "grace") and active eq true',
    'zoë',
  ],
  ['not binds closer than and', 'not (userName eq "ada") and active eq true', 'zoë'],
  ['not needs no space', 'not(active eq true)', 'grace'],
  ['not of not is neither', 'not (not (userName eq "ada"))', 'ada'],
  // Several values
  ['of a list any element may match', 'emails.value ew "home.example"', 'ada'],
  [
    'two conditions may match two elements',
    'emails.type eq "home" and emails.value sw "grace"',
    'grace',
  ],
  ['outside brackets', 'emails.type eq "home" and emails.value co "work"', 'ada grace'],
  [
    'inside brackets one element matches both',
    'emails[type eq "home" and value co "work"]',
    'grace',
  ],
  ['or in brackets', 'emails[type eq "work" or value co "grace"]', 'ada grace'],
  ['not in brackets', 'emails[not (type eq "home")]', 'ada'],
  ['not before brackets', 'not (emails[type eq "work"])', 'grace zoë'],
  ['brackets beside another condition', 'emails[type eq "home"] and active eq true', 'ada'],
  ['a boolean in brackets', 'emails[primary eq true]', 'ada'],
  ['brackets with a part behind them', 'emails[type eq "work"].value eq "ada@work.example"', 'ada'],
  ['a list that is compared itself', 'emails co "@home."', 'ada'],
  ['a complex value that is compared itself', `${ENTERPRISE}:manager eq "usr_boss"`, 'ada'],
  ['schemas', `schemas eq "${ENTERPRISE}"`, 'ada grace'],
  ['the resource type', 'meta.resourceType eq "User" and userName eq "ada"', 'ada'],
  // Literals
  ['quotes are escaped', 'displayName co "\\"A\\""', 'ada'],
  ['a backslash is escaped', 'displayName co "\\\\"', 'grace'],
  ['letters by number', 'userName eq "zo\\u00eb"', 'zoë'],
  ['words of the grammar in quotes are text', 'title eq "a) or (active eq true"', ''],
  ['a bare word is no value', 'userName eq ada', 'refused'],
  ['single quotes are none', "userName eq 'ada'", 'refused'],
  ['a quote that is not closed', 'userName eq "ada', 'refused'],
  ['an escape that JSON does not have', 'userName eq "\\x61"', 'refused'],
  // What is none
  ['an operator that is none', 'userName like "ada"', 'refused'],
  ['an attribute that is none', 'shoeSize eq "44"', 'refused'],
  ['a filter that goes on', 'userName eq "ada" userName eq "zoë"', 'refused'],
  ['and with nothing behind it', 'userName eq "ada" and', 'refused'],
  ['not without parentheses', 'not userName eq "ada"', 'refused'],
  ['a parenthesis that is not closed', '(userName eq "ada"', 'refused'],
  ['brackets that are not closed', 'emails[type eq "work"', 'refused'],
  ['brackets in brackets', 'emails[type[value eq "x"]]', 'refused'],
  ['nothing in brackets', 'emails[]', 'refused'],
  ['a secret', 'password eq "x"', 'refused'],
]
