/** What sites were told of people and groups, the latest first. */
import { getRouteApi, Link } from '@tanstack/react-router'
import { api, type Item, usePages } from '../data/api.ts'
import { changesInWords, toneOfEvent } from '../data/happenings.ts'
import { IdentityLink, InTenant, nameOf } from '../parts/names.tsx'
import { paths } from '../paths.ts'
import { words } from '../ui/format.ts'
import { Mark, Page, Panel } from '../ui/page.tsx'
import { Standing, States } from '../ui/states.tsx'
import { type Column, Table } from '../ui/table.tsx'
import { Time } from '../ui/time.tsx'

type Told = Item<'listLatestEvents'>

const route = getRouteApi('/tenants/$tenant/events')

const columnsOf = (tenant: string): readonly Column<Told>[] => [
  { name: 'When', share: 1.7, cell: ({ happenedAt }) => <Time at={happenedAt} /> },
  {
    name: 'What',
    share: 2.2,
    cell: ({ kind }) => <Mark tone={toneOfEvent(kind)}>{words(kind)}</Mark>,
  },
  {
    name: 'Who',
    share: 2.4,
    cell: ({ kind, identity, identityId }) =>
      identity === null ? (
        <code>{identityId}</code>
      ) : (
        <IdentityLink tenant={tenant} identity={identity} isGroup={kind.startsWith('group.')} />
      ),
  },
  { name: 'What of it', share: 3.6, isWhole: true, cell: (told) => <bdi>{detailOf(told)}</bdi> },
  { name: 'Begun by', share: 1.3, cell: (told) => <Cause tenant={tenant} told={told} /> },
]

/** Who joined or left; else what was and what is. */
function detailOf({ other, otherId, changes }: Told): string {
  if (other !== null) return nameOf(other)
  return otherId ?? changesInWords(changes)
}

function Cause({ tenant, told: { requestId } }: { readonly tenant: string; readonly told: Told }) {
  if (requestId === null) return <span className="soft">not known</span>
  return requestId.startsWith('run_') ? (
    <Link {...paths.run(tenant, requestId)}>a full run</Link>
  ) : (
    <Link {...paths.provisioning(tenant, { entry: requestId })}>the request</Link>
  )
}

export function EventsPage() {
  const { tenant } = route.useParams()
  const { asked, rows, more } = usePages(
    ['events', tenant],
    (before) =>
      api.listLatestEvents({ tenant, limit: 100, ...(before && { before: Number(before) }) }),
    { live: true },
  )
  return (
    <Page
      title="Events"
      above={<InTenant tenant={tenant} />}
      lead="What sites were told of people and groups, the latest first, by the names that they have now."
    >
      <Panel flush title="Events">
        <States
          asked={asked}
          empty={
            rows.length === 0 && (
              <Standing icon="pulse" title="Nothing has happened yet">
                The first person that the identity provider creates is the first event.
              </Standing>
            )
          }
        >
          <Table
            label="Events"
            columns={columnsOf(tenant)}
            rows={rows}
            keyOf={({ position }) => String(position)}
            more={more}
          />
        </States>
      </Panel>
    </Page>
  )
}
