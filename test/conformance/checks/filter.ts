/** The filter grammar, by what each filter finds among the people of `cast.ts`: one list, an entry for each rule. */
import type { Check, Group, Level } from '../check.ts'
import { type Cast, castOf, PEOPLE, type People, peopleOf, type Person } from '../cast.ts'
import type { Scim } from '../client.ts'
import {
  at,
  expectEqual,
  expectError,
  expectRefusal,
  expectThat,
  parts,
  sorted,
} from '../expect.ts'
import { ENTERPRISE, USER } from '../names.ts'

interface Row {
  readonly id: string
  readonly title: string
  /** Among the cast alone: `scoped` adds `and userName sw "<prefix>"` unless the filter says it itself. */
  readonly filter: (people: People) => string
  readonly finds: readonly Person[]
  readonly level?: Level
  readonly section?: string
  readonly enterprise?: boolean
  /** The filter finds nobody outside the cast by itself. */
  readonly bare?: boolean
}

const GRAMMAR = 'RFC 7644 §3.4.2.2'

const ROWS: readonly Row[] = [
  // ---- eq, and what is the same
  {
    id: 'eq',
    title: 'eq finds the one',
    filter: ({ ada }) => `userName eq "${ada.name}"`,
    finds: ['ada'],
    bare: true,
  },
  {
    id: 'eq-case',
    title: 'eq compares userName without regard to case',
    section: 'RFC 7643 §4.1.1; clients need: Okta',
    filter: ({ ada }) => `userName eq "${ada.name.toUpperCase()}"`,
    finds: ['ada'],
    bare: true,
  },
  {
    id: 'eq-whole',
    title: 'eq is no prefix and no substring',
    section: 'RFC 7644 §3.4.2.2; clients need: Okta',
    filter: ({ ada }) => `userName eq "${ada.name.slice(0, -1)}"`,
    finds: [],
    bare: true,
  },
  {
    id: 'id',
    title: 'id eq finds the one',
    filter: ({ grace }) => `id eq "${grace.id}"`,
    finds: ['grace'],
    bare: true,
  },
  {
    id: 'id-case',
    title: 'id eq tells letter case apart',
    section: 'RFC 7643 §3.1',
    filter: ({ grace: { id } }) =>
      `id eq "${id === id.toUpperCase() ? `${id}x` : id.toUpperCase()}"`,
    finds: [],
    bare: true,
  },
  {
    id: 'external-id',
    title: 'externalId eq finds the one',
    filter: () => 'externalId eq "Conformance-Ext-Ada"',
    finds: ['ada'],
  },
  {
    id: 'external-id-case',
    title: 'externalId eq tells letter case apart',
    section: 'RFC 7643 §3.1',
    filter: () => 'externalId eq "conformance-ext-ada" or externalId eq "conformance-ext-grace"',
    finds: ['grace'],
  },
  {
    id: 'sub-attribute',
    title: 'A sub-attribute is compared',
    filter: () => 'name.familyName eq "Murray"',
    finds: ['grace'],
  },
  {
    id: 'script',
    title: 'Text of any script is compared, in any case',
    filter: () => 'name.familyName eq "ҐУДЗЬ"',
    finds: ['zoya'],
  },
  {
    id: 'case-insensitive',
    title: 'An attribute that is not caseExact is compared without case',
    section: 'RFC 7643 §2.2',
    filter: () => 'title eq "ENGINEER"',
    finds: ['ada', 'zoya'],
  },
  // ---- the other operators
  {
    id: 'ne',
    title: 'ne finds the others',
    filter: () => 'userType ne "Employee"',
    finds: ['linus', 'zoya'],
  },
  {
    id: 'ne-absent',
    title: 'ne finds those who lack the attribute too',
    level: 'SHOULD',
    filter: () => 'title ne "Engineer"',
    finds: ['grace', 'linus'],
  },
  {
    id: 'co',
    title: 'co finds text anywhere, without case',
    filter: () => 'title co "INE"',
    finds: ['ada', 'zoya'],
  },
  {
    id: 'sw',
    title: 'sw finds beginnings',
    filter: () => 'displayName sw "gra"',
    finds: ['grace'],
  },
  { id: 'ew', title: 'ew finds ends', filter: () => 'displayName ew "BYRON"', finds: ['ada'] },
  {
    id: 'pr',
    title: 'pr finds those who have the attribute',
    filter: () => 'title pr',
    finds: ['ada', 'grace', 'zoya'],
  },
  {
    id: 'pr-complex',
    title: 'pr of a complex attribute asks whether it has a value',
    filter: () => 'nickName pr or phoneNumbers pr',
    finds: ['ada', 'zoya'],
  },
  {
    id: 'gt',
    title: 'gt of text is the order of the alphabet',
    filter: () => 'name.familyName gt "Byron"',
    finds: ['grace', 'zoya'],
  },
  {
    id: 'ge',
    title: 'ge includes the value itself',
    filter: () => 'name.familyName ge "Byron"',
    finds: ['ada', 'grace', 'zoya'],
  },
  {
    id: 'lt',
    title: 'lt of text, without regard to case',
    filter: () => 'name.familyName lt "Byron"',
    finds: ['linus'],
  },
  {
    id: 'le',
    title: 'le includes the value itself',
    filter: () => 'name.familyName le "Byron"',
    finds: ['ada', 'linus'],
  },
  {
    id: 'operator-case',
    title: 'Operators are read in any case',
    section: 'RFC 7644 §3.4.2.2; clients need: PingOne',
    filter: ({ ada }) => `userName Eq "${ada.name}" OR userName eQ "${ada.name}"`,
    finds: ['ada'],
    bare: true,
  },
  {
    id: 'attribute-case',
    title: 'Attribute names are read in any case',
    section: 'RFC 7643 §2.1',
    filter: ({ ada }) => `USERNAME eq "${ada.name}" and NAME.familyname eq "byron"`,
    finds: ['ada'],
    bare: true,
  },
  // ---- Boolean values
  {
    id: 'boolean',
    title: 'A boolean is compared with true and false',
    filter: () => 'active eq false',
    finds: ['grace'],
  },
  {
    id: 'boolean-ne',
    title: 'ne of a boolean',
    filter: () => 'active ne false',
    finds: ['ada', 'linus', 'zoya'],
  },
  {
    id: 'boolean-text',
    title: 'A boolean in quotes is compared as a boolean',
    level: 'SHOULD',
    section: 'clients need: Entra ID',
    filter: () => 'emails[primary eq "True" and type eq "home"]',
    finds: ['linus'],
  },
  // ---- dates
  {
    id: 'date-gt',
    title: 'Instants are compared',
    filter: () => 'meta.created gt "2020-01-01T00:00:00Z"',
    finds: PEOPLE,
  },
  {
    id: 'date-lt',
    title: 'Nobody was made before 2020',
    filter: () => 'meta.lastModified lt "2020-01-01T00:00:00Z"',
    finds: [],
  },
  {
    id: 'date-eq',
    title: 'An instant equals itself in another time zone',
    section: 'RFC 7643 §2.3.5',
    filter: ({ ada }) => `userName eq "${ada.name}" and meta.created eq "${elsewhere(ada.doc)}"`,
    finds: ['ada'],
    bare: true,
  },
  {
    id: 'date-ge',
    title: 'An instant is no later than itself in another time zone',
    section: 'RFC 7643 §2.3.5',
    filter: ({ ada }) => `userName eq "${ada.name}" and meta.created le "${elsewhere(ada.doc)}"`,
    finds: ['ada'],
    bare: true,
  },
  // ---- and, or, not
  {
    id: 'and',
    title: 'and wants both',
    filter: () => 'userType eq "Employee" and active eq true',
    finds: ['ada'],
  },
  {
    id: 'or',
    title: 'or wants one',
    filter: () => 'nickName eq "Countess" or title eq "Rear Admiral"',
    finds: ['ada', 'grace'],
  },
  {
    id: 'not',
    title: 'not finds the others',
    filter: () => 'not (userType eq "Employee")',
    finds: ['linus', 'zoya'],
  },
  {
    id: 'not-close',
    title: 'not needs no space before its parenthesis, and any case',
    filter: () => 'NOT(title pr)',
    finds: ['linus'],
  },
  {
    id: 'precedence',
    title: 'and binds closer than or',
    filter: ({ prefix }) =>
      `userName sw "${prefix}" and nickName eq "Countess" or userName sw "${prefix}" and userType eq "Contractor" and active eq true`,
    finds: ['ada', 'linus', 'zoya'],
    bare: true,
  },
  {
    id: 'precedence-not',
    title: 'not binds closer than and',
    filter: () => 'not (userType eq "Employee") and title pr',
    finds: ['zoya'],
  },
  {
    id: 'grouping',
    title: 'Parentheses bind closest',
    filter: () => '(nickName eq "Countess" or userType eq "Contractor") and active eq true',
    finds: ['ada', 'linus', 'zoya'],
  },
  {
    id: 'grouping-deep',
    title: 'Parentheses may stand in parentheses',
    filter: () => '((title pr) and not ((active eq true) or (nickName pr)))',
    finds: ['grace'],
  },
  // ---- lists and value paths
  {
    id: 'multi',
    title: 'Of a list any element may match',
    filter: () => 'emails.value eq "ada@home.example"',
    finds: ['ada'],
  },
  {
    id: 'multi-bare',
    title: 'A list compared directly is compared by its values',
    filter: () => 'emails co "@work.example"',
    finds: ['ada', 'grace', 'linus'],
  },
  {
    id: 'multi-type',
    title: 'A sub-attribute of a list is compared',
    filter: () => 'emails.type eq "home"',
    finds: ['ada', 'linus'],
  },
  {
    id: 'multi-two',
    title: 'Without brackets two conditions may match two elements',
    filter: () => 'emails.type eq "home" and emails.value eq "ada@work.example"',
    finds: ['ada'],
  },
  {
    id: 'brackets',
    title: 'In brackets one element must match all',
    filter: () => 'emails[type eq "home" and value eq "ada@work.example"]',
    finds: [],
  },
  {
    id: 'brackets-one',
    title: 'Brackets find the element that matches',
    filter: () => 'emails[type eq "home" and value co "@work.example"]',
    finds: ['linus'],
  },
  {
    id: 'brackets-or',
    title: 'or and not stand in brackets as outside',
    filter: () => 'emails[type eq "other" or not (type eq "work")]',
    finds: ['ada', 'linus', 'zoya'],
  },
  {
    id: 'brackets-mixed',
    title: 'Brackets stand beside other conditions',
    filter: () =>
      'userType eq "Employee" and emails[type eq "work" and value sw "grace"] or nickName eq "nobody"',
    finds: ['grace'],
  },
  {
    id: 'brackets-not',
    title: 'not before brackets finds those without such an element',
    filter: () => 'not (emails[type eq "work"])',
    finds: ['linus', 'zoya'],
  },
  {
    id: 'brackets-primary',
    title: 'A boolean in brackets',
    section: 'RFC 7644 §3.4.2.2; clients need: Entra ID',
    filter: () => 'emails[primary eq true]',
    finds: ['ada', 'grace', 'linus'],
  },
  {
    id: 'brackets-value',
    title: 'A sub-attribute may follow the brackets',
    section: 'clients need: Entra ID',
    filter: () => 'emails[type eq "work"].value eq "grace@work.example"',
    finds: ['grace'],
  },
  // ---- names with URNs
  {
    id: 'urn',
    title: 'A core attribute may carry its URN',
    section: 'RFC 7644 §3.10',
    filter: ({ ada }) => `${USER}:userName eq "${ada.name}"`,
    finds: ['ada'],
    bare: true,
  },
  {
    id: 'urn-case',
    title: 'The URN is read in any case',
    section: 'RFC 7643 §2.1',
    filter: () => `${USER.toUpperCase()}:NAME.familyName eq "Byron"`,
    finds: ['ada'],
  },
  {
    id: 'extension',
    title: 'An attribute of an extension is found by its URN',
    section: 'RFC 7644 §3.10',
    filter: () => `${ENTERPRISE}:department eq "research"`,
    finds: ['ada'],
    enterprise: true,
  },
  {
    id: 'extension-pr',
    title: 'pr of an attribute of an extension',
    section: 'RFC 7644 §3.10',
    filter: () => `${ENTERPRISE}:department pr`,
    finds: ['ada', 'grace'],
    enterprise: true,
  },
  {
    id: 'extension-sub',
    title: 'A sub-attribute of an extension is compared',
    section: 'RFC 7644 §3.10',
    filter: ({ grace }) => `${ENTERPRISE}:manager.value eq "${grace.id}"`,
    finds: ['ada'],
    enterprise: true,
  },
  {
    id: 'manager',
    title: 'manager compared directly is compared by its value',
    section: 'clients need: Entra ID',
    filter: ({ ada, grace }) => `id eq "${ada.id}" and ${ENTERPRISE}:manager eq "${grace.id}"`,
    finds: ['ada'],
    bare: true,
    enterprise: true,
  },
  {
    id: 'manager-short',
    title: 'manager is found without its URN',
    level: 'SHOULD',
    section: 'clients need: Entra ID',
    filter: ({ ada, grace }) => `id eq "${ada.id}" and manager eq "${grace.id}"`,
    finds: ['ada'],
    bare: true,
    enterprise: true,
  },
  {
    id: 'schemas',
    title: 'schemas is compared',
    filter: () => `schemas eq "${ENTERPRISE}"`,
    finds: ['ada', 'grace'],
    enterprise: true,
  },
  {
    id: 'resource-type',
    title: 'meta.resourceType is compared',
    section: 'RFC 7644 §3.4.2.1',
    filter: () => 'meta.resourceType eq "User"',
    finds: PEOPLE,
  },
  {
    id: 'resource-type-case',
    title: 'meta.resourceType is caseExact',
    section: 'RFC 7643 §3.1',
    filter: () => 'meta.resourceType eq "USER"',
    finds: [],
  },
  // ---- what the type of an attribute says
  {
    id: 'boolean-pr',
    title: 'pr of a boolean that is false is true',
    filter: () => 'active pr and userType eq "Employee"',
    finds: ['ada', 'grace'],
  },
  {
    id: 'external-id-co',
    title: 'co tells letter case apart where eq does',
    section: 'RFC 7643 §2.2',
    filter: () => 'externalId co "Conformance-Ext"',
    finds: ['ada'],
  },
  {
    id: 'sub-pr',
    title: 'pr of a sub-attribute',
    filter: () => 'name.formatted pr',
    finds: ['ada'],
  },
  {
    id: 'multi-pr',
    title: 'pr of a list that nobody has finds nobody',
    filter: () => 'photos pr or ims pr',
    finds: [],
  },
  {
    id: 'date-ne',
    title: 'An instant is not unequal to itself in another time zone',
    section: 'RFC 7643 §2.3.5',
    filter: ({ ada }) => `userName eq "${ada.name}" and meta.created ne "${elsewhere(ada.doc)}"`,
    finds: [],
    bare: true,
  },
  {
    id: 'not-and',
    title: 'not over and finds whoever lacks one of the two',
    filter: () => 'not (userType eq "Employee" and active eq true)',
    finds: ['grace', 'linus', 'zoya'],
  },
  {
    id: 'not-not',
    title: 'not of not is neither',
    filter: () => 'not (not (title pr))',
    finds: ['ada', 'grace', 'zoya'],
  },
  {
    id: 'or-many',
    title: 'A chain of ten or is read',
    filter: () =>
      Array.from({ length: 9 }, (_, each) => `title eq "${each}"`).join(' or ') +
      ' or nickName eq "Countess"',
    finds: ['ada'],
  },
  {
    id: 'brackets-pr',
    title: 'pr in brackets is of the element',
    filter: () => 'emails[type eq "work" and primary pr]',
    finds: ['ada', 'grace'],
  },
  {
    id: 'brackets-sub-ne',
    title: 'ne in brackets is of the element',
    filter: () => 'emails[value co "@work.example" and type ne "work"]',
    finds: ['linus'],
  },
  {
    id: 'brackets-two',
    title: 'Two pairs of brackets may be met by two elements',
    filter: () => 'emails[type eq "work"] and emails[type eq "home"]',
    finds: ['ada'],
  },
  // ---- literals
  {
    id: 'ne-null',
    title: 'ne null finds those who have the attribute',
    level: 'SHOULD',
    filter: () => 'title ne null',
    finds: ['ada', 'grace', 'zoya'],
  },
  {
    id: 'empty-literal',
    title: 'Nobody has a title that is empty',
    level: 'SHOULD',
    filter: () => 'title eq ""',
    finds: [],
  },
  {
    id: 'sign-in-text',
    title: 'Signs and words of the grammar inside quotes are text',
    filter: () => 'displayName eq "Ada) or (title pr" or displayName eq "x] and y"',
    finds: [],
  },
  {
    id: 'backslash',
    title: 'A backslash in quotes is one backslash',
    filter: () => String.raw`displayName co "\\ Gudz"`,
    finds: ['zoya'],
  },
  {
    id: 'escape',
    title: 'Quotes and backslashes are escaped as in JSON',
    filter: () => String.raw`displayName eq "Zoya \"Zed\" \\ Gudz 100%"`,
    finds: ['zoya'],
  },
  {
    id: 'escape-unicode',
    title: 'Letters may be written by number as in JSON',
    filter: () => String.raw`name.givenName eq "\u0417\u043e\u044f"`,
    finds: ['zoya'],
  },
  {
    id: 'null',
    title: 'eq null finds those who lack the attribute',
    level: 'SHOULD',
    filter: () => 'title eq null',
    finds: ['linus'],
  },
  {
    id: 'percent',
    title: 'A percent sign is a percent sign and no wildcard',
    filter: () => 'displayName co "%"',
    finds: ['zoya'],
  },
  {
    id: 'underscore',
    title: 'An underscore is an underscore and no wildcard',
    filter: () => 'displayName sw "Ada_"',
    finds: [],
  },
  {
    id: 'injection',
    title: 'What looks like SQL is text',
    section: 'RFC 7644 §7',
    filter: () => `displayName eq "' or 1=1 --"`,
    finds: [],
  },
]

/** What must be refused, with 400 invalidFilter. */
const REFUSED: readonly (readonly [id: string, title: string, filter: string, level?: Level])[] = [
  ['unknown-operator', 'An operator that is none', 'userName like "x"'],
  ['no-operator', 'An attribute alone', 'userName'],
  ['no-value', 'A comparison without a value', 'userName eq'],
  ['bare-word', 'A value without quotes', 'userName eq nadia'],
  ['single-quotes', 'A value in single quotes', "userName eq 'nadia'"],
  ['open-quote', 'A quote that is not closed', 'userName eq "nadia'],
  ['bad-escape', 'An escape that JSON does not have', String.raw`userName eq "na\dia"`],
  ['open-parenthesis', 'A parenthesis that is not closed', '(userName pr'],
  ['extra-parenthesis', 'A parenthesis too many', 'userName pr)'],
  ['dangling', 'and with nothing after it', 'userName pr and'],
  ['leading', 'or with nothing before it', 'or userName pr'],
  ['not-bare', 'not without parentheses', 'not userName pr'],
  ['empty-parentheses', 'Parentheses around nothing', '()'],
  ['empty-brackets', 'Brackets around nothing', 'emails[]'],
  ['open-brackets', 'Brackets that are not closed', 'emails[type eq "work"'],
  ['two-filters', 'Two filters with nothing between them', 'userName pr active pr'],
  ['boolean-order', 'A boolean compared with gt', 'active gt true'],
  ['pr-value', 'pr with a value', 'userName pr "x"'],
  ['complex', 'A complex attribute without a value of its own', 'name eq "Ada"'],
  ['no-sub-attribute', 'A sub-attribute that is none', 'name.nobody eq "x"', 'SHOULD'],
  ['date-word', 'A date that is none', 'meta.created gt "yesterday"', 'SHOULD'],
  ['boolean-word', 'A boolean that is none', 'active eq "perhaps"', 'SHOULD'],
  ['number-for-text', 'A number where text is meant', 'userName eq 5', 'SHOULD'],
  ['nul', 'A NUL in a value', String.raw`userName eq "a\u0000b"`, 'SHOULD'],
  ['nested-brackets', 'Brackets in brackets', 'emails[type[value eq "x"]]'],
  ['only-signs', 'Signs alone', '][)('],
]

export const filter: Group = {
  name: 'filter',
  title: 'Filter grammar',
  needs: ['filter'],
  checks: [
    ...ROWS.map(checkOf),
    ...REFUSED.map(refusalOf),
    {
      id: 'filter.unknown-attribute',
      level: 'MUST',
      section: 'RFC 7644 §3.4.2.2; clients need: PingOne',
      title: 'An attribute that nobody knows is refused with 400 invalidFilter, or finds nobody',
      async run(scim) {
        const { prefix } = await peopleOf(scim)
        const answer = await scim.get('/Users', {
          filter: `favouriteColour eq "green" and userName sw "${prefix}"`,
        })
        if (answer.status !== 200) return expectError(answer, 400, 'invalidFilter')
        expectEqual(at(answer.json, 'totalResults'), 0, 'totalResults')
      },
    },
    {
      id: 'filter.binary-order',
      level: 'MUST',
      section: 'RFC 7644 §3.4.2.2',
      title:
        'A binary attribute compared with gt is refused with 400 invalidFilter, or is not there',
      async run(scim) {
        const answer = await scim.get('/Users', { filter: 'x509Certificates.value gt "A"' })
        if (answer.status !== 200) return expectError(answer, 400, 'invalidFilter')
        expectEqual(at(answer.json, 'totalResults'), 0, 'totalResults')
      },
    },
    {
      id: 'filter.password',
      level: 'MUST',
      section: 'RFC 7643 §7; RFC 7644 §7',
      title: 'Passwords cannot be guessed by filter',
      async run(scim) {
        const { name } = await scim.user({ password: 'Pw-conformance-Secret-9' })
        for (const guess of [
          'password eq "Pw-conformance-Secret-9"',
          'password sw "Pw"',
          'password pr',
        ]) {
          const answer = await scim.get('/Users', { filter: `userName eq "${name}" and ${guess}` })
          if (answer.status === 200) expectEqual(at(answer.json, 'totalResults'), 0, 'totalResults')
          else expectRefusal(answer)
        }
      },
    },
    {
      id: 'filter.plus',
      level: 'SHOULD',
      section: 'RFC 7644 §3.4.2; clients need: form encoders',
      title: 'Spaces may come as plus signs',
      async run(scim) {
        const { ada } = await peopleOf(scim)
        const found = await scim.list(
          `/Users?filter=userName+eq+%22${encodeURIComponent(ada.name)}%22`,
        )
        expectEqual(
          found.map((each) => at(each, 'id')),
          [ada.id],
          'ids',
        )
      },
    },
    {
      id: 'filter.long',
      level: 'MUST',
      section: 'RFC 7644 §7',
      title: 'A filter far too long or too deep is refused, not failed',
      async run(scim) {
        const long = Array.from({ length: 400 }, (_, each) => `title eq "${each}"`).join(' or ')
        const deep = `${'('.repeat(1500)}title pr${')'.repeat(1500)}`
        for (const text of [long, deep]) {
          const answer = await scim.get('/Users', { filter: text, count: 1 })
          if (answer.status !== 200) expectRefusal(answer)
        }
        await scim.list('/Users', { filter: 'title pr', count: 1 })
      },
    },
    {
      id: 'filter.follows',
      level: 'MUST',
      section: 'RFC 7644 §3.4.2; clients need: Okta',
      title: 'A renamed user is found by the new userName at once, and by the old no more',
      async run(scim) {
        const { path, name, id } = await scim.user()
        const next = scim.name('renamed')
        await scim.put(path, { schemas: [USER], userName: next })
        const [found, gone] = [`userName eq "${next}"`, `userName eq "${name}"`]
        const ids = (await scim.list('/Users', { filter: found })).map((each) => at(each, 'id'))
        expectEqual(ids, [id], 'ids by the new userName')
        expectEqual(
          (await scim.list('/Users', { filter: gone })).length,
          0,
          'number by the old userName',
        )
      },
    },
    ...groupRow(
      'group-name',
      'displayName eq finds the group',
      'RFC 7644 §3.4.2.2',
      ({ crew }) => `displayName eq "${crew.name}"`,
      ['crew'],
    ),
    ...groupRow(
      'group-name-case',
      'displayName eq is without case',
      'RFC 7643 §4.2; clients need: Entra ID',
      ({ crew }) => `displayName eq "${crew.name.toUpperCase()}"`,
      ['crew'],
    ),
    ...groupRow(
      'group-members',
      'members.value eq finds the groups of a user',
      'RFC 7644 §3.4.2.2',
      ({ ada }) => `members.value eq "${ada.id}"`,
      ['crew'],
    ),
    ...groupRow(
      'group-members-brackets',
      'members in brackets',
      'RFC 7644 §3.4.2.2',
      ({ zoya }) => `members[value eq "${zoya.id}"]`,
      ['guild'],
    ),
    ...groupRow(
      'group-members-bare',
      'members compared directly are compared by value',
      'clients need: Entra ID',
      ({ crew, ada }) => `id eq "${crew.id}" and members eq "${ada.id}"`,
      ['crew'],
    ),
    ...groupRow(
      'group-members-none',
      'A user who is not in the group is not found in it',
      'clients need: Entra ID',
      ({ crew, zoya }) => `id eq "${crew.id}" and members eq "${zoya.id}"`,
      [],
    ),
    ...groupRow(
      'group-nested',
      'A group that is a member is found',
      'RFC 7643 §4.2',
      ({ crew }) => `members.value eq "${crew.id}"`,
      ['guild'],
    ),
  ],
}

function checkOf(row: Row): Check {
  const { id, title, level = 'MUST', section = GRAMMAR, finds, bare = false } = row
  return {
    id: `filter.${id}`,
    level,
    section,
    title,
    ...(row.enterprise === true ? { needs: ['enterprise'] as const } : {}),
    async run(scim) {
      const people = await peopleOf(scim)
      const text = row.filter(people)
      // No more parentheses than it takes: they are a check of their own.
      const whole = / or /i.test(text) ? `(${text})` : text
      const scoped = bare ? text : `${whole} and userName sw "${people.prefix}"`
      const found = await scim.list('/Users', { filter: scoped })
      const names = found.map(
        (each) => PEOPLE.find((name) => people[name].id === at(each, 'id')) ?? at(each, 'userName'),
      )
      expectEqual(sorted(names), sorted([...finds]), `by ${scoped} one finds`)
    },
  }
}

function refusalOf([id, what, text, level = 'MUST']: (typeof REFUSED)[number]): Check {
  return {
    id: `filter.${id}`,
    level,
    section: GRAMMAR,
    title: `${what} is refused with 400 invalidFilter`,
    async run(scim) {
      expectError(await scim.get('/Users', { filter: text }), 400, 'invalidFilter')
    },
  }
}

function groupRow(
  id: string,
  title: string,
  section: string,
  text: (cast: Cast) => string,
  finds: readonly ('crew' | 'guild')[],
): readonly Check[] {
  const run = async (scim: Scim) => {
    const cast = await castOf(scim)
    const found = await scim.list('/Groups', { filter: text(cast) })
    expectEqual(
      parts({ found }, 'found', 'id'),
      finds.map((name) => cast[name].id),
      'ids of groups',
    )
  }
  return [{ id: `filter.${id}`, level: 'MUST', section, title, needs: ['groups'], run }]
}

/** The instant of creation, as a clock three hours further east shows it. */
function elsewhere(doc: unknown): string {
  const created = String(at(doc, 'meta', 'created'))
  expectThat(!Number.isNaN(Date.parse(created)), 'meta.created', created)
  const [, digits = ''] = /(\.\d+)/.exec(created) ?? []
  const shifted = new Date(Date.parse(created) + 3 * 3_600_000).toISOString()
  return `${shifted.slice(0, 19)}${digits}+03:00`
}
