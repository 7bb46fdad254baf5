/** A square for each day, by its tone; the words say the same. */
import type { Tone } from './page.tsx'
import css from './ui.module.css'

interface HeatStripProps {
  readonly label: string
  readonly days: readonly { readonly title: string; readonly tone: Tone }[]
}

export function HeatStrip({ label, days }: HeatStripProps) {
  return (
    <span className={css['heat']} role="img" aria-label={label}>
      {days.map(({ title, tone }) => (
        <span key={title} data-tone={tone} title={title} />
      ))}
    </span>
  )
}
