/** Numbers and times as a person reads them. */
const WHOLE = new Intl.NumberFormat('en')
const SHORT = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 })
const TO_THE_SECOND = {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
} as const
const INSTANT = new Intl.DateTimeFormat('en-GB', TO_THE_SECOND)
const OF_ANOTHER_YEAR = new Intl.DateTimeFormat('en-GB', { ...TO_THE_SECOND, year: 'numeric' })
const AGO = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })

export const count = (value: number): string => WHOLE.format(value)
/** 1,234 as it is; 1,234,567 as 1.2M. */
export const figure = (value: number): string => (value < 100_000 ? WHOLE : SHORT).format(value)
/** Where the reader is; the year only where it is not this one. */
export function instant(iso: string): string {
  const at = new Date(iso)
  const isThisYear = at.getFullYear() === new Date().getFullYear()
  return (isThisYear ? INSTANT : OF_ANOTHER_YEAR).format(at)
}

export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`
}

const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const

/** "3 minutes ago", "in 2 hours"; the present that it is told may be some seconds old. */
export function ago(iso: string, nowMs: number): string {
  const ms = new Date(iso).getTime() - nowMs
  if (Math.abs(ms) < 10_000) return 'just now'
  const [unit, size] = UNITS.find(([, length]) => Math.abs(ms) >= length) ?? ['second', 1_000]
  return AGO.format(Math.round(ms / size), unit)
}

/** "420 ms", "3.2 s", "4 min", "2 h", "3 days": one unit, as much as is worth knowing. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`
  if (ms < 10_000) return `${(ms / 1_000).toFixed(1)} s`
  if (ms < 120_000) return `${Math.round(ms / 1_000)} s`
  if (ms < 7_200_000) return `${Math.round(ms / 60_000)} min`
  if (ms < 172_800_000) return `${Math.round(ms / 3_600_000)} h`
  return `${Math.round(ms / 86_400_000)} days`
}

/** "412 MB", "1.3 GB". */
export function bytes(size: number): string {
  const [unit, one] = size < 1e9 ? (['MB', 1e6] as const) : (['GB', 1e9] as const)
  const value = size / one
  return `${value < 10 ? value.toFixed(1) : count(Math.round(value))} ${unit}`
}

/** As much of it as a line has room for: names may have 65,536 characters. */
export function cut(text: string, most = 120): string {
  // By whole characters: half of one is none.
  return text.length <= most ? text : `${Array.from(text.slice(0, most)).slice(0, -1).join('')}…`
}

/** A value of any kind: text as it is, several with commas between, all else as JSON. */
export const asText = (value: unknown): string =>
  typeof value === 'string'
    ? value
    : Array.isArray(value) && value.every((each) => typeof each === 'string')
      ? value.join(', ')
      : JSON.stringify(value)

/** `signed-in` as "Signed in", `identity_inactive` as "Identity inactive". */
export function words(name: string): string {
  const spaced = name.replace(/[-_.]/g, ' ')
  return spaced.charAt(0).toUpperCase() + spaced.slice(1)
}
