import { isJsonObject, partNamed } from '../values.ts'
import type { OperationRewrite } from './rewrite.ts'

const ownIdInValue = {
  name: 'okta.own-id-in-value',
  on: 'operation',
  clients: ['Okta catalogue apps', 'authentik'],
  sent: '{ "op": "replace", "value": { "id": "grp_1", "displayName": "Field Operations" } }',
  meant: '{ "op": "replace", "value": { "displayName": "Field Operations" } }',
  why:
    'Okta renames a group, and begins many membership updates, with the group’s own id, which is ' +
    'read-only (RFC 7643 section 3.1). Another id than its own is refused.',
  rewrite({ op, path, value }, { ownId }) {
    if (path === undefined && isJsonObject(value) && partNamed(value, 'id') === ownId) {
      const rest = Object.entries(value).filter(([name]) => name.toLowerCase() !== 'id')
      return [{ op, path, value: Object.fromEntries(rest) }]
    }
    return path?.toLowerCase() === 'id' && value === ownId ? [] : undefined
  },
} as const satisfies OperationRewrite

export const okta = [ownIdInValue] as const
