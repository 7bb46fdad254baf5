/** What somebody wrote and did not save is not left without a question. */
import { useBlocker } from '@tanstack/react-router'
import { Confirm } from '../ui/dialogs.tsx'

interface UnsavedProps {
  readonly isChanged: boolean
  /** What would be gone. */
  readonly what: string
}

/** Asks by links and by the browser's own ways back; where the page itself is left the browser asks. */
export function Unsaved({ isChanged, what }: UnsavedProps) {
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn: () => isChanged,
    enableBeforeUnload: () => isChanged,
    withResolver: true,
  })
  return (
    <Confirm
      opened={status === 'blocked'}
      title="Leave without applying?"
      act="Leave"
      danger
      isActing={false}
      error={null}
      onConfirm={() => proceed?.()}
      onClose={() => reset?.()}
    >
      {what} are not applied, and are gone once you leave.
    </Confirm>
  )
}
