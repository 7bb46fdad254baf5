/** What happened to a person, in words: events, sign-ins and requests, the latest first. */
import { asText, cut, duration, words } from '../ui/format.ts'
import type { Tone } from '../ui/page.tsx'
import type { Item } from './api.ts'
import type { Explanation } from './explain.ts'

export type Happening =
  | { readonly kind: 'event'; readonly at: string; readonly event: Explanation['events'][number] }
  | {
      readonly kind: 'sign-in'
      readonly at: string
      readonly signIn: Explanation['signIns'][number]
    }
  | { readonly kind: 'request'; readonly at: string; readonly entry: Item<'listProvisioningLog'> }

export function happeningsOf(
  explanation: Explanation,
  requests: readonly Item<'listProvisioningLog'>[],
): Happening[] {
  const all: Happening[] = [
    ...explanation.events.map((event) => ({ kind: 'event', at: event.happenedAt, event }) as const),
    ...explanation.signIns.map(
      (signIn) => ({ kind: 'sign-in', at: signIn.startedAt, signIn }) as const,
    ),
    ...requests
      // What was only looked up changed nothing of the person.
      .filter(({ operation }) => operation !== 'read' && operation !== 'list')
      .map((entry) => ({ kind: 'request', at: entry.receivedAt, entry }) as const),
  ]
  return all.toSorted((one, other) => (one.at < other.at ? 1 : -1))
}

const EVENTS: Readonly<Record<string, string>> = {
  'person.created': 'Loaded: sites know them from here on',
  'person.changed': 'Changed for sites',
  'person.renamed': 'Renamed for sites',
  'person.deactivated': 'Deactivated for sites, sessions ended',
  'person.reactivated': 'Active again for sites',
  'person.joined': 'One person with another by the joining rule',
  'person.parted': 'Two people again',
  'person.deleted': 'Deleted for sites',
  'person.manager-added': 'Has a manager',
  'person.manager-removed': 'Has that manager no more',
  'group.member-added': 'Joined a group',
  'group.member-removed': 'Left a group',
}

const EVENT_TONES: Readonly<Record<string, Tone>> = {
  created: 'good',
  reactivated: 'good',
  deactivated: 'warn',
  deleted: 'bad',
}

/** By attribute what was and what is, as the loader tells it. */
export function changesInWords(changes: Readonly<Record<string, unknown>>): string {
  return Object.entries(changes)
    .map(([name, change]) => {
      const { from, to } = change as { readonly from: unknown; readonly to: unknown }
      return `${name}: ${valueInWords(from)} → ${valueInWords(to)}`
    })
    .join('; ')
}

const valueInWords = (value: unknown): string => (value == null ? 'nothing' : cut(asText(value)))

export const toneOfEvent = (kind: string): Tone => EVENT_TONES[kind.split('.')[1] ?? ''] ?? 'calm'

export function toneOf(happening: Happening): Tone {
  if (happening.kind === 'event') return toneOfEvent(happening.event.kind)
  if (happening.kind === 'sign-in') return SIGN_IN_TONES[happening.signIn.outcome]
  return OUTCOME_TONES[happening.entry.outcome]
}

export const SIGN_IN_TONES = {
  started: 'calm',
  'signed-in': 'good',
  refused: 'bad',
  tested: 'calm',
} as const
export const OUTCOME_TONES = { ok: 'good', refused: 'warn', failed: 'bad' } as const

export function titleOf(happening: Happening): string {
  switch (happening.kind) {
    case 'event':
      return EVENTS[happening.event.kind] ?? words(happening.event.kind)
    case 'sign-in':
      return happening.signIn.outcome === 'refused'
        ? 'Sign-in refused'
        : words(happening.signIn.outcome)
    case 'request':
      return `${words(happening.entry.operation)} by the identity provider, answered ${happening.entry.status} in ${duration(happening.entry.durationMs)}`
  }
}
