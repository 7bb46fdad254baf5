/** What must be true of every answer of the whole run: these look at all that was exchanged so far. */
import { type Check, Failed, type Group, type Level } from '../check.ts'
import type { Exchange } from '../client.ts'
import { at, elements, elementsOfText, isDateTime, isDoc, textAt } from '../expect.ts'
import { ERROR, SCIM_TYPES } from '../names.ts'

export const runWide: Group = {
  name: 'every',
  title: 'Every answer of this run',
  checks: [
    every(
      'server-error',
      'MUST',
      'RFC 7644 §3.12',
      'No request makes the server fail',
      'no status 5xx but 501',
      ({ status }) => status < 500 || status === 501,
    ),
    every(
      'json',
      'MUST',
      'RFC 7644 §3.8',
      'Every body is JSON',
      'JSON',
      ({ text, json }) => text === '' || json !== undefined,
    ),
    every(
      'media-type',
      'MUST',
      'RFC 7644 §8.1',
      'Every body is application/scim+json',
      'application/scim+json',
      ({ text, headers }) =>
        text === '' || /^application\/scim\+json\b/i.test(headers['content-type'] ?? ''),
    ),
    every(
      'error-form',
      'MUST',
      'RFC 7644 §3.12',
      'Every refusal has a SCIM Error with its status as text',
      'a SCIM Error',
      ({ method, status, json }) =>
        status < 400 ||
        method === 'HEAD' ||
        (elementsOfText(json, 'schemas').includes(ERROR) && at(json, 'status') === String(status)),
    ),
    every(
      'error-detail',
      'MUST',
      'clients need: Okta, Entra ID',
      'Every refusal says something to the administrator',
      'a detail',
      ({ method, status, json }) =>
        status < 400 || method === 'HEAD' || textAt(json, 'detail').length > 5,
    ),
    every(
      'error-type',
      'MUST',
      'RFC 7644 §3.12, table 9; RFC 9865 §2.1',
      'Every scimType is one of the RFCs',
      'a scimType of the tables',
      ({ json }) => at(json, 'scimType') === undefined || SCIM_TYPES.includes(at(json, 'scimType')),
    ),
    every(
      'error-type-there',
      'SHOULD',
      'RFC 7644 §3.12',
      'Every 400 for a body or a query has a scimType',
      'a scimType',
      ({ status, json, path }) =>
        status !== 400 ||
        /%(?![0-9A-F]{2})|\/Users\/[^?]*%/i.test(path) ||
        at(json, 'scimType') !== undefined,
    ),
    every(
      'unauthorised',
      'MUST',
      'RFC 9110 §15.5.2',
      'Every 401 has WWW-Authenticate',
      'WWW-Authenticate',
      ({ status, headers }) => status !== 401 || headers['www-authenticate'] !== undefined,
    ),
    every(
      'created',
      'MUST',
      'RFC 7644 §3.3',
      'Every 201 has a Location',
      'Location',
      ({ status, headers }) => status !== 201 || headers['location'] !== undefined,
    ),
    every(
      'no-content',
      'MUST',
      'RFC 9110 §15.3.5',
      'Every 204 is without a body',
      'no body',
      ({ status, text }) => status !== 204 || text === '',
    ),
    every(
      'password',
      'MUST',
      'RFC 7643 §7',
      'No answer holds a password that was sent',
      'no password',
      ({ text }) => !text.includes('Pw-conformance'),
    ),
    every(
      'null',
      'SHOULD',
      'RFC 7643 §2.5',
      'No resource is answered with a null in it',
      'no null',
      ({ json }) => resourcesIn(json).every((each) => !hasNull(each)),
    ),
    every(
      'resource-id',
      'MUST',
      'RFC 7643 §3.1',
      'Every resource has an id and schemas',
      'id and schemas',
      ({ json }) =>
        resourcesIn(json).every(
          (each) => typeof at(each, 'id') === 'string' && Array.isArray(at(each, 'schemas')),
        ),
    ),
    every(
      'schemas-once',
      'MUST',
      'RFC 7643 §3',
      'No resource names a schema twice, and every extension in it is named',
      'each URN once',
      ({ json }) => resourcesIn(json).every(hasItsSchemas),
    ),
    every(
      'dates',
      'MUST',
      'RFC 7643 §2.3.5',
      'Every created and lastModified is a DateTime with a zone, and the later is not before the earlier',
      'DateTimes in order',
      ({ json }) => resourcesIn(json).every(hasItsDates),
    ),
    every(
      'primary',
      'MUST',
      'RFC 7643 §2.4',
      'No list has two primary elements',
      'one primary element',
      ({ json }) => resourcesIn(json).every((each) => Object.values(each).every(hasOnePrimary)),
    ),
    every(
      'integers',
      'MUST',
      'RFC 7644 §3.4.2; clients need: Okta',
      'Every number of a list is an integer, and itemsPerPage is the number of resources',
      'integers',
      ({ json }) => isCounted(json),
    ),
    every(
      'in-time',
      'MUST',
      'clients need: Okta, Entra ID',
      'Every answer came within 60 seconds',
      'less than 60 s',
      ({ ms }) => ms < 60_000,
    ),
  ],
}

type Seen = Exchange & { readonly json: unknown }

function every(
  id: string,
  level: Level,
  section: string,
  title: string,
  expected: string,
  holds: (seen: Seen) => boolean,
): Check {
  return {
    id: `every.${id}`,
    level,
    section,
    title,
    async run(scim) {
      // Something was asked in this run, even if this check runs alone.
      await scim.read((await scim.user()).path)
      const bad = scim.trace.find((exchange) => !holds({ ...exchange, json: parse(exchange.text) }))
      if (bad !== undefined)
        throw new Failed(expected, `status ${bad.status}: ${bad.text.slice(0, 300)}`, bad)
    },
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Users and groups in an answer, alone or in a list. */
function resourcesIn(json: unknown) {
  const all = isDoc(json) ? [json, ...elements(json, 'Resources')] : []
  return all.filter((each) => ['User', 'Group'].includes(String(at(each, 'meta', 'resourceType'))))
}

function hasNull(value: unknown): boolean {
  if (value === null) return true
  if (Array.isArray(value)) return value.some(hasNull)
  return isDoc(value) && Object.values(value).some(hasNull)
}

function hasItsSchemas(resource: Readonly<Record<string, unknown>>): boolean {
  const urns = elementsOfText(resource, 'schemas')
  const extensions = Object.keys(resource).filter((name) => name.startsWith('urn:'))
  return new Set(urns).size === urns.length && extensions.every((urn) => urns.includes(urn))
}

function hasItsDates(resource: unknown): boolean {
  const [created, modified] = [
    at(resource, 'meta', 'created'),
    at(resource, 'meta', 'lastModified'),
  ]
  if (created === undefined && modified === undefined) return true
  return isDateTime(created) && isDateTime(modified) && Date.parse(created) <= Date.parse(modified)
}

function hasOnePrimary(value: unknown): boolean {
  return !Array.isArray(value) || value.filter((each) => at(each, 'primary') === true).length < 2
}

function isCounted(json: unknown): boolean {
  if (!Array.isArray(at(json, 'Resources'))) return true
  const shown = elements(json, 'Resources').length
  const perPage = at(json, 'itemsPerPage')
  return (
    ['totalResults', 'itemsPerPage', 'startIndex'].every((name) => {
      const value = at(json, name)
      return value === undefined || Number.isInteger(value)
    }) &&
    (perPage === undefined || perPage === shown)
  )
}
