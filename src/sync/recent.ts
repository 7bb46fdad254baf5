/**
 * What this node has just read or written. Clients read before they write, Okta and Entra ID always: so whoever is changed
 * is at hand most often, and the change is written if they are still at that version, without being read again
 * (decision 0051). Somebody may have come between, here or on another node: what is kept here may be believed only by writing.
 */
import { remember, type Scope } from '../lib/index.ts'
import type { ResourceType, Stored } from '../scim/index.ts'

/** Few, so that what is kept is gone before the collector moves it: a read that no write follows costs next to nothing. */
const MOST = 256
const LONGEST = 16_384

type Place = Pick<Scope, 'tenantId' | 'connectionId'>

export type Recent = ReturnType<typeof createRecent>

export function createRecent() {
  const kept = new Map<string, { readonly at: string; readonly one: Stored }>()
  return {
    /** @returns it as it was a moment ago */
    find(place: Place, type: ResourceType, id: string): Stored | undefined {
      const found = kept.get(id)
      return found?.at === placeOf(place, type) ? found.one : undefined
    },
    /** Groups are held while they are changed, and not kept. */
    keep(place: Place, type: ResourceType, { id, version, text }: Stored): void {
      if (type.hasMembers || text.length > LONGEST) return
      remember(kept, id, { at: placeOf(place, type), one: { id, version, text } }, MOST)
    },
    /** Who was removed leaves nothing behind here. */
    forget: (id: string): void => void kept.delete(id),
  }
}

/** What is another's is not there (SEC I-9), though ids are nobody else's. */
function placeOf({ tenantId, connectionId }: Place, { name }: ResourceType): string {
  return `${tenantId} ${connectionId} ${name}`
}
