/**
 * One kind of work at full speed over HTTP, in a process of its own: so many connections at a time,
 * each with one piece of work after the other.
 *
 * It takes processor time from the server that it measures; how much is part of the result.
 */
import { fileURLToPath } from 'node:url'
import { nextMessage, withChild } from './child.ts'
import { createSend, expectStatus, type Send } from './http.ts'
import { externalIdOf, oktaUser, userIdOf, userNameOf } from './okta-user.ts'
import { patchOf } from './push.ts'

interface Step {
  readonly name: string
  readonly method: string
  readonly path: string
  readonly body?: unknown
  readonly status: number
  /** How many the answer must name: whoever finds nobody where somebody is would be fast. */
  readonly total?: 0 | 1
}

const sought = (attribute: string, value: string, total: 0 | 1): Step => {
  const filter = encodeURIComponent(`${attribute} eq "${value}"`)
  const path = `/Users?filter=${filter}&startIndex=1&count=100`
  return { name: 'lookup', method: 'GET', path, status: 200, total }
}

const switched = (id: string, active: boolean): Step => {
  const body = patchOf([{ op: 'replace', value: { active } }])
  return { name: 'patch', method: 'PATCH', path: `/Users/${id}`, body, status: 200 }
}

/** What a piece of work is, for the nth person, who is there already, or for somebody `fresh`. */
export const WORK = {
  /** As Okta does it: nobody has that name yet, so they are created. */
  create: (_: number, fresh: string): Step[] => {
    const userName = `${fresh}@acme.example`
    const body = oktaUser(userName, `00u${fresh}`)
    const create = { name: 'create', method: 'POST', path: '/Users', body, status: 201 }
    return [sought('userName', userName, 0), create]
  },
  userName: (n: number): Step[] => [sought('userName', userNameOf(n), 1)],
  externalId: (n: number): Step[] => [sought('externalId', externalIdOf(n), 1)],
  id: (_: number, __: string, id: string): Step[] => [sought('id', id, 1)],
  replace: (n: number, fresh: string, id: string): Step[] => {
    const body = { ...oktaUser(userNameOf(n), externalIdOf(n)), displayName: fresh }
    return [{ name: 'put', method: 'PUT', path: `/Users/${id}`, body, status: 200 }]
  },
  /** Off and on again, so that each PATCH changes something. */
  active: (_: number, __: string, id: string): Step[] => [switched(id, false), switched(id, true)],
} satisfies Record<string, (n: number, fresh: string, id: string) => Step[]>

export interface LoadTask {
  readonly baseUrl: string
  readonly token: string
  readonly work: keyof typeof WORK
  /** Numbers 1 to that many are there; or the ids of those that are, where they are not ours. */
  readonly people: number | readonly string[]
  readonly connections: number
  /** Not measured: compilers warm up, statements get prepared. */
  readonly warmUpMs: number
  readonly measuredMs: number
  /** Tells what this task writes from what others do. */
  readonly prefix: string
}

export interface LoadResult {
  /** Pieces of work. */
  readonly perSecond: number
  /** By the name of the step. */
  readonly stepMs: Readonly<Record<string, readonly number[]>>
  /** Of one processor, 0 to 1. */
  readonly ownProcessor: number
}

export type Load = (task: LoadTask) => Promise<LoadResult>

/** The generator, for one task after the other. @throws Error when a request failed there */
export function withGenerator<T>(act: (load: Load) => Promise<T>): Promise<T> {
  return withChild(fileURLToPath(import.meta.url), [], (child) =>
    act((task) => {
      child.send(task)
      return nextMessage<LoadResult>(child)
    }),
  )
}

/** Connections are kept from task to task, as a client keeps them from change to change. */
const sends = new Map<string, Send>()

async function load(task: LoadTask): Promise<LoadResult> {
  const { baseUrl, token, people, connections, warmUpMs, measuredMs } = task
  const send = sends.get(baseUrl) ?? createSend(baseUrl, token, connections)
  sends.set(baseUrl, send)
  const stepMs: Record<string, number[]> = {}
  const beginAt = performance.now() + warmUpMs
  const endAt = beginAt + measuredMs
  let processorAtBegin = process.cpuUsage()
  setTimeout(() => (processorAtBegin = process.cpuUsage()), warmUpMs)
  let [next, done] = [0, 0]
  const loop = async () => {
    while (performance.now() < endAt) {
      next += 1
      const laps: [string, number][] = []
      const n = 1 + (next % (typeof people === 'number' ? people : people.length))
      const id = typeof people === 'number' ? userIdOf(n) : (people[n - 1] ?? '')
      for (const step of WORK[task.work](n, `${task.prefix}-${next}`, id))
        laps.push([step.name, await take(send, step)])
      const now = performance.now()
      // One is, however slow the machine: figures of nothing are none.
      const isMeasured = now >= beginAt && (now <= endAt || done === 0)
      if (!isMeasured) continue
      done += 1
      for (const [name, ms] of laps) (stepMs[name] ??= []).push(ms)
    }
  }
  await Promise.all(Array.from({ length: connections }, loop))
  const { user, system } = process.cpuUsage(processorAtBegin)
  const ownProcessor = (user + system) / 1000 / measuredMs
  return { perSecond: (done / measuredMs) * 1000, stepMs, ownProcessor }
}

/** @returns how long it took, in milliseconds */
async function take(send: Send, step: Step): Promise<number> {
  const sentAt = performance.now()
  const { text } = expectStatus(await send(step.method, step.path, step.body), step.status)
  const tookMs = performance.now() - sentAt
  const { total } = step
  if (total !== undefined && !new RegExp(`"totalResults":${total}[,}]`).test(text))
    throw new Error(`${step.method} ${step.path} did not find ${total}: ${text.slice(0, 500)}`)
  return tookMs
}

if (import.meta.main)
  process
    .on('message', (task: LoadTask) => void load(task).then((result) => process.send?.(result)))
    .once('disconnect', () => process.exit())
