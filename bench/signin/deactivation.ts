/** From somebody's deactivation over SCIM to the last answer that any of two nodes still gives them. */
import { randomBytes } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { createSend, expectStatus } from '../http.ts'
import { patchOf } from '../push.ts'
import type { ServerProcess } from '../server.ts'
import { ask, askUserinfo, authorizeUrl, cookieOf, type Relying } from './visitor.ts'
import { createSigners, type World } from './world.ts'

/** Trials under way at a time, and how often each asks. */
const AT_ONCE = 4
const ASK_EVERY_MS = 50
const GIVEN_UP_MS = 60_000

/** Who has signed in, and what they hold. */
interface Holder {
  readonly scimId: string
  readonly token: string
  readonly session: string
}

/**
 * @param nodes  of one database, under one public address
 * @returns of each person of the world, milliseconds
 * @throws Error when somebody is still let in after a minute
 */
export async function deactivations(
  world: World,
  nodes: readonly ServerProcess[],
  say: (line: string) => void,
): Promise<number[]> {
  const { site, scim } = world
  const send = createSend(scim.baseUrl, scim.token, AT_ONCE)
  // All of them leave, which would be held as a mistake else.
  await nodes[0]?.admin.changeBrake({ tenant: world.tenantId, atLeast: world.people.length + 1 })
  const left = await signInAll(world)
  say(`${left.length} people are signed in`)
  const took: number[] = []
  const trial = async (holder: Holder) => {
    const from = performance.now()
    const body = patchOf([{ op: 'replace', value: { active: false } }])
    const told = send('PATCH', `/Users/${holder.scimId}`, body)
    const refused = nodes.flatMap(({ url }) => {
      const node = { ...site, authority: url + new URL(site.authority).pathname }
      return [isTokenGood, isSessionGood].map((isGood) => lastAnswer(() => isGood(node, holder)))
    })
    expectStatus(await told, 200)
    took.push(Math.max(...(await Promise.all(refused))) - from)
  }
  const loop = async () => {
    for (let next = left.pop(); next !== undefined; next = left.pop()) await trial(next)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, loop))
  return took
}

async function signInAll(world: World): Promise<Holder[]> {
  const signers = createSigners(world)
  const { origin } = new URL(world.site.authority)
  const holders: Holder[] = []
  // The nth sign-in is the nth person's.
  for (const person of world.people) {
    const { token, cookies } = await signers.signIn()
    const session = cookieOf(cookies.get(origin))
    holders.push({ scimId: world.scimIdOf(person), token, session })
  }
  return holders
}

/** @returns when it was last answered, by the clock of `performance.now` */
async function lastAnswer(isGood: () => Promise<boolean>): Promise<number> {
  const giveUpAt = performance.now() + GIVEN_UP_MS
  let last = performance.now()
  while (await isGood()) {
    last = performance.now()
    if (last > giveUpAt) throw new Error('Somebody is still let in a minute after they left.')
    await wait(ASK_EVERY_MS)
  }
  return last
}

async function isTokenGood(site: Relying, { token }: Holder): Promise<boolean> {
  const { status } = await askUserinfo(site, token)
  if (status !== 200 && status !== 401) throw new Error(`Userinfo is answered with ${status}.`)
  return status === 200
}

/** Whoever has a session gets a code without a question; who is out, an error, or a page that says so. */
async function isSessionGood(site: Relying, { session }: Holder): Promise<boolean> {
  const verifier = randomBytes(32).toString('base64url')
  const answer = await ask(authorizeUrl(site, verifier, 'none'), { cookie: session })
  const { status, headers, text } = answer
  const back = new URL(headers.location ?? site.authority).searchParams
  const isRefused = status === 403 || back.has('error')
  if (!isRefused && !back.has('code'))
    throw new Error(`Whoever has a session is answered with ${status}: ${text.slice(0, 500)}`)
  return !isRefused
}
