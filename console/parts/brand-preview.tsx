/** A page of a sign-in as a brand has it, on a light and on a dark screen, and what cannot be read there. */
import { CARD, contrast, isColour, LEAST_CONTRAST, readableOn, textOn } from '../data/colours.ts'
import { Note } from '../ui/page.tsx'
import css from './parts.module.css'

export interface Brand {
  readonly name: string
  /** As written; empty or no colour yet: ours. */
  readonly accent: string
  readonly accentDark: string
  /** Its address. */
  readonly logo: string | null
}

/** Of pages without a brand. */
const OURS = { light: '#1d4ed8', dark: '#93c5fd' }

/** What a brand's pages have, where a colour is left out too. */
export function accentsOf({ accent, accentDark }: Brand): typeof OURS {
  const light = isColour(accent) ? accent : OURS.light
  if (isColour(accentDark)) return { light, dark: accentDark }
  return { light, dark: isColour(accent) ? readableOn(CARD.dark, accent) : OURS.dark }
}

export function BrandPreview({ brand }: { readonly brand: Brand }) {
  const accents = accentsOf(brand)
  return (
    <div className="stack">
      <div className={css['previews']}>
        <Sample brand={brand} on="light" accent={accents.light} />
        <Sample brand={brand} on="dark" accent={accents.dark} />
      </div>
      <div role="status">
        {(['light', 'dark'] as const).map((on) => (
          <Unreadable key={on} on={on} accent={accents[on]} />
        ))}
      </div>
    </div>
  )
}

interface SampleProps {
  readonly brand: Brand
  readonly on: 'light' | 'dark'
  readonly accent: string
}

function Sample({ brand: { name, logo }, on, accent }: SampleProps) {
  return (
    <figure className={css['preview']}>
      <div
        className={css['previewCard']}
        style={{ background: CARD[on], color: on === 'light' ? '#1c1917' : '#f5f5f4' }}
      >
        {logo === null ? (
          <strong>
            <bdi>{name}</bdi>
          </strong>
        ) : (
          <img src={logo} alt={name} />
        )}
        <div className={css['previewTitle']}>Where do you work?</div>
        <div>
          Not you? <span style={{ color: accent, textDecoration: 'underline' }}>Begin again</span>
        </div>
        <span
          className={css['previewButton']}
          style={{ background: accent, color: textOn(accent) }}
        >
          Continue
        </span>
      </div>
      <figcaption className="soft">
        On a {on} screen, with <code>{accent}</code>
      </figcaption>
    </figure>
  )
}

function Unreadable({ on, accent }: Pick<SampleProps, 'on' | 'accent'>) {
  const ratio = contrast(accent, CARD[on])
  if (ratio >= LEAST_CONTRAST) return null
  return (
    <Note tone="warn" title={`${accent} cannot be read on a ${on} screen`}>
      <p>
        Its contrast is {ratio.toFixed(2)}, and text takes {LEAST_CONTRAST} (WCAG 2.2). The nearest
        that can be read is <code>{readableOn(CARD[on], accent)}</code>.
      </p>
    </Note>
  )
}
