/** What the events of a tenant tell, held against what is there. */
import assert from 'node:assert/strict'
import type { IdentityEvent } from '../../src/identity/index.ts'
import type { viewOf } from './pipeline.ts'

export type Story = ReturnType<typeof replay>

/**
 * Who is there, under which name and state, and how they are linked: from the events alone.
 * @throws AssertionError when something is told twice, or of somebody who is not there
 */
export function replay(events: readonly IdentityEvent[]) {
  const people = new Map<string, { name: unknown; state: unknown }>()
  const links = new Set<string>()
  for (const { kind, identityId, otherId, changes, position } of events) {
    const link = `${kind.split(/[.-]/)[1]} ${identityId} ${otherId}`
    const holds = (is: boolean) => assert.ok(is, `${position}: ${kind} of ${identityId} ${otherId}`)
    if (kind.endsWith('-added')) {
      holds(!links.has(link) && people.has(identityId))
      links.add(link)
    } else if (kind.endsWith('-removed')) holds(links.delete(link))
    else if (kind.endsWith('.deleted')) {
      holds(people.delete(identityId))
      for (const each of links) if (each.split(' ').includes(identityId)) links.delete(each)
    } else {
      holds(people.has(identityId) !== kind.endsWith('.created'))
      const before = people.get(identityId)
      people.set(identityId, {
        name: changes['name']?.to ?? before?.name,
        state: changes['state']?.to ?? before?.state,
      })
    }
  }
  return {
    people: [...people].toSorted(([a], [b]) => (a < b ? -1 : 1)),
    links: [...links].toSorted(),
  }
}

export function told({ identities, links }: Awaited<ReturnType<typeof viewOf>>): Story {
  return {
    people: identities.map(({ identity_id, name: called, state }) => [
      identity_id,
      { name: called, state },
    ]),
    links: links.map(({ kind, from_id, to_id }) => `${kind} ${from_id} ${to_id}`).toSorted(),
  }
}
