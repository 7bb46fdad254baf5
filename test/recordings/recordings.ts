/** The recordings of this folder, read and checked; README.md says what is in one. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

const json: z.ZodType<Json> = z.json()
export type Json = z.infer<ReturnType<typeof z.json>>

const request = z.strictObject({
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']),
  path: z.string().startsWith('/'),
  body: json.optional(),
})
const answer = z.strictObject({ status: z.int(), body: json.optional() })

const recording = z.strictObject({
  what: z.string().min(10),
  client: z.string(),
  grade: z.enum(['doc', 'test', 'src', 'seen', '3rd', 'composed']),
  source: z.url(),
  note: z.string().optional(),
  before: z.array(request.extend({ keep: z.string().optional() })).default([]),
  headers: z.record(z.string(), z.string()),
  request,
  answer,
  rewrites: z.array(z.string()).default([]),
  ignored: z.array(z.string()).default([]),
  after: z.array(request.extend({ answer })).default([]),
})

export type Recording = z.infer<typeof recording> & {
  /** Such as `okta/create`. */
  readonly name: string
}

export function readRecordings(): readonly Recording[] {
  const folder = import.meta.dirname
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.json'))
    .toSorted()
    .map((file) => ({
      name: file.replace(/\.json$/, ''),
      ...recording.parse(JSON.parse(readFileSync(join(folder, file), 'utf8'))),
    }))
}
