/** What administrators did. */
import { api, type Item, usePages } from '../data/api.ts'
import { useOwnTenant } from '../data/session.ts'
import { Verification } from '../parts/audit-verification.tsx'
import { Place, useTenantHere } from '../parts/place.tsx'
import { asText, cut } from '../ui/format.ts'
import { Mark, Page, Panel } from '../ui/page.tsx'
import { Standing, States } from '../ui/states.tsx'
import { type Column, Table } from '../ui/table.tsx'
import { Time } from '../ui/time.tsx'

type Act = Item<'listAudit'>

const columns: readonly Column<Act>[] = [
  { name: 'When', share: 1.8, cell: ({ happenedAt }) => <Time at={happenedAt} /> },
  { name: 'Who', share: 2.2, isWhole: true, cell: (act) => <Who act={act} /> },
  { name: 'Act', share: 2.1, isWhole: true, cell: (act) => <What act={act} /> },
  { name: 'On what', share: 2.1, isWhole: true, cell: ({ object }) => <code>{object}</code> },
  {
    name: 'Details',
    share: 3,
    isWhole: true,
    cell: ({ details }) => <Details details={details} />,
  },
]

export function ActivityPage() {
  const tenant = useTenantHere()
  const { asked, rows, more } = usePages(['activity', tenant], (after) =>
    tenant === undefined
      ? api.listPlatformAudit({ after, limit: 100 })
      : api.listAudit({ tenant, after, limit: 100 }),
  )
  return (
    <Page
      title="Activity"
      above={<Place />}
      lead={`What administrators did ${tenant === undefined ? 'that is of no tenant' : 'here'} and what was refused, the latest first.`}
    >
      <Verification tenant={tenant} />
      <Panel flush title="Acts">
        <States
          asked={asked}
          empty={rows.length === 0 && <Standing icon="list" title="Nobody has done anything yet" />}
        >
          <Table label="Acts" columns={columns} rows={rows} keyOf={({ id }) => id} more={more} />
        </States>
      </Panel>
    </Page>
  )
}

/** By the present name; the id beside it stays, whatever becomes of them. */
function Who({ act }: { readonly act: Act }) {
  return (
    <>
      <Actor act={act} />
      {act.address !== null && <div className="soft">from {act.address}</div>}
    </>
  )
}

function Actor({ act: { actor, actorName } }: { readonly act: Act }) {
  const isBound = useOwnTenant() !== undefined
  if (!/^(?:administrator|key):/.test(actor)) return <bdi>{actor}</bdi>
  const gone = isBound ? 'Of the platform, or removed' : 'Removed'
  return (
    <>
      {actorName === null ? <span className="soft">{gone}</span> : <bdi>{cut(actorName)}</bdi>}
      <div>
        <code className="soft">{actor}</code>
      </div>
    </>
  )
}

function What({ act: { act, outcome } }: { readonly act: Act }) {
  return (
    <>
      <code>{act}</code>
      {outcome === 'refused' && (
        <div>
          <Mark tone="warn">refused</Mark>
        </div>
      )}
    </>
  )
}

function Details({ details }: { readonly details: Act['details'] }) {
  const text = Object.entries(details)
    .map(([name, value]) => `${name}: ${cut(asText(value))}`)
    .join(', ')
  return <bdi className="soft">{text}</bdi>
}
