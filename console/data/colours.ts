/**
 * What the server holds a brand's colours to, so that it is seen before it is sent: the contrast of
 * WCAG 2.2 (1.4.3) between text and the cards it is on. The server decides; colours.test.ts holds this to it.
 */

/** Behind the text of the sign-in pages, on a light and on a dark screen. */
export const CARD = { light: '#ffffff', dark: '#292524' } as const
export const LEAST_CONTRAST = 4.5

export const isColour = (text: string): boolean => /^#[0-9a-f]{6}$/i.test(text)

export function contrast(one: string, other: string): number {
  const [high = 0, low = 0] = [lightness(one), lightness(other)].toSorted((a, b) => b - a)
  return (high + 0.05) / (low + 0.05)
}

/** Black or white, whichever can be read on it. */
export const textOn = (colour: string): string =>
  contrast(colour, '#ffffff') >= contrast(colour, '#000000') ? '#ffffff' : '#000000'

/** As far towards black or white as it takes to be read on the card. */
export function readableOn(card: string, colour: string): string {
  const end = textOn(card) === '#ffffff' ? 255 : 0
  for (let share = 0; share <= 20; share += 1) {
    const parts = partsOf(colour).map((part) => Math.round(part + ((end - part) * share) / 20))
    const moved = `#${parts.map((part) => part.toString(16).padStart(2, '0')).join('')}`
    if (contrast(moved, card) >= LEAST_CONTRAST) return moved
  }
  return textOn(card)
}

function partsOf(colour: string): [number, number, number] {
  const value = Number.parseInt(colour.slice(1), 16)
  return [value >> 16, (value >> 8) & 255, value & 255]
}

function lightness(colour: string): number {
  const [red, green, blue] = partsOf(colour).map(linear)
  return 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0)
}

const linear = (part: number): number =>
  part <= 10 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4
