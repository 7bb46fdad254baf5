/** What somebody wrote and did not save is not left without a question. */
import { useBlocker } from '@tanstack/react-router'
import { Confirm } from '../ui/dialogs.tsx'

interface UnsavedProps {
  /** Asked when somebody is about to leave. */
  readonly isChanged: () => boolean
  readonly title: string
  /** What would be gone. */
  readonly children: string
}

/** Asks by links and by the browser's own ways back; where the page itself is left the browser asks. */
export function Unsaved({ isChanged, title, children }: UnsavedProps) {
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn: isChanged,
    enableBeforeUnload: isChanged,
    withResolver: true,
  })
  return (
    <Confirm
      opened={status === 'blocked'}
      title={title}
      act="Leave"
      danger
      isActing={false}
      error={null}
      onConfirm={() => proceed?.()}
      onClose={() => reset?.()}
    >
      {children}
    </Confirm>
  )
}
