/** The quarantine: what could not be loaded and why, another try, and what is left out by a decision. */
import { TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useState } from 'react'
import { api, type Item } from '../data/api.ts'
import { AskFirst } from '../parts/ask-first.tsx'
import { InTenant } from '../parts/names.tsx'
import { paths } from '../paths.ts'
import { cut } from '../ui/format.ts'
import { Page, Panel } from '../ui/page.tsx'
import { Standing, States } from '../ui/states.tsx'
import { type Column, Table } from '../ui/table.tsx'
import { Time } from '../ui/time.tsx'

type Quarantined = Item<'listQuarantine'>
type Named = Quarantined['resource']

const route = getRouteApi('/tenants/$tenant/quarantine')

const keyOf = ({ resourceId, memberId }: Quarantined) => `${resourceId} ${memberId}`

/** In a line's room; the id where nothing else is known. */
const nameIn = ({ displayName, userName, identity }: Named, id: string): string =>
  cut(displayName ?? userName ?? identity?.fqn ?? id)

function nameOf({ resourceId, memberId, resource, member }: Quarantined): string {
  const name = nameIn(resource, resourceId)
  return member === null ? name : `${nameIn(member, memberId ?? '')} in ${name}`
}

const whoOf = (tenant: string): Column<Quarantined> => ({
  name: 'Who',
  isWhole: true,
  share: 2.6,
  cell: (row) => {
    const { displayName, userName } = row.member ?? row.resource
    return (
      <>
        <Who tenant={tenant} row={row} />
        <div className="soft">
          {displayName !== null && userName !== null && <bdi>{cut(userName)} · </bdi>}
          <Link {...paths.provisioning(tenant, { resource: row.resourceId })}>requests</Link>
        </div>
      </>
    )
  },
})

/** Of a person that is not loaded their page says why. */
function Who({ tenant, row }: ActProps) {
  const { resourceId, resource, member } = row
  const name = <bdi>{nameOf(row)}</bdi>
  if (member === null && resourceId.startsWith('usr_'))
    return <Link {...paths.person(tenant, resource.identity?.id ?? resourceId)}>{name}</Link>
  if (resource.identity === null) return name
  return <Link {...paths.group(tenant, resource.identity.id)}>{name}</Link>
}

const WHY: Column<Quarantined> = {
  name: 'Why',
  isWhole: true,
  share: 4.6,
  cell: ({ reason }) => reason,
}

const asideColumns = (tenant: string): readonly Column<Quarantined>[] => [
  whoOf(tenant),
  WHY,
  { name: 'Since', share: 1.3, cell: ({ quarantinedAt }) => <Time at={quarantinedAt} relative /> },
  {
    name: 'Act',
    share: 2.3,
    cell: (row) => (
      <span className="row">
        <Retry tenant={tenant} row={row} />
        <Skip tenant={tenant} row={row} />
      </span>
    ),
  },
]

const skippedColumns = (tenant: string): readonly Column<Quarantined>[] => [
  whoOf(tenant),
  WHY,
  {
    name: 'Skipped because',
    isWhole: true,
    share: 2.2,
    cell: ({ skipped }) => <bdi>{skipped?.reason}</bdi>,
  },
  {
    name: 'Since',
    share: 1.3,
    cell: ({ skipped }) => <Time at={skipped?.at ?? null} relative />,
  },
  { name: 'Act', share: 1.8, cell: (row) => <Retry tenant={tenant} row={row} /> },
]

export function QuarantinePage() {
  const { tenant } = route.useParams()
  const asked = useQuery({
    queryKey: ['quarantine', tenant],
    queryFn: () => api.listQuarantine({ tenant, limit: 500 }),
    refetchInterval: 2_000,
  })
  const rows = asked.data?.items ?? []
  const aside = rows.filter(({ skipped }) => skipped === null)
  const skipped = rows.filter((row) => row.skipped !== null)
  return (
    <Page
      title="Quarantine"
      above={<InTenant tenant={tenant} />}
      lead="What cannot be loaded as it is, or failed five times, is set aside here, and everything else goes on."
    >
      <Panel flush title="Set aside">
        <States
          asked={asked}
          empty={
            aside.length === 0 && (
              <Standing icon="check" tone="good" title="Nothing is set aside">
                <p>
                  {skipped.length === 0
                    ? 'Everything that the identity provider said could be loaded.'
                    : 'What could not be loaded is skipped.'}
                </p>
              </Standing>
            )
          }
        >
          <Table label="Set aside" columns={asideColumns(tenant)} rows={aside} keyOf={keyOf} />
        </States>
      </Panel>
      {skipped.length > 0 && (
        <Panel flush title="Skipped">
          <Table label="Skipped" columns={skippedColumns(tenant)} rows={skipped} keyOf={keyOf} />
        </Panel>
      )}
    </Page>
  )
}

interface ActProps {
  readonly tenant: string
  readonly row: Quarantined
}

function Retry({ tenant, row }: ActProps) {
  const { resourceId, reason, skipped } = row
  return (
    <AskFirst
      route="retryQuarantined"
      act="Try again"
      on={nameOf(row)}
      title="Try it again?"
      small
      run={() => api.retryQuarantined({ tenant, resource: resourceId })}
      changes={[['quarantine', tenant]]}
    >
      <bdi>{nameOf(row)}</bdi> was set aside: {reason} Mend that first; otherwise it comes back
      here. {skipped !== null && 'It is skipped no longer.'}
    </AskFirst>
  )
}

function Skip({ tenant, row }: ActProps) {
  const { resourceId, reason: why } = row
  const [reason, setReason] = useState('')
  return (
    <AskFirst
      route="skipQuarantined"
      act="Skip"
      on={nameOf(row)}
      title="Skip it?"
      small
      isReady={reason.trim() !== ''}
      run={() => api.skipQuarantined({ tenant, resource: resourceId, reason })}
      changes={[['quarantine', tenant]]}
    >
      <div className="stack">
        <div>
          <bdi>{nameOf(row)}</bdi> was set aside: {why} It is left out, full runs too, until the
          identity provider writes it anew or somebody tries it again.
        </div>
        <TextInput
          label="Why"
          description="For whoever looks next."
          maxLength={500}
          required
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
      </div>
    </AskFirst>
  )
}
