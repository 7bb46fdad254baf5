/** What may be done to the loading of a tenant: paused, gone on with, and all of it looked at again. */
import { Button, Checkbox, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useAct } from '../data/act.ts'
import { api } from '../data/api.ts'
import { runsKey } from '../data/runs.ts'
import { useRefusalOf } from '../data/session.ts'
import { syncQuery } from '../data/tenants.ts'
import { plural } from '../ui/format.ts'
import { AskFirst } from './ask-first.tsx'

interface OfTenant {
  readonly tenant: string
}

export function Pause({ tenant }: OfTenant) {
  const [reason, setReason] = useState('')
  const queries = useQueryClient()
  return (
    <AskFirst
      route="pauseSync"
      act="Pause"
      title="Pause loading?"
      run={() =>
        api.pauseSync(reason.trim() === '' ? { tenant } : { tenant, reason: reason.trim() })
      }
      onDone={(now) => queries.setQueryData(syncQuery(tenant).queryKey, now)}
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
    </AskFirst>
  )
}

export function Resume({ tenant }: OfTenant) {
  const queries = useQueryClient()
  const resume = useAct({
    mutationFn: () => api.resumeSync({ tenant }),
    onSuccess: (now) => queries.setQueryData(syncQuery(tenant).queryKey, now),
  })
  if (useRefusalOf('resumeSync') !== undefined) return null
  return (
    <Button onClick={() => resume.mutate()} loading={resume.isPending}>
      Go on loading
    </Button>
  )
}

interface FullRunProps extends OfTenant {
  /** How much in quarantine is left out by a decision. */
  readonly skipped: number
}

export function FullRun({ tenant, skipped }: FullRunProps) {
  const [withSkipped, setWithSkipped] = useState(false)
  return (
    <AskFirst
      route="startFullRun"
      act="Start"
      asks="Start a full run"
      title="Start a full run?"
      run={() => api.startFullRun({ tenant, withSkipped })}
      changes={[runsKey(tenant)]}
      onDone={() => setWithSkipped(false)}
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
    </AskFirst>
  )
}
