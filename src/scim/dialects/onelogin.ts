import { isJsonObject } from '../values.ts'
import type { JsonObject } from '../json.ts'
import type { Json } from '../store.ts'
import type { BodyRewrite, ValueRewrite } from './rewrite.ts'

const managerId = {
  name: 'onelogin.manager-id',
  on: 'body',
  clients: ['OneLogin templates'],
  sent: '{ "manager": { "managerId": "usr_1", "displayName": "Tomasz Bąk" } }',
  meant: '{ "manager": { "value": "usr_1" } }',
  why:
    'The SCIM 1.1 name of the attribute survives in templates for 2.0; left out as unknown, nobody ' +
    'would have a manager.',
  rewrite(body, type) {
    let found = false
    const meant: JsonObject = Object.create(null)
    for (const [name, value] of Object.entries(body)) {
      const given = type.extensions.has(name.toLowerCase()) ? withManagerValue(value) : undefined
      found ||= given !== undefined
      meant[name] = given ?? value
    }
    return found ? meant : undefined
  },
} as const satisfies BodyRewrite

/** @returns the extension with its manager put right, or undefined when there is nothing to do */
function withManagerValue(extension: Json): Json | undefined {
  if (!isJsonObject(extension)) return undefined
  const { manager, ...rest } = extension
  if (!isJsonObject(manager) || manager.value !== undefined) return undefined
  if (typeof manager.managerId !== 'string') return undefined
  return { ...rest, manager: { value: manager.managerId } }
}

const oneValueForAList = {
  name: 'onelogin.one-value-for-a-list',
  on: 'value',
  clients: ['OneLogin templates'],
  sent: '{ "emails": { "value": "priya.nair@acme.example", "type": "work" } }',
  meant: '{ "emails": [{ "value": "priya.nair@acme.example", "type": "work" }] }',
  why: 'The body is what somebody typed into a template; one value is a list of one.',
} as const satisfies ValueRewrite

const numberForText = {
  name: 'onelogin.number-for-text',
  on: 'value',
  clients: ['OneLogin templates'],
  sent: '{ "employeeNumber": 4711 }',
  meant: '{ "employeeNumber": "4711" }',
  why: 'A macro without quotes around it becomes a number in the body.',
} as const satisfies ValueRewrite

export const onelogin = [managerId, oneValueForAList, numberForText] as const
