import { isMembers, membersFrom } from '../members.ts'
import { resolveName } from '../path.ts'
import { isJsonObject } from '../values.ts'
import type { OperationRewrite, ValueRewrite } from './rewrite.ts'

const removeMembersByValue = {
  name: 'entra.remove-members-by-value',
  on: 'operation',
  clients: ['Entra ID (default)', 'JumpCloud', 'authentik'],
  sent: '{ "op": "Remove", "path": "members", "value": [{ "value": "usr_1" }] }',
  meant: '{ "op": "remove", "path": "members[value eq \\"usr_1\\"]" }',
  why:
    'Read literally, a remove of "members" without a filter empties the group (RFC 7644 section ' +
    '3.5.2.2). With an empty list or text nobody is named and nobody leaves; without a value it is ' +
    'the RFC’s own form and means everybody.',
  rewrite({ op, path, value }, { type }) {
    if (op.toLowerCase() !== 'remove' || path === undefined) return undefined
    if (value === undefined || value === null) return undefined
    const resolved = resolveName(type, path.trim())
    if (resolved === undefined || 'extension' in resolved || resolved.sub !== undefined)
      return undefined
    if (!isMembers(type, resolved)) return undefined
    return membersFrom(value).map((member) => ({
      op: 'remove',
      path: `members[value eq ${JSON.stringify(member)}]`,
      value: undefined,
    }))
  },
} as const satisfies OperationRewrite

const filterInAName = {
  name: 'entra.filter-in-a-name',
  on: 'operation',
  clients: ['Entra ID (aadOptscim062020)'],
  sent:
    '{ "op": "replace", "value": { "displayName": "T. Bak", ' +
    '"emails[type eq \\"work\\"].value": "t.bak@acme.example" } }',
  meant:
    '{ "op": "replace", "value": { "displayName": "T. Bak" } }, ' +
    '{ "op": "replace", "path": "emails[type eq \\"work\\"].value", "value": "t.bak@acme.example" }',
  why: 'A path in the place of a name would be left out as an unknown attribute, silently.',
  rewrite({ op, path, value }) {
    if (path !== undefined || !isJsonObject(value)) return undefined
    const entries = Object.entries(value)
    if (!entries.some(([name]) => name.includes('['))) return undefined
    return entries.map(([name, each]) =>
      name.includes('[')
        ? { op, path: name, value: each }
        : { op, path: undefined, value: { [name]: each } },
    )
  },
} as const satisfies OperationRewrite

const unqualifiedExtensionAttribute = {
  name: 'entra.unqualified-extension-attribute',
  on: 'operation',
  clients: ['Entra ID (older documentation)'],
  sent: '{ "op": "Add", "path": "manager", "value": [{ "value": "usr_1" }] }',
  meant:
    '{ "op": "add", "path": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager", ' +
    '"value": { "value": "usr_1" } }',
  why:
    'Only names of the core schema may go without their URN (RFC 7644 section 3.10). The name is ' +
    'taken for that of the first extension that has it, if the core schema has not; in filters too.',
  rewrite({ op, path, value }, { type }) {
    if (path === undefined || path.includes(':')) return undefined
    const name = /^[\w$-]+/.exec(path)?.[0].toLowerCase() ?? ''
    if (type.attributes.has(name)) return undefined
    const extension = [...type.extensions.values()].find(({ attributes }) => attributes.has(name))
    return extension && [{ op, path: `${extension.schema.id}:${path}`, value }]
  },
} as const satisfies OperationRewrite

const createWhatAFilterMisses = {
  name: 'entra.create-what-a-filter-misses',
  on: 'value',
  clients: ['Entra ID'],
  sent: '{ "op": "Replace", "path": "emails[type eq \\"work\\"].value", "value": "t.bak@acme.example" }',
  meant:
    '{ "op": "add", "path": "emails", "value": [{ "type": "work", "value": "t.bak@acme.example" }] }',
  why:
    'Where there is no such element the RFC answers noTarget (section 3.5.2.3), and Entra, which ' +
    'never sends the element any other way, would fail for that person in every cycle. Only for ' +
    'filters of eq and and: others do not say what the element would be.',
} as const satisfies ValueRewrite

const booleanAsText = {
  name: 'entra.boolean-as-text',
  on: 'value',
  clients: ['Entra ID (default)', 'OneLogin', 'Keycloak (mitodl)'],
  sent: '{ "op": "Replace", "path": "active", "value": "False" }',
  meant: '{ "op": "replace", "path": "active", "value": false }',
  why:
    'Only "true" and "false", in any letter case, and only for boolean attributes: a text is never ' +
    'taken for true because it is not empty.',
} as const satisfies ValueRewrite

const textForAComplexValue = {
  name: 'entra.text-for-a-complex-value',
  on: 'value',
  clients: ['Entra ID'],
  sent: '{ "manager": "usr_1" }',
  meant: '{ "manager": { "value": "usr_1" } }',
  why: 'Entra sends the manager as a bare id, on create as well as in PATCH.',
} as const satisfies ValueRewrite

const listForOneValue = {
  name: 'entra.list-for-one-value',
  on: 'value',
  clients: ['Entra ID (older documentation)'],
  sent: '{ "manager": [{ "value": "usr_1" }] }',
  meant: '{ "manager": { "value": "usr_1" } }',
  why: 'A list of one where the attribute holds one value. A longer list is refused.',
} as const satisfies ValueRewrite

export const entra = [
  removeMembersByValue,
  filterInAName,
  unqualifiedExtensionAttribute,
  createWhatAFilterMisses,
  booleanAsText,
  textForAComplexValue,
  listForOneValue,
] as const
