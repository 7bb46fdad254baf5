/** The few parts of the setup page: it is one page, so it brings no library of parts. */
import { type ButtonHTMLAttributes, type ReactNode, useId, useState } from 'react'
import css from './setup.module.css'

/** Of what `readSetup` said last. */
export const SETUP_KEY = ['setup'] as const

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** Beside what is to be done first. */
  readonly quiet?: boolean
}

export function Button({ quiet = false, type = 'button', ...button }: ButtonProps) {
  const look = quiet ? `${css['button']} ${css['quiet']}` : css['button']
  return <button {...button} type={type} className={look} />
}

/** A value to be entered at the provider, with the name that its field has there. */
export function Value({ field, value }: { readonly field: string; readonly value: string }) {
  const [isCopied, setCopied] = useState(false)
  const copy = async () => {
    await navigator.clipboard.writeText(value)
    setCopied(true)
    setTimeout(() => setCopied(false), 2_000)
  }
  return (
    <div>
      <div className="soft">{field}</div>
      <div className={css['value']}>
        <code>{value}</code>
        <Button
          quiet
          onClick={() => void copy()}
          aria-label={isCopied ? `${field} copied` : `Copy ${field}`}
        >
          {isCopied ? 'Copied' : 'Copy'}
        </Button>
      </div>
    </div>
  )
}

interface FieldProps {
  readonly name: string
  readonly label: string
  readonly type?: 'text' | 'password' | 'url'
  readonly known?: string | null
  readonly placeholder?: string
}

export function Field({ name, label, type = 'text', known, placeholder }: FieldProps) {
  const id = useId()
  return (
    <div className={css['field']}>
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        name={name}
        type={type}
        defaultValue={known ?? ''}
        placeholder={placeholder}
        autoComplete="off"
        required
      />
    </div>
  )
}

interface WaysProps {
  readonly ask: string
  readonly names: readonly string[]
  readonly chosen: string
  readonly choose: (name: string) => void
}

/** One of a few ways. */
export function Ways({ ask, names, chosen, choose }: WaysProps) {
  const group = useId()
  return (
    <fieldset className={css['ways']}>
      <legend>{ask}</legend>
      {names.map((name) => (
        <label key={name}>
          <input
            type="radio"
            name={group}
            checked={name === chosen}
            onChange={() => choose(name)}
          />
          {name}
        </label>
      ))}
    </fieldset>
  )
}

/** What is in **two stars** is written so at the provider. */
export function Words({ text }: { readonly text: string }): ReactNode {
  return text
    .split('**')
    .map((part, index) => (index % 2 === 0 ? part : <strong key={index}>{part}</strong>))
}
