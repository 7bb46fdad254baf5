/** Whether the log of acts is as it was written: asked for by whoever wants to know, part after part. */
import { Button } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { type AuditVerification, breakInWords, verifyAuditLog } from '../../src/contract/index.ts'
import { api } from '../data/api.ts'
import { plural } from '../ui/format.ts'
import { Note, Panel } from '../ui/page.tsx'
import { Time } from '../ui/time.tsx'

export function Verification({ tenant }: { readonly tenant: string | undefined }) {
  const [soFar, setSoFar] = useState(0)
  const { mutate, data, error, isPending } = useMutation({
    mutationFn: () => {
      setSoFar(0)
      return verifyAuditLog(
        (after) =>
          tenant === undefined
            ? api.verifyPlatformAudit({ after })
            : api.verifyAudit({ tenant, after }),
        setSoFar,
      )
    },
  })
  return (
    <Panel>
      <div className="stack" aria-live="polite">
        <div className="row">
          <div className="soft grow">
            Each entry holds a hash of the one before, and once a day the last one is signed: what
            was changed, taken away or put in between is found. <code>audit verify</code> compares
            with a checkpoint that you kept elsewhere, too.
          </div>
          <Button variant="default" loading={isPending} onClick={() => mutate()}>
            Verify
          </Button>
        </div>
        {isPending && soFar > 0 && <div>{plural(soFar, 'entry', 'entries')} so far …</div>}
        {error !== null && <Note tone="bad" title={error.message} />}
        {data !== undefined && !isPending && <Found found={data} />}
      </div>
    </Panel>
  )
}

function Found({ found }: { readonly found: AuditVerification }) {
  const { entries, broken, unlinked, latest } = found
  if (broken !== null)
    return (
      <Note tone="bad" title="This log is not as it was written.">
        <div>{breakInWords(broken)}</div>
      </Note>
    )
  return (
    <Note tone="good" title={`${plural(entries, 'entry', 'entries')}, each as it was written.`}>
      {latest !== null && (
        <div>
          Up to entry {latest.position} that is signed, <Time at={latest.signedAt} />.
        </div>
      )}
      {unlinked > 0 && (
        <div>
          {plural(unlinked, 'entry', 'entries')} from before there was a chain cannot be verified.
        </div>
      )}
    </Note>
  )
}
