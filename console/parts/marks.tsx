/** States in one word, of what several pages list. */
import type { Item } from '../data/api.ts'
import { Mark } from '../ui/page.tsx'

/** Of a site or a connection. */
export function OnMark({ disabledAt }: { readonly disabledAt: string | null }) {
  const isOn = disabledAt === null
  return <Mark tone={isOn ? 'good' : 'calm'}>{isOn ? 'on' : 'off'}</Mark>
}

/** Of what lets somebody in until it ends or is revoked: a key, a token, a link. */
export function LifeMark({ state }: { readonly state: Item<'listKeys'>['state'] }) {
  return <Mark tone={state === 'live' ? 'good' : 'calm'}>{state}</Mark>
}
