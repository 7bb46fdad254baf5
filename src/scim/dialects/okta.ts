import { isJsonObject } from '../values.ts'
import type { Rewrite } from './rewrite.ts'

/**
 * Okta renames a group, and begins many membership updates, with a path-less replace that carries
 * the group's own id, which RFC 7644 section 3.5.2 calls read-only:
 *
 *     { "op": "replace", "value": { "id": "grp_1", "displayName": "Field Operations" } }
 *     { "op": "replace", "value": { "displayName": "Field Operations" } }
 */
const ownIdInValue: Rewrite = {
  name: 'okta.own-id-in-value',
  rewrite({ op, path, value }, ownId) {
    if (path !== undefined || !isJsonObject(value) || value.id !== ownId) return undefined
    const { id: _id, ...rest } = value
    return [{ op, path, value: rest }]
  },
}

export const okta: readonly Rewrite[] = [ownIdInValue]
