/** What a warning says: what ends and when, what stops working then, and where it is renewed. */
import type { Expiring } from '../explain/index.ts'
import type { TenantId } from '../lib/index.ts'

export type Kind = Expiring['kind'] | 'test'

export interface Warning {
  readonly kind: Kind
  /** Of what ends. */
  readonly id: string
  readonly name: string
  readonly connectionId: string | null
  readonly expiresAt: Date
  /** How many days before the end it is told; 0 for a test. */
  readonly days: number
}

export interface Words {
  readonly subject: string
  readonly stops: string
  readonly renew: string
  /** Where, in the console. */
  readonly renewAt: string
}

interface Text {
  readonly what: (name: string) => string
  readonly stops: string
  readonly renew: string
  readonly page?: string
}

const PROVISIONING_STOPS =
  'Provisioning stops: nobody is added, changed or deactivated any more until it is renewed.'

const TEXTS: Readonly<Record<Kind, Text>> = {
  'scim-token': {
    what: (name) => `The provisioning token of ${name}`,
    stops: PROVISIONING_STOPS,
    renew:
      'Make another token, in the console or on the setup page, and enter it at the identity provider. The one in force goes on meanwhile.',
  },
  'oauth-grant': {
    what: (name) => `The grant to provision that ${name} gave`,
    stops: PROVISIONING_STOPS,
    renew:
      'It has been idle: a request of the identity provider renews it. If none comes, authenticate there again, as on the setup page.',
  },
  'site-secret': {
    what: (name) => `The replaced secret of the site ${name}`,
    stops: 'If the site still shows it, it is refused, and nobody can sign in there.',
    renew: 'Enter the new secret at the site.',
    page: '/sites',
  },
  key: {
    what: (name) => `The API key ${name}`,
    stops: 'Whatever calls the admin API with it is refused.',
    renew: 'Make another key, and put it where this one is used.',
    page: '/keys',
  },
  'setup-link': {
    what: (name) => `The setup link of ${name}`,
    stops: 'Whoever sets the connection up by it is not let in any more.',
    renew: 'If the connection is not set up yet, make another link.',
  },
  test: {
    what: () => 'A test of the warnings',
    stops: 'Nothing: somebody wanted to see that warnings arrive.',
    renew: 'There is nothing to do.',
  },
}

/** One line: what ends, and when. */
export function subjectOf({ kind, name, expiresAt, days }: Warning): string {
  const what = TEXTS[kind].what(name)
  if (kind === 'test') return what
  return `${what} ends within ${days === 1 ? 'a day' : `${days} days`}: ${dateOf(expiresAt)}`
}

export function wordsOf(publicUrl: string, tenantId: TenantId, warning: Warning): Words {
  const { stops, renew, page = '' } = TEXTS[warning.kind]
  const renewAt = `${publicUrl}/console/tenants/${tenantId}${page}`
  return { subject: subjectOf(warning), stops, renew, renewAt }
}

/** "3 December 2026, 09:15 UTC" */
function dateOf(at: Date): string {
  const day = at.toLocaleDateString('en-GB', {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  })
  return `${day}, ${at.toISOString().slice(11, 16)} UTC`
}
