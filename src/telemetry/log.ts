/** The log: JSON, a line for each event, no value of which is longer than a kibibyte (SEC G-1). */
import pino, { type DestinationStream, type Logger } from 'pino'
import { linesOf, shorten } from '../lib/index.ts'

const MOST_VALUES = 100

export function createLog(level: string, destination: DestinationStream): Logger {
  return pino(
    {
      ...{ base: null, level, timestamp: pino.stdTimeFunctions.isoTime },
      formatters: { log: bounded },
    },
    destination,
  )
}

/** Texts are cut, lists and objects end after a hundred values, and what was thrown is told line by line. */
export function bounded(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields)
      .slice(0, MOST_VALUES)
      .map(([name, value]) => [name, boundedValue(value)]),
  )
}

function boundedValue(value: unknown): unknown {
  if (typeof value === 'string') return shorten(value)
  if (value instanceof Error) return linesOf(value)
  if (Array.isArray(value)) return value.slice(0, MOST_VALUES).map(boundedValue)
  const isPlain =
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
  return isPlain ? bounded(value as Record<string, unknown>) : value
}
