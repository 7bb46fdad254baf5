/** What pages are made of: a head, panels, facts, figures, notes. */
import type { ReactNode } from 'react'
import css from './ui.module.css'

export type Tone = 'good' | 'warn' | 'bad' | 'calm'

interface PageProps {
  readonly title: string
  /** What it belongs to, in small letters above. */
  readonly above?: ReactNode
  readonly lead?: ReactNode
  readonly actions?: ReactNode
  readonly children: ReactNode
}

export function Page({ title, above, lead, actions, children }: PageProps) {
  return (
    <div className={css['page']}>
      <title>{`${title} · Rollcall`}</title>
      <header className={css['head']}>
        <div className="grow">
          {above !== undefined && <p className={css['above']}>{above}</p>}
          <h1>
            <bdi>{title}</bdi>
          </h1>
          {lead !== undefined && <p className={css['lead']}>{lead}</p>}
        </div>
        {actions !== undefined && <div className="row">{actions}</div>}
      </header>
      {children}
    </div>
  )
}

interface PanelProps {
  readonly title?: string
  readonly actions?: ReactNode
  /** Its content brings its own edges: a table. */
  readonly flush?: boolean
  readonly children: ReactNode
}

export function Panel({ title, actions, flush = false, children }: PanelProps) {
  return (
    <section className={css['panel']} aria-label={title}>
      {(title !== undefined || actions !== undefined) && (
        <div className={css['panelHead']}>
          {title !== undefined && <h2 className="grow">{title}</h2>}
          {actions}
        </div>
      )}
      {flush ? children : <PanelBody>{children}</PanelBody>}
    </section>
  )
}

/** What stands beside a table in a panel that is flush. */
export const PanelBody = ({ children }: { readonly children: ReactNode }) => (
  <div className={css['panelBody']}>{children}</div>
)

/** Names and values; what is undefined is left out. */
export function Facts({ facts }: { readonly facts: Readonly<Record<string, ReactNode>> }) {
  return (
    <dl className={css['facts']}>
      {Object.entries(facts).map(([name, value]) =>
        value === undefined ? null : (
          <div key={name} style={{ display: 'contents' }}>
            <dt>{name}</dt>
            <dd>{value ?? <span className="soft">none</span>}</dd>
          </div>
        ),
      )}
    </dl>
  )
}

export const Figures = ({ children }: { readonly children: ReactNode }) => (
  <div className={css['figures']}>{children}</div>
)

interface FigureProps {
  readonly name: string
  readonly value: ReactNode
  readonly note?: ReactNode
  readonly tone?: Tone
}

export function Figure({ name, value, note, tone = 'calm' }: FigureProps) {
  return (
    <div className={css['figure']} data-tone={tone}>
      <div className={css['figureName']}>{name}</div>
      <div className={css['figureValue']}>{value}</div>
      {note !== undefined && <div className={css['figureNote']}>{note}</div>}
    </div>
  )
}

/** A state in one word, told by the word and not by its colour alone. */
export function Mark({ tone, children }: { readonly tone: Tone; readonly children: ReactNode }) {
  return (
    <span className={css['tone']} data-tone={tone}>
      {children}
    </span>
  )
}

interface NoteProps {
  readonly tone: Tone
  readonly title: ReactNode
  readonly children?: ReactNode
}

export function Note({ tone, title, children }: NoteProps) {
  return (
    <div className={css['note']} data-tone={tone} role={tone === 'bad' ? 'alert' : 'note'}>
      <strong>{title}</strong>
      {children}
    </div>
  )
}
