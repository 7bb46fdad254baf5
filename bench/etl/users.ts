/** People who sign in and an identity provider that writes, at a gentle pace, while something else goes on. */
import { setTimeout as wait } from 'node:timers/promises'
import { timed } from '../figures.ts'
import { createSend, expectStatus } from '../http.ts'
import { oktaUser } from '../okta-user.ts'
import type { ServerProcess } from '../server.ts'
import { createSigners, createWorld } from '../signin/world.ts'

const WRITE_EVERY_MS = 40
const SIGN_IN_EVERY_MS = 100
const PEOPLE = 3

export interface Waited {
  /** Milliseconds of each. */
  readonly scim: readonly number[]
  readonly signIns: readonly number[]
}

export async function createUsers(server: ServerProcess) {
  const world = await createWorld(server, PEOPLE)
  const { signIn } = createSigners(world)
  const { baseUrl, token } = await server.onboard('writer')
  const send = createSend(baseUrl, token, 4)
  let written = 0

  const create = async () => {
    written += 1
    const user = oktaUser(`writer-${written}@acme.example`, `00w${written}`)
    expectStatus(await send('POST', '/Users', user), 201)
  }
  return {
    /** What they wait for as long as `act` takes. */
    async during(act: () => Promise<unknown>): Promise<Waited> {
      const over = new AbortController()
      const loop = async (each: () => Promise<unknown>, everyMs: number) => {
        const took: number[] = []
        do {
          took.push(await timed(each))
          await wait(everyMs)
        } while (!over.signal.aborted)
        return took
      }
      const loops = Promise.all([loop(create, WRITE_EVERY_MS), loop(signIn, SIGN_IN_EVERY_MS)])
      // One that fails ends what goes on beside it before anybody hears of it.
      const acted = act().finally(() => over.abort())
      await Promise.allSettled([acted, loops])
      await acted
      const [scim, signIns] = await loops
      return { scim, signIns }
    },
    close: world.close,
  }
}
