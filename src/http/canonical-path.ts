/**
 * One spelling of a path (SEC P-1): routing and authentication must look at the same one, so a
 * path that means another when it is normalised or decoded once more is refused.
 */
import { HttpRefusal } from './area.ts'

/** Bytes of path and query together (SEC P-2). */
export const MAX_URL = 8 * 1024

/** @throws HttpRefusal 400 */
export function checkPath(path: string): void {
  const why = oddity(path)
  if (why !== undefined)
    throw new HttpRefusal(400, `The path of the request ${why}. Write it in its plain form.`)
}

function oddity(path: string): string | undefined {
  if (path.includes('//')) return 'holds an empty segment (//)'
  if (/(^|\/)(\.|%2e){1,2}(\/|$)/i.test(path)) return 'holds a dot segment (. or ..)'
  if (/%2f|%5c|\\/i.test(path)) return 'holds an encoded separator'
  if (/%(?![0-9a-f]{2})/i.test(path)) return 'holds a broken percent-escape'
  if (/%(25|0[0-9a-f]|1[0-9a-f]|7f)/i.test(path)) return 'is encoded twice or holds a control sign'
  return undefined
}
