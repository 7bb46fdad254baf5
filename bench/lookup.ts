/**
 * The look-ups that identity providers do before each write: whether they cost more where many
 * people are. Okta asks by userName, others by externalId, id or e-mail address.
 */
import { createAsk } from './ask.ts'
import { bench, type Given } from './bench.ts'
import { median, ms, percentile, timedByTurns, times } from './figures.ts'
import { externalIdOf, userIdOf, userNameOf } from './okta-user.ts'
import { fillPeople, newScope, settle } from './people.ts'

/** Each as a filter for the nth person. */
const KEYS = {
  userName: (n: number) => `userName eq "${userNameOf(n)}"`,
  externalId: (n: number) => `externalId eq "${externalIdOf(n)}"`,
  id: (n: number) => `id eq "${userIdOf(n)}"`,
  email: (n: number) => `emails[type eq "work" and value eq "${userNameOf(n)}"]`,
}

export const lookup = bench({
  measures: 'look-ups of a person among many people against among few, without the socket',
  sizes: {
    many: { means: 'people in the large database', full: 1_000_000, quick: 2_000 },
    few: { means: 'people in the small one', full: 5_000, quick: 200 },
    lookups: { means: 'look-ups by each key in each', full: 3_000, quick: 100 },
  },
  budgets: [
    { figure: 'ratio', atMost: 1.3 },
    { figure: 'ratioExternalId', atMost: 1.3 },
    { figure: 'ratioId', atMost: 1.3 },
  ],
  async run(given, { many, few, lookups }) {
    const [amongMany, amongFew] = [await prepared(given, many), await prepared(given, few)]
    const by = async (key: keyof typeof KEYS) =>
      timedByTurns(lookups, amongMany(KEYS[key]), amongFew(KEYS[key]))

    const [userName, externalId] = [await by('userName'), await by('externalId')]
    const [id, email] = [await by('id'), await by('email')]

    const ratio = ({ one, other }: typeof id, key: string) =>
      times(median(one) / median(other), `by ${key}: p50 among many / p50 among few`)
    return {
      figures: {
        ratio: ratio(userName, 'userName'),
        p50Many: ms(median(userName.one), `p50 among ${many}`),
        p50Few: ms(median(userName.other), `p50 among ${few}`),
        p99Many: ms(percentile(userName.one, 0.99), `p99 among ${many}`),
        p99Few: ms(percentile(userName.other, 0.99), `p99 among ${few}`),
        ratioExternalId: ratio(externalId, 'externalId'),
        ratioId: ratio(id, 'id'),
        ratioEmail: ratio(email, 'e-mail address'),
        p50Email: ms(median(email.one), `by e-mail address: p50 among ${many}`),
      },
    }
  },
})

/** @returns look-ups of somebody at random, who is there */
async function prepared({ server, say }: Given, people: number) {
  const database = await server.createDatabase()
  const scope = await newScope(database, 'acme')
  await fillPeople(database, scope, { from: 1, to: people, pending: false }, say)
  await settle(database)
  const ask = createAsk(database, scope)
  return (filterFor: (n: number) => string) => async () => {
    const filter = filterFor(1 + Math.floor(Math.random() * people))
    const query = { filter, startIndex: '1', count: '100' }
    const text = await ask({ method: 'GET', path: '/Users', query })
    if (!text.includes('"totalResults":1,')) throw new Error(`${filter} found: ${text}`)
  }
}
