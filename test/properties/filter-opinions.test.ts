/**
 * Our filters beside those of two packages, as second opinions. What they do otherwise is listed with
 * the reason why we do not; one that is listed and agrees fails too, so that the list cannot rot.
 */
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { filter as predicateOf, parse } from 'scim2-parse-filter'
import SCIMMY from 'scimmy'
import { FILTERED, type FilterCase, FILTERS } from '../support/filter-cases.ts'
import { startScim } from '../support/scim.ts'

type People = readonly { readonly userName: string }[]
/** Whom a filter finds. Throws where it is refused. */
type Opinion = (filter: string, people: People) => People

const { ask, hire } = startScim()
let people: People = []
before(async () => {
  for (const [userName, more] of Object.entries(FILTERED)) await hire(userName, more)
  people = (await ask('GET', '/Users')).body.Resources
})

for (const [what, filter, finds] of FILTERS)
  test(`a filter: ${what} (RFC 7644 §3.4.2.2)`, async () => {
    const { status, body } = await ask('GET', `/Users?filter=${encodeURIComponent(filter)}`)

    assert.equal(
      status === 200 ? namesOf(body.Resources) : body.scimType,
      finds === 'refused' ? 'invalidFilter' : finds,
    )
  })

const OPINIONS: Record<string, Opinion> = {
  'scim2-parse-filter': (filter, among) => among.filter(predicateOf(parse(filter))),
  scimmy: (filter, among) => new SCIMMY.Types.Filter(filter).match([...among]),
}

const NO_SCHEMA =
  'knows no schema, so it looks for the name as it stands; an attribute has a type and a case there'
const THROWS =
  'throws a TypeError when somebody has no such attribute, which is no match (section 3.4.2.2)'

/** By the case: what the packages do there, or fail to do, and we do not. */
const DIFFERENCES: Record<string, Record<string, string>> = {
  'scim2-parse-filter': {
    'text is compared without case': `${NO_SCHEMA} (RFC 7643 section 2.2)`,
    'letters beyond ASCII are too': `${NO_SCHEMA} (RFC 7643 section 2.2)`,
    'a name may carry its URN': `${NO_SCHEMA} (RFC 7644 section 3.10)`,
    'a boolean as text is compared as one': `${NO_SCHEMA}; Entra sends it so`,
    'a boolean has no order': `${NO_SCHEMA}; section 3.4.2.2 has it refused`,
    'instants are compared as such': `${NO_SCHEMA}; it compares the texts (section 3.4.2.2)`,
    'a list that is compared itself': `${NO_SCHEMA}; section 3.4.2.2 means its values`,
    'a complex value that is compared itself': `${NO_SCHEMA}; Entra means its value`,
    schemas: 'compares the list and not its elements',
    'an attribute that is none': `${NO_SCHEMA}; the interoperability profile has it refused`,
    'a secret': `${NO_SCHEMA}; what is never returned is not to be guessed (RFC 7643 section 7)`,
    'ne finds who lacks it, too': 'finds nobody who lacks it; we take ne for the opposite of eq',
    'ne of a list wants no element that is equal':
      'finds who has another element; we take ne for the opposite of eq',
    'eq null finds who lacks it': 'finds only null itself, which is absence (RFC 7643 section 2.5)',
    'inside brackets one element matches both':
      'takes brackets for a prefix of names, so two elements may match (section 3.4.2.2, figure 1)',
    'not in brackets': 'takes brackets for a prefix of names, and asks for no home at all',
    'brackets in brackets': 'takes brackets for a prefix of names; the grammar has none in others',
    'a backslash is escaped': 'takes an escaped backslash for the escape of the quote behind it',
    'letters by number': 'does not read the escape, which JSON has',
    'an escape that JSON does not have': 'takes it for the letters that it is written with',
    'not without parentheses': 'takes it; the grammar wants parentheses',
  },
  scimmy: {
    'text is compared without case':
      'compares with case whatever the schema says (RFC 7643 section 2.2)',
    'letters beyond ASCII are too':
      'compares with case whatever the schema says (RFC 7643 section 2.2)',
    'names are read in any case': THROWS,
    'a name may carry its URN': 'takes the dot in the URN for one between attributes',
    'an attribute of an extension is named by its URN':
      'takes the dot in the URN for one between attributes',
    'a URN is read in any case': 'takes the dot in the URN for one between attributes',
    'a complex value that is compared itself':
      'takes the dot in the URN for one between attributes',
    'ne finds who lacks it, too': THROWS,
    'ne of a list wants no element that is equal': THROWS,
    'a boolean has no order': 'orders booleans; section 3.4.2.2 has it refused',
    'pr of a list without elements is false': THROWS,
    'pr of a part': THROWS,
    'eq null finds who lacks it': THROWS,
    'ne null finds who has it': THROWS,
    'not of not is neither': 'refuses it; the grammar lets a filter in parentheses be any filter',
    'of a list any element may match': THROWS,
    'two conditions may match two elements': THROWS,
    'outside brackets': THROWS,
    'inside brackets one element matches both': THROWS,
    'or in brackets': THROWS,
    'not in brackets': THROWS,
    'not before brackets': THROWS,
    'brackets beside another condition': THROWS,
    'a boolean in brackets': THROWS,
    'brackets with a part behind them': THROWS,
    'a list that is compared itself': 'throws a TypeError; section 3.4.2.2 means its values',
    schemas: 'throws a TypeError on a list of texts',
    'quotes are escaped': 'takes an escaped quote for the end',
    'a backslash is escaped': 'does not read the escape, which JSON has',
    'letters by number': 'does not read the escape, which JSON has',
    'an escape that JSON does not have': 'does not read escapes',
    'a bare word is no value': 'takes it for text; the grammar has JSON values alone',
    'and with nothing behind it': 'leaves out the rest; nothing is to be skipped',
    'nothing in brackets': 'finds everybody; the grammar wants a filter',
    'not without parentheses': 'takes it; the grammar wants parentheses',
    'an attribute that is none': 'finds nobody, as we do at the root of several types',
    'a secret': 'finds nobody; what is never returned is not to be asked for (RFC 7643 section 7)',
  },
}

for (const [name, opinion] of Object.entries(OPINIONS))
  test(`${name} agrees with us about filters, but for what is listed with its reason`, () => {
    const differing = FILTERS.filter((each) => saidBy(opinion, each) !== each[2])

    assert.deepEqual(
      differing.map(([what]) => what).toSorted(),
      Object.keys(DIFFERENCES[name] ?? {}).toSorted(),
    )
  })

function saidBy(opinion: Opinion, [, filter]: FilterCase): string {
  try {
    return namesOf(opinion(filter, structuredClone(people)))
  } catch {
    return 'refused'
  }
}

function namesOf(found: People): string {
  return found
    .map(({ userName }) => userName)
    .toSorted()
    .join(' ')
}
