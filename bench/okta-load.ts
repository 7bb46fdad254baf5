/**
 * Okta creating people at full speed, in a process of its own: for each person a look-up by
 * userName and then the POST, one after the other, on so many connections at a time.
 *
 * It takes processor time from the server that it measures; how much is part of the result.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { createSend, expectStatus } from './http.ts'
import { oktaUser } from './okta-user.ts'

export interface LoadTask {
  readonly baseUrl: string
  readonly token: string
  readonly connections: number
  /** Not measured: compilers warm up, statements get prepared. */
  readonly warmUpSeconds: number
  readonly seconds: number
  /** Tells the people of this task from those of others. */
  readonly prefix: string
}

export interface LoadResult {
  readonly createdPerSecond: number
  readonly lookupMs: readonly number[]
  readonly createMs: readonly number[]
  /** Of one processor, 0 to 1. */
  readonly ownProcessor: number
}

/** Runs a task in a child process. @throws Error when a request failed there */
export async function oktaLoad(task: LoadTask): Promise<LoadResult> {
  const child = fork(fileURLToPath(import.meta.url), [JSON.stringify(task)])
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`The load generator ended with ${code}.`)
  })
  const [result] = (await Promise.race([once(child, 'message'), ended])) as [LoadResult]
  ended.catch(() => undefined)
  return result
}

async function createPeople(task: LoadTask): Promise<LoadResult> {
  const send = createSend(task.baseUrl, task.token, task.connections)
  const [lookupMs, createMs]: [number[], number[]] = [[], []]
  const beginAt = performance.now() + task.warmUpSeconds * 1000
  const endAt = beginAt + task.seconds * 1000
  let processorAtBegin = process.cpuUsage()
  setTimeout(() => (processorAtBegin = process.cpuUsage()), task.warmUpSeconds * 1000)
  let next = 0
  const loop = async () => {
    while (performance.now() < endAt) {
      next += 1
      const userName = `${task.prefix}-${next}@acme.example`
      const filter = encodeURIComponent(`userName eq "${userName}"`)
      const startedAt = performance.now()
      expectStatus(await send('GET', `/Users?filter=${filter}&startIndex=1&count=100`), 200)
      const foundAt = performance.now()
      const user = oktaUser(userName, `00u${task.prefix}${next}`)
      expectStatus(await send('POST', '/Users', user), 201)
      const createdAt = performance.now()
      if (startedAt < beginAt || createdAt > endAt) continue
      lookupMs.push(foundAt - startedAt)
      createMs.push(createdAt - foundAt)
    }
  }
  await Promise.all(Array.from({ length: task.connections }, loop))
  const { user, system } = process.cpuUsage(processorAtBegin)
  return {
    createdPerSecond: createMs.length / task.seconds,
    lookupMs,
    createMs,
    ownProcessor: (user + system) / 1e6 / task.seconds,
  }
}

if (import.meta.main) {
  const result = await createPeople(JSON.parse(process.argv[2] ?? '') as LoadTask)
  process.send?.(result, () => process.disconnect())
}
