/** The dialog that asks somebody to sign in once more, over the page that they were at. */
import { Modal } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { answered, type Asking, entered, useAsking } from '../data/again.ts'
import { type Session, SESSION_KEY } from '../data/session.ts'
import { Credentials } from './sign-in.tsx'

export function Again() {
  const asking = useAsking()
  const queries = useQueryClient()
  const hasEnded = asking?.hasEnded === true
  useLookWhenBack(hasEnded)
  const enter = (session: Session) => {
    if (!entered(session)) return
    queries.setQueryData(SESSION_KEY, session)
    answered(true)
    if (hasEnded) void queries.invalidateQueries()
  }
  return (
    <Modal
      opened={asking !== undefined}
      onClose={() => answered(false)}
      title={hasEnded ? 'Your session has ended' : 'Sign in once more'}
      zIndex={300}
      withCloseButton={!hasEnded}
      closeOnEscape={!hasEnded}
      closeOnClickOutside={!hasEnded}
      {...(hasEnded && { overlayProps: { backgroundOpacity: 1, color: 'var(--ground)' } })}
    >
      <p className="soft" role={hasEnded ? 'alert' : undefined}>
        {asking !== undefined && <Why asking={asking} />}
      </p>
      <Credentials enter={enter} />
    </Modal>
  )
}

function Why({ asking: { hasEnded, hasWritten } }: { readonly asking: Asking }) {
  if (!hasEnded) return 'What you are about to do is dangerous enough to ask again.'
  return `Sign in again: the page is as you left it.${hasWritten ? ' What you sent is not done yet: it will be once you are in.' : ''}`
}

/** Whoever comes back to this tab may have signed in again in another. */
function useLookWhenBack(hasEnded: boolean): void {
  const queries = useQueryClient()
  useEffect(() => {
    if (!hasEnded) return undefined
    const look = () => void queries.invalidateQueries({ queryKey: SESSION_KEY })
    window.addEventListener('focus', look)
    return () => window.removeEventListener('focus', look)
  }, [hasEnded, queries])
}
