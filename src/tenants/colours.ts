/**
 * Colours of a brand, by the contrast of WCAG 2.2 (success criterion 1.4.3): a tenant chooses the accent,
 * the cards that pages are on are ours, and text between the two has to be readable.
 */

/** Behind the text of a page, on a light and on a dark screen. */
export const CARD = { light: '#ffffff', dark: '#292524' } as const

export const LEAST_CONTRAST = 4.5

/** Six hex digits, as `#1d4ed8`. */
export type Colour = string

export function contrast(one: Colour, other: Colour): number {
  const [lighter = 0, darker = 0] = [luminance(one), luminance(other)].toSorted((a, b) => b - a)
  return (lighter + 0.05) / (darker + 0.05)
}

/** Black or white, whichever can be read on it; one of the two always can. */
export function textOn(colour: Colour): Colour {
  return contrast(colour, '#ffffff') >= contrast(colour, '#000000') ? '#ffffff' : '#000000'
}

/** The colour moved towards black or white just as far as it must be to be read on `card`. */
export function readableOn(card: Colour, colour: Colour): Colour {
  const end = luminance(card) > 0.5 ? 0 : 255
  for (let step = 0; step <= 20; step += 1) {
    const moved = hex(channels(colour).map((value) => value + ((end - value) * step) / 20))
    if (contrast(moved, card) >= LEAST_CONTRAST) return moved
  }
  return textOn(card)
}

function channels(colour: Colour): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16))
}

function hex(values: readonly number[]): Colour {
  return `#${values.map((value) => Math.round(value).toString(16).padStart(2, '0')).join('')}`
}

/** Relative luminance, as WCAG 2.2 defines it. */
function luminance(colour: Colour): number {
  const [red = 0, green = 0, blue = 0] = channels(colour)
    .map((value) => value / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
