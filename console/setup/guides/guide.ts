/**
 * What a guide is made of: what a customer's administrator does at one identity provider, in its own
 * words and order.
 *
 * Data: a step names the screen, what to do there, and which of our values goes into which field. What is
 * in **two stars** is written so at the provider, as the pages say that docs/reference/setup-guides.md names;
 * what no page confirmed is said without them.
 */
import type { Reply } from '../../data/api.ts'

export type Setup = Reply<'readSetup'>
export type Provider = NonNullable<Setup['provider']>

export type Line =
  | string
  /** Our value, for that field of theirs. */
  | { readonly field: string; readonly value: keyof Setup['values'] }
  /** The same for everybody. */
  | { readonly field: string; readonly text: string }
  /** Something to do on this page. */
  | { readonly here: 'token' | 'oauth' }
  /** So too; with the words of the field for the address of our keys, where the provider has one. */
  | { readonly here: 'application'; readonly keyField?: string }
  /** One of several ways. */
  | { readonly ask: string; readonly either: readonly Way[] }

export interface Way {
  readonly name: string
  readonly lines: readonly Line[]
}

export interface Step {
  readonly title: string
  readonly lines: readonly Line[]
}

export interface Guide {
  readonly name: string
  /** The vendor's own page about it. */
  readonly source: string
  readonly steps: readonly Step[]
}

export const TOKEN: Line = { here: 'token' }
export const OAUTH: Line = { here: 'oauth' }
export const callback = (field: string): Line => ({ field, value: 'callbackUrl' })
export const baseUrl = (field: string): Line => ({ field, value: 'baseUrl' })
