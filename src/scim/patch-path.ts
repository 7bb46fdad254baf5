/**
 * The path of a PATCH operation (RFC 7644 section 3.5.2, figure 7): a name, or a name with a filter
 * in brackets and perhaps a sub-attribute behind them.
 */
import { ScimError } from './errors.ts'
import { parseValueFilter } from './filter/parse.ts'
import type { Filter } from './filter/tree.ts'
import { LIMITS } from './limits.ts'
import { resolveName, type Resolved, type ResolvedExtension } from './path.ts'
import type { ResourceType } from './resource-types.ts'

export interface PatchTarget {
  readonly resolved: Resolved | ResolvedExtension
  /** Which elements of a multi-valued attribute; its paths are sub-attributes. */
  readonly where: Filter | undefined
  /** As the client wrote it, for messages. */
  readonly written: string
}

/**
 * @returns undefined when the path is well formed and no schema knows the attribute
 * @throws ScimError `invalidPath`, `invalidFilter`
 */
export function parsePatchPath(type: ResourceType, path: string): PatchTarget | undefined {
  if (path.length > LIMITS.filterLength)
    throw invalid(path, `is longer than ${LIMITS.filterLength} characters`)
  const open = path.indexOf('[')
  const name = (open === -1 ? path : path.slice(0, open)).trim()
  if (!isName(name)) throw invalid(path, 'is not the name of an attribute')
  const resolved = resolveName(type, name)
  if (open === -1)
    return resolved === undefined ? undefined : { resolved, where: undefined, written: path }
  const close = path.lastIndexOf(']')
  const behind = close < open ? undefined : /^(?:\.([\w$-]+))?\s*$/.exec(path.slice(close + 1))
  if (behind === undefined || behind === null) throw invalid(path, 'has brackets that do not match')
  if (resolved === undefined) return undefined
  if (
    'extension' in resolved ||
    resolved.sub !== undefined ||
    !resolved.known.attribute.multiValued
  )
    throw invalid(path, 'has a filter on an attribute that holds one value')
  const where = parseValueFilter(resolved.known, path.slice(open + 1, close))
  if (behind[1] === undefined) return { resolved, where, written: path }
  const sub = resolved.known.subs.get(behind[1].toLowerCase())
  return sub === undefined ? undefined : { resolved: { ...resolved, sub }, where, written: path }
}

/** `attrPath` of the grammar; which attribute it is, if any, is for the schemas to say. */
const NAME = /^[A-Za-z$][\w$-]*(\.[A-Za-z$][\w$-]*)?$/
const URI = /^[A-Za-z][\w+.-]*:[^\s[\]"]+$/

function isName(written: string): boolean {
  if (!URI.test(written)) return NAME.test(written)
  return !/^urn:/i.test(written) || NAME.test(written.slice(written.lastIndexOf(':') + 1))
}

function invalid(path: string, what: string): ScimError {
  return ScimError.of('invalidPath', `The path "${path.slice(0, 100)}" ${what}.`)
}
