/** An instant in the reader's own time; as it travels (ISO, UTC) when pointed at. */
import { useSyncExternalStore } from 'react'
import { ago, instant } from './format.ts'

const EVERY_MS = 5_000
let nowMs = Date.now()

function follow(tell: () => void): () => void {
  const timer = setInterval(() => {
    nowMs = Date.now()
    tell()
  }, EVERY_MS)
  return () => clearInterval(timer)
}

/** The present, a few seconds old at most. */
const useNow = (): number => useSyncExternalStore(follow, () => nowMs)

interface TimeProps {
  readonly at: string | null
  readonly none?: string
  /** How long ago instead of when. */
  readonly relative?: boolean
}

export function Time({ at, none = 'never', relative = false }: TimeProps) {
  const now = useNow()
  if (at === null) return <span className="soft">{none}</span>
  return (
    <time dateTime={at} title={`${instant(at)} (${at})`}>
      {relative ? ago(at, now) : instant(at)}
    </time>
  )
}
