/** A form: its fields by name, and what was wrong with them when they were last sent. */
import type { CSSProperties, FormEvent, ReactNode, Ref } from 'react'
import { Note } from './page.tsx'
import css from './ui.module.css'

/** What a field holds; nothing where there is no such field. */
export type Fields = (name: string) => string

interface FormProps {
  readonly error?: Error | null
  readonly send: (fields: Fields) => void
  /** Something was changed since. */
  readonly onTouched?: () => void
  /** Why it cannot be sent: its fields are there to be looked at. */
  readonly refusal?: string | undefined
  readonly style?: CSSProperties
  readonly ref?: Ref<HTMLFormElement>
  readonly children: ReactNode
}

export function Form({ error = null, send, onTouched, refusal, style, ref, children }: FormProps) {
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const given = new FormData(event.currentTarget)
    send((name) => {
      const value = given.get(name)
      return typeof value === 'string' ? value : ''
    })
  }
  return (
    <form ref={ref} className="stack" style={style} onSubmit={onSubmit} onInput={onTouched}>
      {error !== null && <Note tone="bad" title={error.message} />}
      <fieldset className={`stack ${css['fields']}`} disabled={refusal !== undefined}>
        {children}
      </fieldset>
      {refusal !== undefined && <p className="soft">{refusal}</p>}
    </form>
  )
}
