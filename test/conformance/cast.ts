/**
 * The people whom filters, sorts and projections look for. They are made once in a run and only
 * read; each differs from the others in what some check asks for.
 */
import type { Made, Scim } from './client.ts'
import type { Doc } from './expect.ts'
import { ENTERPRISE, USER } from './names.ts'

export interface Cast {
  readonly ada: Made
  readonly grace: Made
  readonly linus: Made
  readonly zoya: Made
  /** Has ada and grace in it. */
  readonly crew: Made
  /** Has zoya and the crew's group. */
  readonly guild: Made
  /** What all their userNames begin with, and nobody else's. */
  readonly prefix: string
  readonly groupPrefix: string
}

export type Person = 'ada' | 'grace' | 'linus' | 'zoya'
export const PEOPLE: readonly Person[] = ['ada', 'grace', 'linus', 'zoya']

export type People = Pick<Cast, Person | 'prefix'>

/** Of the users alone, for servers without groups. */
export function peopleOf(scim: Scim): Promise<People> {
  return scim.once('people', makePeople)
}

/** Also for the neighbour, who then has the very same people. */
export async function makePeople(keeper: Scim): Promise<People> {
  const prefix = `conformance-${keeper.shared.stamp}-cast-`
  const hire = (name: Person, more: Doc) =>
    keeper.user({ userName: `${prefix}${name}@conformance.example`, ...more })
  const grace = await hire('grace', GRACE)
  const manager = { value: grace.id }
  const ada = await hire('ada', { ...ADA, [ENTERPRISE]: { ...RESEARCH, manager } })
  return { ada, grace, linus: await hire('linus', LINUS), zoya: await hire('zoya', ZOYA), prefix }
}

export async function castOf(scim: Scim): Promise<Cast> {
  const people = await peopleOf(scim)
  const groups = await scim.once('groups', async (keeper) => {
    const groupPrefix = `conformance-${keeper.shared.stamp}-cast-group-`
    const crew = await keeper.group([people.ada, people.grace], {
      displayName: `${groupPrefix}Crew`,
    })
    const members = [people.zoya, crew]
    const guild = await keeper.group(members, { displayName: `${groupPrefix}Guild` })
    return { crew, guild, groupPrefix }
  })
  return { ...people, ...groups }
}

/** 120 people: more than a page of 100, the size that most servers cut at. */
export function crowdOf(scim: Scim): Promise<readonly Made[]> {
  return scim.once('crowd', async (keeper) => {
    const crowd: Made[] = []
    for (let each = 0; each < 120; each += 8)
      crowd.push(...(await Promise.all(Array.from({ length: 8 }, () => keeper.user()))))
    return crowd
  })
}

const RESEARCH = { department: 'Research', employeeNumber: '701984', costCenter: 'CC-1' }

const ADA: Doc = {
  schemas: [USER, ENTERPRISE],
  externalId: 'Conformance-Ext-Ada',
  name: { givenName: 'Ada', familyName: 'Byron', formatted: 'Ada Byron' },
  displayName: 'Ada Byron',
  nickName: 'Countess',
  title: 'Engineer',
  userType: 'Employee',
  locale: 'en-GB',
  active: true,
  emails: [
    { value: 'ada@work.example', type: 'work', primary: true },
    { value: 'ada@home.example', type: 'home' },
  ],
}

const GRACE: Doc = {
  externalId: 'conformance-ext-grace',
  schemas: [USER, ENTERPRISE],
  name: { givenName: 'Grace', familyName: 'Murray' },
  displayName: 'Grace Murray',
  title: 'Rear Admiral',
  userType: 'Employee',
  active: false,
  emails: [{ value: 'grace@work.example', type: 'work', primary: true }],
  [ENTERPRISE]: { department: 'Navy' },
}

/** No title, no enterprise attributes, and the e-mail address that ends like others begin is a home one. */
const LINUS: Doc = {
  externalId: 'conformance-ext-linus',
  name: { givenName: 'Linus', familyName: 'abel' },
  displayName: 'Linus Abel',
  userType: 'Contractor',
  active: true,
  emails: [{ value: 'linus@work.example', type: 'home', primary: true }],
}

const ZOYA: Doc = {
  externalId: 'conformance-ext-zoya',
  name: { givenName: 'Зоя', familyName: 'Ґудзь' },
  displayName: 'Zoya "Zed" \\ Gudz 100%',
  title: 'engineer',
  userType: 'Contractor',
  active: true,
  emails: [{ value: 'zoya@other.example', type: 'other' }],
  phoneNumbers: [{ value: '+380 44 000 00 01', type: 'mobile' }],
}
