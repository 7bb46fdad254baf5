/**
 * What a route of the admin API is, as data. The server, the CLI, the console, OpenAPI and the
 * tests read the same list, so none of them can drift from another.
 *
 * A route's input is one flat object: the names in braces in its path are taken from the path,
 * the rest from the query for GET and DELETE and from the JSON body otherwise.
 */
import { z } from 'zod'
import type { Needs } from './rights.ts'

export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE'

export interface Route {
  readonly method: Method
  /** With names in braces, which the input holds too. */
  readonly path: `/admin/v1/${string}` | `/setup/v1/${string}`
  /** Who may; a route without it does not start the server (SEC P-1). */
  readonly needs: Needs
  /** For a person with a session: they must have signed in within the last ten minutes (SEC C-3). */
  readonly fresh?: true
  /** A sentence for the reference and for OpenAPI. */
  readonly summary: string
  readonly input: z.ZodObject
  /** `z.undefined()` answers 204. */
  readonly reply: z.ZodType
  /** Instead of one reply, a stream of server-sent events (text/event-stream), each such a reply. */
  readonly streams?: true
  /**
   * Instead of one reply, every row of a list as one file, each such a reply: the route whose pages
   * they are, and what it is always asked. The input says which `format`.
   */
  readonly exports?: { readonly list: string; readonly always?: Readonly<Record<string, unknown>> }
  /** The status of success; 200, or 204 without a reply, unless said. */
  readonly status?: 201 | 202
}

export type Routes = Readonly<Record<string, Route>>
export type InputOf<R extends Route> = z.input<R['input']>
export type ParsedInputOf<R extends Route> = z.output<R['input']>
export type ReplyOf<R extends Route> = z.output<R['reply']>

/** The names in braces of a path, in order. */
export function pathNames(path: string): string[] {
  return Array.from(path.matchAll(/\{(\w+)\}/g), ([, name]) => name ?? '')
}

/** The body of every refusal under /admin. */
export const problem = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    requestId: z.string(),
    command: z.string().optional().describe('Of the command line: what helps.'),
    problems: z.array(z.object({ at: z.string(), message: z.string() })).optional(),
  }),
})
export type Problem = z.output<typeof problem>
