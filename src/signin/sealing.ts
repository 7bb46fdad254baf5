/**
 * Seals what the OpenID provider keeps, and remembers what each sealed text holds: to unwrap a key and to open a text
 * with it, for a token, its session and its grant, was an eighth of what an answer of userinfo cost. A text is read from
 * the database each time all the same; only the very same one at the same place is not opened again.
 */
import { type MasterKey, type Random, remember, seal, unseal } from '../lib/index.ts'

/** Some 2 KB each; what is shown is mostly shown again at once, or not for long. */
const MOST = 2_000

export type Sealing = ReturnType<typeof createSealing>

export function createSealing({
  masterKey,
  random,
}: {
  readonly masterKey: MasterKey
  readonly random: Random
}) {
  const opened = new Map<string, { readonly sealed: string; readonly text: string }>()
  return {
    seal(place: string, text: string): string {
      const sealed = seal(masterKey, random, place, text)
      remember(opened, place, { sealed, text }, MOST)
      return sealed
    },

    /** @throws Error as `unseal` */
    unseal(place: string, sealed: string): string {
      const known = opened.get(place)
      if (known?.sealed === sealed) return known.text
      const text = unseal(masterKey, place, sealed)
      remember(opened, place, { sealed, text }, MOST)
      return text
    },
  }
}
