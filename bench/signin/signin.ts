/**
 * Signing in: our own share of it at an even pace, how many the machine holds and what holds it back, the
 * endpoints beside a bare provider, and how long somebody who was deactivated is still answered.
 */
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { bench, type Figure } from '../bench.ts'
import type { BenchDatabase } from '../database.ts'
import { median, ms, percentile, perSecond } from '../figures.ts'
import { makeFolder } from '../folder.ts'
import { type ServerProcess, startServer } from '../server.ts'
import { deactivations } from './deactivation.ts'
import { compareEndpoints, type Compared } from './endpoints.ts'
import { asManyAsCanBe, atPace } from './pace.ts'
import { probing } from './probe.ts'
import { ownMs, postgresMs } from './processor.ts'
import { readShares, type Shares } from './shares.ts'
import { createSigners, createWorld, type World } from './world.ts'

const PEOPLE = 16
/** Sign-ins under way at a time, where as many are done as can be. */
const LOOPS = 16
/** Of the highest rate: at a pace that is just held, how long anybody waits is a matter of luck. */
const HELD = 0.8

export const signin = bench({
  measures:
    'signing in through Authority and Okta: our share, the highest rate, endpoints, leavers',
  sizes: {
    rate: { means: 'sign-ins a second, or what the machine holds', full: 50, quick: 5 },
    lasting: { means: 'seconds of them, and of as many as can be', full: 20, quick: 1 },
    alone: { means: 'sign-ins one after another', full: 300, quick: 5 },
    redeeming: { means: 'turns of each side, ours and a bare provider', full: 10, quick: 1 },
    codes: { means: 'redeemed in each turn', full: 200, quick: 5 },
    trials: { means: 'people who are deactivated', full: 1_000, quick: 4 },
  },
  budgets: [
    { figure: 'p50', atMost: 15 },
    { figure: 'p99', atMost: 60 },
    { figure: 'tokenOfBare', atLeast: 60 },
    { figure: 'userinfoOfBare', atLeast: 60 },
    { figure: 'refused', atMost: 5_000 },
  ],
  async run({ server, say }, sizes) {
    const { figures, notes } = await onOneNode(await server.createDatabase(), sizes, say)
    say('beside a bare provider')
    const endpoints = await besideBare(await server.createDatabase(), sizes)
    say('deactivations')
    const refused = await onTwoNodes(await server.createDatabase(), sizes.trials, say)
    return {
      figures: {
        ...figures,
        ...endpointsAs(endpoints),
        refusedP50: ms(median(refused), 'p50 from a deactivation to the last answer of two nodes'),
        refused: ms(Math.max(...refused), 'the slowest of them'),
      },
      notes,
    }
  },
})

interface Sizes {
  readonly rate: number
  readonly lasting: number
  readonly alone: number
  readonly redeeming: number
  readonly codes: number
}

async function onOneNode(database: BenchDatabase, sizes: Sizes, say: (line: string) => void) {
  const folder = await makeFolder()
  const file = join(folder, 'probed')
  const node = await startServer(folder, { ...databaseOf(database), ...probing(file) })
  let seen: Awaited<ReturnType<typeof seenOn>>
  try {
    seen = await seenOn(node, database, sizes, say)
  } finally {
    await node.stop()
  }
  const { most, pace, whole, spent } = seen
  const server = (await readShares(file, 'most')).processorMs
  return {
    figures: {
      ...sharesAs(await readShares(file, 'paced'), await readShares(file, 'alone')),
      pace: perSecond(pace, 'the pace'),
      whole: ms(median(whole), 'p50 of the whole sign-in at the pace'),
      most: perSecond(most.perSecond, 'whole sign-ins, as many as the machine holds'),
      server: ms(server, 'of a processor that the server took for each of those'),
      postgres: ms(spent.postgres, 'that PostgreSQL took, where it can be looked at'),
      generator: ms(spent.generator, 'that browser, Okta and site took'),
    },
    notes: [boundBy({ server, ...spent }, most.perSecond)],
  }
}

/** What browsers, Okta and site see, and what all but the server takes of a processor for it. */
async function seenOn(
  node: ServerProcess,
  database: BenchDatabase,
  sizes: Sizes,
  say: (line: string) => void,
) {
  const world = await createWorld(node, PEOPLE)
  try {
    const { signIn } = createSigners(world)
    for (const _ of world.people) await signIn()
    say('one after another')
    for (let index = 0; index < sizes.alone; index += 1) await signIn(`alone-${index}`)
    say('as many as can be')
    const before = { generator: ownMs(), postgres: await postgresMs(database) }
    const most = await asManyAsCanBe(LOOPS, sizes.lasting, (index) => signIn(`most-${index}`))
    const spent = {
      generator: (ownMs() - before.generator) / most.done,
      postgres: ((await postgresMs(database)) - before.postgres) / most.done,
    }
    const pace = Math.min(sizes.rate, most.perSecond * HELD)
    say(`${most.perSecond.toFixed(1)} a second; now ${pace.toFixed(1)}`)
    const whole = await atPace(pace, sizes.lasting, (index) => signIn(`paced-${index}`))
    return { most, pace, whole, spent }
  } finally {
    await world.close()
  }
}

/** On a node that nothing is looked into: the bare provider is not, either. */
async function besideBare(database: BenchDatabase, sizes: Sizes): Promise<Compared> {
  const node = await startServer(await makeFolder(), databaseOf(database))
  let world: World | undefined
  try {
    world = await createWorld(node, PEOPLE)
    const { signIn } = createSigners(world)
    const sessions = []
    for (const _ of world.people) sessions.push((await signIn()).cookies)
    return await compareEndpoints(world.site, sessions, sizes)
  } finally {
    await Promise.all([world?.close(), node.stop()])
  }
}

function sharesAs(paced: Shares, alone: Shares): Record<string, Figure> {
  return {
    p50: ms(median(paced.own), 'p50 of our own share at the pace'),
    p99: ms(percentile(paced.own, 0.99), 'p99 of it'),
    alone: ms(median(alone.own), 'p50 of our own share, one after another'),
    aloneIdp: ms(median(alone.waited), 'p50 of what we waited for Okta then'),
    aloneServer: ms(alone.processorMs, 'of a processor that the server took for each then'),
  }
}

function endpointsAs({ ours, bare }: Compared): Record<string, Figure> {
  const share = (one: number, of: number, means: string): Figure => ({
    value: (100 * one) / of,
    unit: '%',
    means,
  })
  return {
    token: perSecond(ours.token, 'codes redeemed'),
    userinfo: perSecond(ours.userinfo, 'answers of userinfo'),
    tokenOfBare: share(ours.token, bare.token, 'of the codes that a bare provider redeems'),
    userinfoOfBare: share(ours.userinfo, bare.userinfo, 'of the userinfo that it answers'),
  }
}

/** Which of the processes has a processor for itself, or that they share all there are. */
function boundBy(each: Readonly<Record<string, number>>, rate: number): string {
  const busy = Object.entries(each).map(([name, eachMs]) => [name, (eachMs * rate) / 1000] as const)
  const shares = busy.map(([name, share]) => `${name} ${share.toFixed(2)}`).join(', ')
  const sum = busy.reduce((whole, [, share]) => whole + share, 0)
  return `of ${availableParallelism()} processors at the highest rate: ${shares}; ${sum.toFixed(2)} together`
}

/** Two of one database, under the public address of the first. */
async function onTwoNodes(
  database: BenchDatabase,
  trials: number,
  say: (line: string) => void,
): Promise<number[]> {
  const folder = await makeFolder()
  const settings = databaseOf(database)
  const nodes: ServerProcess[] = []
  let world: World | undefined
  try {
    nodes.push(await startServer(folder, settings))
    world = await createWorld(nodes[0] as ServerProcess, trials)
    const ROLLCALL_PUBLIC_URL = new URL(world.site.authority).origin
    nodes.push(await startServer(folder, { ...settings, ROLLCALL_PUBLIC_URL }))
    return await deactivations(world, nodes, say)
  } finally {
    await Promise.all([world?.close(), ...nodes.map((node) => node.stop())])
  }
}

function databaseOf({ url, appUrl }: BenchDatabase) {
  return { ROLLCALL_DATABASE_URL: url, ROLLCALL_DATABASE_APP_URL: appUrl }
}
