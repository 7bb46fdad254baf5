/** A bar for each day, by its tone, of which little is shown where it was slight; the words say the same. */
import type { Tone } from './page.tsx'
import css from './ui.module.css'

interface HeatStripProps {
  readonly label: string
  readonly days: readonly {
    readonly title: string
    readonly tone: Tone
    readonly isSlight: boolean
  }[]
}

export function HeatStrip({ label, days }: HeatStripProps) {
  return (
    <span className={css['heat']} role="img" aria-label={label}>
      {days.map(({ title, tone, isSlight }) => (
        <span key={title} data-tone={tone} data-slight={isSlight || undefined} title={title} />
      ))}
    </span>
  )
}
