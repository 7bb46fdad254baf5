/** A form: its fields by name, and what was wrong with them when they were last sent. */
import type { CSSProperties, FormEvent, ReactNode } from 'react'
import { Note } from './page.tsx'

/** What a field holds; nothing where there is no such field. */
export type Fields = (name: string) => string

interface FormProps {
  readonly error?: Error | null
  readonly send: (fields: Fields) => void
  readonly style?: CSSProperties
  readonly children: ReactNode
}

export function Form({ error = null, send, style, children }: FormProps) {
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const given = new FormData(event.currentTarget)
    send((name) => {
      const value = given.get(name)
      return typeof value === 'string' ? value : ''
    })
  }
  return (
    <form className="stack" style={style} onSubmit={onSubmit}>
      {error !== null && <Note tone="bad" title={error.message} />}
      {children}
    </form>
  )
}
