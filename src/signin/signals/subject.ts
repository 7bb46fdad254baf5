/**
 * Whom a signal names: a subject identifier (RFC 9493) to people of one connection. Only people whom that
 * connection's identity provider has handed over are found, whatever it says (SEC R-1).
 */
import type { Identity } from '../../identity/index.ts'
import type { Connection } from '../../tenants/index.ts'
import type { Given } from '../given.ts'
import { SignalRefused } from './refused.ts'
import { signalIssuerOf } from './verify.ts'

type Matches = 'externalId' | 'userName'
type Members = Readonly<Record<string, unknown>>

/** What to look for, without looking. @throws SignalRefused `subject`, `issuer` */
export function namedBy(connection: Connection, subject: unknown): [Matches, string] {
  if (!isObject(subject)) throw noSubject('It names nobody.')
  const { format, iss, sub, email, id, user } = subject
  // CAEP: of several members that together name a session, the person.
  if (user !== undefined) return namedBy(connection, user)
  if (format === 'iss_sub') {
    if (iss !== connection.issuer && iss !== signalIssuerOf(connection))
      throw new SignalRefused('issuer', 'It names a person of another issuer.')
    return ['externalId', textOf(sub)]
  }
  if (format === 'opaque') return ['externalId', textOf(id)]
  if (format === 'email') return ['userName', textOf(email)]
  throw noSubject(
    `It names somebody by "${String(format).slice(0, 50)}": iss_sub, email or opaque is known.`,
  )
}

export async function findSubject(
  { identity }: Pick<Given, 'identity'>,
  { tenantId, connectionId }: Connection,
  [matches, value]: [Matches, string],
): Promise<Identity[]> {
  return identity.findBySource(tenantId, connectionId, { matches, value })
}

export function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function textOf(value: unknown): string {
  if (typeof value === 'string' && value !== '' && value.length <= 512) return value
  throw noSubject('What names the person is not text.')
}

function noSubject(message: string): SignalRefused {
  return new SignalRefused('subject', message)
}
