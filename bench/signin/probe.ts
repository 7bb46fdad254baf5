/**
 * Loaded into the server that is measured (`--import`): of each answer that belongs to a marked sign-in, how
 * long it took, how long of that we waited for the identity provider, and what the processor has done by then.
 * Written when the server ends: whoever writes in between is measured too.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { subscribe } from 'node:diagnostics_channel'
import { writeFileSync } from 'node:fs'
import type { ClientRequest, IncomingMessage } from 'node:http'
import { fileURLToPath } from 'node:url'

export interface Probed {
  readonly mark: string
  readonly ms: number
  readonly waitedMs: number
  /** Of the whole process until then. */
  readonly processorMs: number
}

const FILE = 'BENCH_PROBE_FILE'

/** What starts a server with the probe in it. */
export function probing(file: string): Record<string, string> {
  return { NODE_OPTIONS: `--import=${fileURLToPath(import.meta.url)}`, [FILE]: file }
}

interface UnderWay {
  readonly mark: string
  readonly from: number
  waitedMs: number
}

function probe(file: string): void {
  const all: Probed[] = []
  process.once('exit', () => writeFileSync(file, JSON.stringify(all)))
  const underWay = new AsyncLocalStorage<UnderWay>()
  const answering = new WeakMap<object, UnderWay>()
  const asked = new WeakMap<ClientRequest, { readonly by: UnderWay; readonly from: number }>()
  subscribe('http.server.request.start', (message) => {
    const { request } = message as { request: IncomingMessage }
    const mark = String(request.headers['x-bench-sign-in'] ?? '')
    const one = { mark, from: performance.now(), waitedMs: 0 }
    answering.set(request, one)
    underWay.enterWith(one)
  })
  subscribe('http.client.request.start', (message) => {
    const by = underWay.getStore()
    const { request } = message as { request: ClientRequest }
    if (by !== undefined) asked.set(request, { by, from: performance.now() })
  })
  subscribe('http.client.response.finish', (message) => {
    const waiting = asked.get((message as { request: ClientRequest }).request)
    if (waiting !== undefined) waiting.by.waitedMs += performance.now() - waiting.from
  })
  subscribe('http.server.response.finish', (message) => {
    const one = answering.get((message as { request: IncomingMessage }).request)
    if (one === undefined || one.mark === '') return
    const { user, system } = process.cpuUsage()
    const { mark, from, waitedMs } = one
    all.push({
      mark,
      ms: performance.now() - from,
      waitedMs,
      processorMs: (user + system) / 1000,
    })
  })
}

const file = process.env[FILE]
if (file !== undefined) probe(file)
