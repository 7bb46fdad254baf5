/** What happened, one thing after another. */
import type { ReactNode } from 'react'
import type { Tone } from './page.tsx'
import { Time } from './time.tsx'
import css from './ui.module.css'

export interface Happening {
  readonly key: string
  readonly at: string
  readonly tone: Tone
  readonly title: ReactNode
  readonly details?: ReactNode
}

export function Timeline({
  label,
  happenings,
}: {
  readonly label: string
  readonly happenings: readonly Happening[]
}) {
  return (
    <ol className={css['timeline']} aria-label={label}>
      {happenings.map(({ key, at, tone, title, details }) => (
        <li key={key} data-tone={tone}>
          <div>{title}</div>
          <Time at={at} />
          {details !== undefined && <div>{details}</div>}
        </li>
      ))}
    </ol>
  )
}
