/**
 * The four states of whatever is asked for, before it is there: loading, refused, failed, empty. A
 * refusal says what the server says; a failure offers to ask again. What is there already stays when it
 * cannot be asked again, and so does what somebody is writing in it.
 */
import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import { Icon, type IconName } from './icons.tsx'
import type { Tone } from './page.tsx'
import css from './ui.module.css'

/** As much as is looked at here of what was asked. */
export interface Asked {
  readonly isPending: boolean
  readonly data?: unknown
  readonly error:
    | (Error & {
        readonly status?: number
        readonly code?: string
        readonly requestId?: string | undefined
      })
    | null
  readonly refetch: () => unknown
}

interface StatesProps {
  readonly asked: Asked
  /** Set: there is nothing, and this is shown. */
  readonly empty?: ReactNode
  readonly children: ReactNode
}

export function States({ asked, empty, children }: StatesProps) {
  const { isPending, error, data } = asked
  if (isPending) return <Loading />
  const again = () => void asked.refetch()
  const isStale = error !== null && data !== undefined && !isRefusal(error)
  if (error !== null && !isStale) return <Trouble error={error} again={again} />
  return (
    <>
      {isStale && <Stale error={error} again={again} />}
      {empty === undefined || empty === false ? children : empty}
    </>
  )
}

const isRefusal = ({ status = 0 }: NonNullable<Asked['error']>): boolean =>
  status >= 400 && status < 500 && status !== 429

function Stale({ error, again }: TroubleProps) {
  return (
    <div className={css['stale']} role="alert">
      <span className="grow">What is shown is not of now. {error.message}</span>
      <Button size="compact-sm" variant="default" onClick={again}>
        Try again
      </Button>
    </div>
  )
}

export function Loading() {
  return (
    <div className={css['bones']} role="status" aria-label="Loading">
      {[0, 1, 2, 3, 4].map((line) => (
        <div key={line} className={css['bone']} />
      ))}
    </div>
  )
}

interface TroubleProps {
  readonly error: NonNullable<Asked['error']>
  readonly again: () => void
}

function Trouble({ error, again }: TroubleProps) {
  const { status, code, requestId } = error
  const isRefused = isRefusal(error)
  return (
    <Standing
      icon="alert"
      tone="bad"
      title={
        isRefused
          ? status === 404
            ? 'This is not here'
            : 'This was refused'
          : 'This could not be loaded'
      }
      live
    >
      <p>{error.message}</p>
      {code !== undefined && (
        <p>
          <code>{code}</code>
          {requestId !== undefined && (
            <>
              , reference <code>{requestId}</code>
            </>
          )}
        </p>
      )}
      {!isRefused && (
        <Button variant="default" onClick={again}>
          Try again
        </Button>
      )}
    </Standing>
  )
}

interface StandingProps {
  readonly icon: IconName
  readonly tone?: Tone
  readonly title: string
  readonly live?: boolean
  readonly children?: ReactNode
}

/** What stands in the place of a list: nothing is here, and what to do. */
export function Standing({ icon, tone = 'calm', title, live = false, children }: StandingProps) {
  return (
    <div className={css['state']} role={live ? 'alert' : undefined}>
      <span className={css['stateMark']} data-tone={tone}>
        <Icon name={icon} size={20} />
      </span>
      <strong>{title}</strong>
      {children}
    </div>
  )
}
