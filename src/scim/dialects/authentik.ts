import { isJsonObject } from '../values.ts'
import type { OperationRewrite, ValueRewrite } from './rewrite.ts'

/** What is ours to say of a resource. */
const OURS = new Set(['schemas', 'meta', 'groups'])

const wholeResourceInValue = {
  name: 'authentik.whole-resource-in-value',
  on: 'operation',
  clients: ['authentik'],
  sent:
    '{ "op": "replace", "value": { "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], ' +
    '"id": "grp_1", "displayName": "Field Operations" } }',
  meant: '{ "op": "replace", "value": { "displayName": "Field Operations" } }',
  why:
    'authentik refreshes a group with a whole resource as the value. What only we say of it ' +
    '(schemas, meta, groups) is repeated and not meant as a change; members that it does not ' +
    'mention stay.',
  rewrite({ op, path, value }) {
    if (path !== undefined || !isJsonObject(value)) return undefined
    if (!Array.isArray(value.schemas) && !isJsonObject(value.meta)) return undefined
    const rest = Object.entries(value).filter(([name]) => !OURS.has(name.toLowerCase()))
    return [{ op, path, value: Object.fromEntries(rest) }]
  },
} as const satisfies OperationRewrite

const noSchemas = {
  name: 'authentik.no-schemas',
  on: 'value',
  clients: ['older authentik'],
  sent: '{ "userName": "amara.diallo" }',
  meant:
    '{ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "amara.diallo" }',
  why: 'Older versions leave out "schemas", which RFC 7643 section 3 wants in every resource.',
} as const satisfies ValueRewrite

export const authentik = [wholeResourceInValue, noSchemas] as const
