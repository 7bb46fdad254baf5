/**
 * The same work done by ours and by two durable peers, by turns: each a server of its own on the
 * same PostgreSQL. They hold fewer people, which can only be to their good.
 */
import { fileURLToPath } from 'node:url'
import type { Figure } from './bench.ts'
import { nextMessage, withChild } from './child.ts'
import type { DatabaseServer } from './database.ts'
import { median, perSecond, times } from './figures.ts'
import { createSend, expectStatus } from './http.ts'
import type { WORK } from './http-load.ts'
import { externalIdOf, oktaUser, userNameOf } from './okta-user.ts'
import { installPeers } from './peers/install.ts'
import { type Contest, type RateSizes, loadOf, type Side, WORKS } from './scim-rates.ts'

const PEERS = ['scimmy', 'jackson'] as const
const PEOPLE = 2_000
const WORKS_OF_PEERS = [
  'create',
  'userName',
  'replace',
  'active',
] as const satisfies readonly (keyof typeof WORK)[]

interface Round {
  readonly peer: (typeof PEERS)[number]
  readonly work: (typeof WORKS_OF_PEERS)[number]
  /** Pieces of work a second. */
  readonly ours: number
  readonly theirs: number
}

/** Each peer is started, filled, measured and stopped, one after the other. */
export async function peerFigures(
  contest: Contest,
  server: DatabaseServer,
  sizes: RateSizes,
  say: (line: string) => void,
): Promise<Record<string, Figure>> {
  say('the packages of the peers')
  installPeers()
  const rounds: Round[] = []
  for (const peer of PEERS) {
    say(peer)
    const { url } = await server.createEmptyDatabase()
    const file = fileURLToPath(new URL(`peers/${peer}.ts`, import.meta.url))
    await withChild(file, [url], async (child) => {
      const side = await filled(await nextMessage<Side>(child), Math.min(PEOPLE, sizes.crowd))
      for (let round = 1; round <= sizes.rounds; round += 1)
        for (const work of WORKS_OF_PEERS) {
          const run = async (of: Side) => {
            const task = { ...sizes, round, prefix: `${peer}${round}` }
            return (await loadOf(contest, of, work, task)).perSecond
          }
          rounds.push({ peer, work, ours: await run(contest.ours), theirs: await run(side) })
        }
    })
  }
  return figuresOf(rounds)
}

function figuresOf(rounds: readonly Round[]): Record<string, Figure> {
  const figures = WORKS_OF_PEERS.flatMap((work): [string, Figure][] => {
    const ofPeers = PEERS.map((peer) => {
      const of = rounds.filter((round) => round.work === work && round.peer === peer)
      const theirs = median(of.map((round) => round.theirs))
      return { peer, theirs, ratio: median(of.map(({ ours }) => ours)) / theirs }
    })
    const least = Math.min(...ofPeers.map(({ ratio }) => ratio))
    return [
      [`${work}OfPeers`, times(least, `${WORKS[work]}: our rate / the best peer's`)],
      ...ofPeers.map(({ peer, theirs }): [string, Figure] => [
        work + peer.replace(/^./, (first) => first.toUpperCase()),
        perSecond(theirs, `${WORKS[work]}, by ${peer}`),
      ]),
    ]
  })
  return Object.fromEntries(figures)
}

/** Creates people there, whose ids are the server's to give. */
async function filled(side: Side, people: number): Promise<Side> {
  const send = createSend(side.baseUrl, side.token, 16)
  const ids: string[] = []
  let next = 0
  const loop = async () => {
    while (next < people) {
      next += 1
      const n = next
      const user = oktaUser(userNameOf(n), externalIdOf(n))
      const { text } = expectStatus(await send('POST', '/Users', user), 201)
      ids[n - 1] = (JSON.parse(text) as { id: string }).id
    }
  }
  await Promise.all(Array.from({ length: 16 }, loop))
  return { ...side, ids }
}
