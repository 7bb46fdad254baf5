/**
 * What pages say, as data: one catalogue for each language, of one type, so that the compiler names the
 * text that a language lacks. `{name}` stands for what is put in; durations and the like are worded by
 * `Intl`. English is what is spoken where nothing else is asked for.
 */
import type { RefusalCode } from '../../../lib/index.ts'
import { de } from './de.ts'
import { en } from './en.ts'
import { es } from './es.ts'
import { fr } from './fr.ts'
import { ja } from './ja.ts'

/** Refusals that only programs hear; a page for one of them would say `unavailable`. */
type NeverShown =
  | 'another_person'
  | 'not_authenticated'
  | 'fresh_sign_in_needed'
  | 'history_gone'
  | 'position_ahead'
  | 'invalid_input'
  | 'already_exists'
  | 'conflict'

export type ShownCode = Exclude<RefusalCode, NeverShown>

export interface RefusalText {
  readonly title: string
  /** What happened. */
  readonly what: string
  /** What to do. */
  readonly todo: string
}

export interface Texts {
  /** BCP 47. */
  readonly language: string
  readonly dir: 'ltr' | 'rtl'
  readonly refusals: Readonly<Record<ShownCode, RefusalText>>
  /** In place of a refusal's own words, where more is known than its code. */
  readonly instead: {
    /** The browser that comes back is none that left, as far as its cookies say. */
    readonly noCookie: Omit<RefusalText, 'title'>
    readonly tooLate: Omit<RefusalText, 'title'>
    /** Whoever waits has stopped the page from trying by itself. */
    readonly byHand: Pick<RefusalText, 'todo'>
  }
  readonly quoteReference: string
  /** Goes to the identity provider once more. */
  readonly tryAgain: string
  readonly backToSite: string
  readonly back: string
  readonly site: string
  readonly organization: string
  readonly reference: string
  readonly code: string
  readonly detail: string
  readonly issuer: string
  readonly signedInAs: string
  readonly waiting: {
    readonly stage: string
    readonly since: string
    readonly expected: string
    /** Instead of a time, where it depends on somebody's decision. */
    readonly whenDecided: string
    readonly tryAgain: string
    readonly stopTrying: string
    readonly stages: Readonly<Record<'paused' | 'quarantined' | 'busy' | 'failed', string>>
  }
  readonly picker: { readonly title: string; readonly what: string }
  readonly email: {
    readonly title: string
    readonly what: string
    readonly label: string
    readonly button: string
    readonly list: string
  }
  /** Of a page that goes on by itself. */
  readonly moment: string
  readonly onward: { readonly title: string; readonly what: string; readonly button: string }
  readonly test: {
    readonly passed: string
    readonly failed: string
    readonly noSession: string
    readonly steps: Readonly<
      Record<'discovered' | 'sent-to-idp' | 'token-verified' | 'tested' | 'refused', string>
    >
  }
  readonly consent: {
    readonly title: string
    readonly asks: string
    readonly warning: string
    readonly allow: string
    readonly deny: string
  }
  readonly logout: { readonly title: string; readonly what: string; readonly button: string }
  readonly signedOut: { readonly title: string; readonly what: string }
}

export const TEXTS = { en, de, fr, es, ja } as const satisfies Readonly<Record<string, Texts>>
