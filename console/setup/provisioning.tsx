/** What provisioning has sent, and what it was told: of this connection alone. */
import { useState } from 'react'
import { api, type Item, usePages } from '../data/api.ts'
import { count, words } from '../ui/format.ts'
import { Mark, Note, Panel } from '../ui/page.tsx'
import { Time } from '../ui/time.tsx'
import { Button, Ways } from './parts.tsx'
import type { Setup } from './providers.ts'
import css from './setup.module.css'

type Entry = Item<'listSetupLog'>

const ALL = 'All requests'
const REFUSED = 'Refused alone'

export function Provisioning({ setup: { provisioning } }: { readonly setup: Setup }) {
  const [which, choose] = useState(ALL)
  const { asked, rows, more } = usePages(
    ['setup-log', which],
    (after) =>
      api.listSetupLog({ limit: 10, after, outcome: which === REFUSED ? 'refused' : undefined }),
    { live: true },
  )
  return (
    <Panel title="Provisioning">
      <div className="stack">
        <Status provisioning={provisioning} />
        <Ways ask="Show" names={[ALL, REFUSED]} chosen={which} choose={choose} />
        {asked.error !== null && <Note tone="bad" title={asked.error.message} />}
        {rows.length === 0 && <span className="soft">None yet.</span>}
        <ul className={css['log']}>
          {rows.map((entry) => (
            <Sent key={`${entry.requestId} ${entry.bulkOperation}`} entry={entry} />
          ))}
        </ul>
        {more.has && (
          <div>
            <Button quiet disabled={more.isComing} onClick={() => void more.get()}>
              Earlier ones
            </Button>
          </div>
        )}
      </div>
    </Panel>
  )
}

function Status({ provisioning }: { readonly provisioning: Setup['provisioning'] }) {
  const { requests, refused, failed, lastAt } = provisioning
  if (lastAt === null)
    return <p className="soft">Nothing has arrived within a day. It shows here as it arrives.</p>
  return (
    <div className="row">
      <Mark tone={refused + failed === 0 ? 'good' : 'bad'}>
        {refused + failed === 0 ? 'working' : 'refusals'}
      </Mark>
      <span>
        {count(refused + failed)} of the latest {count(requests)} requests of a day{' '}
        {refused + failed === 1 ? 'was' : 'were'} refused or failed; the last came{' '}
        <Time at={lastAt} relative />.
      </span>
    </div>
  )
}

function Sent({ entry }: { readonly entry: Entry }) {
  const { operation, resourceType, outcome, status, detail, receivedAt, requestId } = entry
  return (
    <li>
      <div className="row">
        <span className="grow">
          {words(operation)} {resourceType}
        </span>
        <span className="soft">
          <Time at={receivedAt} relative />
        </span>
        <Mark tone={outcome === 'ok' ? 'good' : 'bad'}>{status}</Mark>
      </div>
      {detail !== null && (
        <div>
          {detail}{' '}
          <span className="soft">
            <code>{requestId}</code>
          </span>
        </div>
      )}
    </li>
  )
}
