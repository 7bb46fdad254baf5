/**
 * What a bench is: a measurement with sizes, figures and, where the design sets one, a budget.
 *
 * Absolute figures belong to a machine; what is held to a budget is a ratio of two figures from one
 * run, or what a person waits for. `--quick` makes every size small: it shows that a bench runs,
 * and its figures are held to nothing.
 */
import type { DatabaseServer } from './database.ts'

export interface Size {
  readonly means: string
  readonly full: number
  readonly quick: number
}

export interface Figure {
  readonly value: number
  readonly unit: 'ms' | 's' | '/s' | 'times' | 'rows' | '%' | 'MiB'
  readonly means: string
}

/** At most or at least that much, in the unit of the figure. */
export interface Budget {
  readonly figure: string
  readonly atMost?: number
  readonly atLeast?: number
  /** Measured only where peers are asked for. */
  readonly with?: 'peers'
}

export interface Given {
  readonly server: DatabaseServer
  /** How far it is, for whoever waits. */
  readonly say: (line: string) => void
  /** Whether to compare with other servers too, which are installed for it. */
  readonly peers: boolean
}

export interface Measured {
  readonly figures: Readonly<Record<string, Figure>>
  /** What to know beside the figures: which of two ways was taken. */
  readonly notes?: readonly string[]
}

type Sizes = Readonly<Record<string, Size>>

export interface Bench<S extends Sizes = Sizes> {
  /** One sentence, for the list. */
  readonly measures: string
  readonly sizes: S
  readonly budgets: readonly Budget[]
  readonly run: (given: Given, sizes: { readonly [K in keyof S]: number }) => Promise<Measured>
}

/** Types the sizes that `run` is handed by those that are declared. */
export function bench<const S extends Sizes>(described: Bench<S>): Bench {
  return described as unknown as Bench
}
