/**
 * Exports: a list as one file, read page by page and no faster than the client takes it, so that one
 * of any length costs the memory of a page. It ends with its client and with the right to read,
 * which is looked at again before each page (SEC T-6).
 *
 * Each page is the list as it is then: what changes meanwhile is in the file or is not. One that ends
 * before its time is cut off, which no client takes for a whole answer.
 */
import { z } from 'zod'
import type { Audit } from '../audit/index.ts'
import type { Route } from '../contract/index.ts'
import { type Actor, linesOf, type TenantId } from '../lib/index.ts'
import type { Answer, Exchange } from './area.ts'
import { csvLine } from './csv.ts'
import { TooManyRequests } from './errors.ts'
import { DATA_HEADERS } from './headers.ts'
import type { Log } from './log.ts'

/** Rows read at a time. */
export const PAGE = 500
/** Of one tenant at a time, on one node. */
const MOST = 5
const RETRY_SECONDS = 30

export interface ListPage {
  readonly items: readonly unknown[]
  readonly next: string | null
}

export interface Export {
  readonly tenantId: TenantId
  readonly actor: Actor
  readonly route: Route
  readonly exchange: Exchange
  /** As the audit log says it. */
  readonly filter: Readonly<Record<string, unknown>>
  readonly isCsv: boolean
  readonly read: (after: string | undefined) => Promise<ListPage>
  /** Whether the caller still may. */
  readonly mayRead: () => Promise<boolean>
}

export type Exports = ReturnType<typeof createExports>

export function createExports({ audit, log }: { readonly audit: Audit; readonly log: Log }) {
  const begin = createRoom()

  async function* textOf(asked: Export, first: ListPage, end: () => void): AsyncGenerator<string> {
    const { isCsv } = asked
    const row = rowOf(asked.route)
    const columns = Object.keys(row.shape)
    try {
      if (isCsv) yield csvLine(columns)
      for await (const { items } of pagesOf(asked, first)) {
        const rows = items.map((item) => row.parse(item))
        yield rows
          .map((each) =>
            isCsv ? csvLine(columns.map((name) => each[name])) : `${JSON.stringify(each)}\n`,
          )
          .join('')
      }
    } catch (error) {
      log.warn({
        event: 'http.export.broken',
        requestId: asked.exchange.requestId,
        error: linesOf(error),
      })
      throw error
    } finally {
      end()
    }
  }

  return {
    /** @throws what reading the first page throws; TooManyRequests */
    async open(asked: Export): Promise<Answer> {
      const { tenantId, actor, route, filter, isCsv, read } = asked
      const format = isCsv ? 'csv' : 'ndjson'
      const list = route.path.replace(/.*\//, '')
      const end = begin(tenantId)
      let first: ListPage
      try {
        first = await read(undefined)
        await audit.recordAlone(tenantId, actor, {
          act: 'audit.list.exported',
          object: list,
          details: { format, filter },
        })
      } catch (error) {
        end()
        throw error
      }
      return {
        status: 200,
        headers: {
          'content-type': isCsv
            ? 'text/csv; charset=utf-8; header=present'
            : 'application/x-ndjson',
          'content-disposition': `attachment; filename="${list}.${format}"`,
          ...DATA_HEADERS,
        },
        rest: endingWith(textOf(asked, first, end), end),
      }
    },
  }
}

/** So many at a time of a tenant. */
function createRoom() {
  const open = new Map<TenantId, number>()
  const count = (tenantId: TenantId, by: number) => {
    const left = (open.get(tenantId) ?? 0) + by
    if (left === 0) open.delete(tenantId)
    else open.set(tenantId, left)
  }

  /** Counts one in. @returns what counts it out, once, however often it is called */
  return (tenantId: TenantId): (() => void) => {
    if ((open.get(tenantId) ?? 0) >= MOST) throw new TooManyRequests(RETRY_SECONDS)
    count(tenantId, 1)
    let isOver = false
    return () => {
      if (!isOver) count(tenantId, -1)
      isOver = true
    }
  }
}

/** Its end comes even where nothing of it was asked for: a generator that never began has none. */
function endingWith(text: AsyncGenerator<string>, end: () => void): AsyncIterable<string> {
  return {
    [Symbol.asyncIterator]: () => ({
      next: () => text.next(),
      async return() {
        end()
        return text.return(undefined)
      },
    }),
  }
}

function rowOf({ path, reply }: Route): z.ZodObject {
  if (reply instanceof z.ZodObject) return reply
  throw new Error(`The rows of ${path} have no columns.`)
}

async function* pagesOf({ read, mayRead }: Export, first: ListPage): AsyncGenerator<ListPage> {
  let page = first
  yield page
  while (page.next !== null) {
    if (!(await mayRead())) throw new Error('Whoever exports may not read any more.')
    page = await read(page.next)
    yield page
  }
}
