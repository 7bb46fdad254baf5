/** Dialogs: what destroys asks first, and names what it destroys. */
import { Button, Modal } from '@mantine/core'
import type { ReactNode } from 'react'
import { Note } from './page.tsx'

interface ConfirmProps {
  readonly opened: boolean
  readonly title: string
  /** What the button does, in a word or two. */
  readonly act: string
  readonly danger?: boolean
  /** Whether all is given that the act needs. */
  readonly isReady?: boolean
  readonly isActing: boolean
  readonly error: Error | null
  readonly onConfirm: () => void
  readonly onClose: () => void
  readonly children: ReactNode
}

export function Confirm(props: ConfirmProps) {
  const {
    opened,
    title,
    act,
    danger = false,
    isReady = true,
    isActing,
    error,
    onConfirm,
    onClose,
    children,
  } = props
  return (
    <Modal opened={opened} onClose={onClose} title={title}>
      <div className="stack">
        <div>{children}</div>
        {error !== null && <Note tone="bad" title={error.message} />}
        <div className="row" style={{ justifyContent: 'flex-end' }}>
          <Button variant="default" onClick={onClose} data-autofocus>
            Cancel
          </Button>
          <Button
            {...(danger ? { color: 'red' } : {})}
            disabled={!isReady}
            loading={isActing}
            onClick={onConfirm}
          >
            {act}
          </Button>
        </div>
      </div>
    </Modal>
  )
}
