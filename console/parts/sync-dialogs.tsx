/** What is asked before the loader pauses, and before all of a tenant is looked at again. */
import { Checkbox, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useAct } from '../data/act.ts'
import { api } from '../data/api.ts'
import { Confirm } from '../ui/dialogs.tsx'
import { plural } from '../ui/format.ts'

interface DialogProps {
  readonly tenant: string
  readonly opened: boolean
  readonly onClose: () => void
}

export function PauseDialog({ tenant, opened, onClose }: DialogProps) {
  const [reason, setReason] = useState('')
  const queries = useQueryClient()
  const pause = useAct({
    mutationFn: () =>
      api.pauseSync(reason.trim() === '' ? { tenant } : { tenant, reason: reason.trim() }),
    onSuccess: (now) => {
      queries.setQueryData(['sync', tenant], now)
      onClose()
    },
  })
  return (
    <Confirm
      opened={opened}
      title="Pause loading?"
      act="Pause"
      isActing={pause.isPending}
      error={pause.error}
      onConfirm={pause.mutate}
      onClose={onClose}
    >
      <div className="stack">
        <div>
          What arrives is kept and waits. Who is not loaded yet is told to wait when signing in.
        </div>
        <TextInput
          label="Why"
          description="People who wait are shown it."
          placeholder="Paused by an operator."
          maxLength={500}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
      </div>
    </Confirm>
  )
}

interface FullRunProps extends DialogProps {
  /** How much in quarantine is left out by a decision. */
  readonly skipped: number
}

export function FullRunDialog({ tenant, skipped, opened, onClose }: FullRunProps) {
  const [withSkipped, setWithSkipped] = useState(false)
  const queries = useQueryClient()
  const start = useAct({
    mutationFn: () => api.startFullRun({ tenant, withSkipped }),
    onSuccess: async () => {
      onClose()
      setWithSkipped(false)
      await queries.invalidateQueries({ queryKey: ['runs', tenant] })
    },
  })
  return (
    <Confirm
      opened={opened}
      title="Start a full run?"
      act="Start"
      isActing={start.isPending}
      error={start.error}
      onConfirm={start.mutate}
      onClose={onClose}
    >
      <div className="stack">
        <div>
          Everything of this tenant is looked at again, beside the live data. What differs is
          repaired, and listed on the page of the run: that is the drift. Sign-ins and changes go on
          meanwhile.
        </div>
        {skipped > 0 && (
          <Checkbox
            label={`With what was skipped: ${plural(skipped, 'record')}`}
            description="It is tried again, and skipped no longer."
            checked={withSkipped}
            onChange={(event) => setWithSkipped(event.currentTarget.checked)}
          />
        )}
      </div>
    </Confirm>
  )
}
