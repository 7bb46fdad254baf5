/**
 * What a site behind the gateway is told of a person, as request headers.
 *
 * A header holds visible ASCII and inner spaces as they are. All else, and `%` and `,`, stands as
 * percent-encoded UTF-8 (as in RFC 8187 section 3.2.1), so nothing that a directory says can end a
 * header or begin another, a list is parted at its commas, and `decodeURIComponent` reads each part.
 *
 * Every header is always there, empty where nothing is known: a proxy that copies them overwrites
 * what a browser may have sent under the same names. Pure.
 */
import type { AccountClaims } from 'oidc-provider'

/** Proxies and sites hold the heads of requests to some kilobytes. */
const MOST_GROUP_BYTES = 2048
const MOST_ROLE_BYTES = 1024
const MOST_NAME_CHARACTERS = 100

const ENCODED = /[^\x20-\x7e]+|[%,]|^ +| +$/g

export function gatewayHeaders(claims: AccountClaims): Readonly<Record<string, string>> {
  const groups = listed(fqnsOf(claims['groups']), MOST_GROUP_BYTES)
  const roles = listed(textsOf(claims['roles']), MOST_ROLE_BYTES)
  const cut = [
    ...(groups.isWhole && claims['groups_truncated'] !== true ? [] : ['groups']),
    ...(roles.isWhole ? [] : ['roles']),
  ]
  return {
    'x-rollcall-identity': claims.sub,
    'x-rollcall-fqn': encoded(textOf(claims['fqn'])),
    'x-rollcall-name': encoded(textOf(claims['name']).slice(0, MOST_NAME_CHARACTERS)),
    'x-rollcall-email': encoded(textOf(claims['email'])),
    'x-rollcall-groups': groups.text,
    'x-rollcall-roles': roles.text,
    'x-rollcall-truncated': cut.join(','),
  }
}

/** As many as fit, whole. */
function listed(values: readonly string[], mostBytes: number) {
  let text = ''
  for (const value of values) {
    const longer = text === '' ? encoded(value) : `${text},${encoded(value)}`
    if (longer.length > mostBytes) return { text, isWhole: false }
    text = longer
  }
  return { text, isWhole: true }
}

function encoded(text: string): string {
  return text.toWellFormed().replace(ENCODED, encodeOctets)
}

function encodeOctets(text: string): string {
  return Array.from(
    Buffer.from(text),
    (octet) => `%${octet.toString(16).toUpperCase().padStart(2, '0')}`,
  ).join('')
}

function fqnsOf(groups: unknown): string[] {
  return Array.isArray(groups) ? groups.map(({ fqn }: { fqn: unknown }) => textOf(fqn)) : []
}

function textsOf(values: unknown): string[] {
  return Array.isArray(values) ? values.map(textOf) : []
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
