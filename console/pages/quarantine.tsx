/** The quarantine: what could not be loaded, why, and another try. */
import { Button } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useAct } from '../data/act.ts'
import { api, type Item } from '../data/api.ts'
import { useRefusalOf } from '../data/session.ts'
import { InTenant } from '../parts/names.tsx'
import { paths } from '../paths.ts'
import { Confirm } from '../ui/dialogs.tsx'
import { Page, Panel } from '../ui/page.tsx'
import { Standing, States } from '../ui/states.tsx'
import { type Column, Table } from '../ui/table.tsx'
import { Time } from '../ui/time.tsx'

type Quarantined = Item<'listQuarantine'>

const route = getRouteApi('/tenants/$tenant/quarantine')

const columnsOf = (
  tenant: string,
  retry: ((row: Quarantined) => void) | undefined,
): readonly Column<Quarantined>[] => [
  {
    name: 'Resource',
    share: 2.4,
    cell: ({ resourceId }) => (
      <Link {...paths.provisioning(tenant, { resource: resourceId })}>
        <code>{resourceId}</code>
      </Link>
    ),
  },
  { name: 'Why', share: 4.4, cell: ({ reason }) => <span title={reason}>{reason}</span> },
  { name: 'Since', share: 1.4, cell: ({ quarantinedAt }) => <Time at={quarantinedAt} relative /> },
  {
    name: 'Act',
    share: 1.4,
    cell: (row) =>
      retry !== undefined && (
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => retry(row)}
          aria-label={`Try ${row.resourceId} again`}
        >
          Try again …
        </Button>
      ),
  },
]

export function QuarantinePage() {
  const { tenant } = route.useParams()
  const [retrying, setRetrying] = useState<Quarantined>()
  const queries = useQueryClient()
  const asked = useQuery({
    queryKey: ['quarantine', tenant],
    queryFn: () => api.listQuarantine({ tenant, limit: 500 }),
    refetchInterval: 2_000,
  })
  const retry = useAct({
    mutationFn: (resource: string) => api.retryQuarantined({ tenant, resource }),
    onSuccess: async () => {
      setRetrying(undefined)
      await queries.invalidateQueries({ queryKey: ['quarantine', tenant] })
    },
  })
  const refusal = useRefusalOf('retryQuarantined')
  const rows = asked.data?.items ?? []
  return (
    <Page
      title="Quarantine"
      above={<InTenant tenant={tenant} />}
      lead="What failed five times is set aside here, and everything else goes on."
    >
      <Panel flush title="Set aside">
        <States
          asked={asked}
          empty={
            rows.length === 0 && (
              <Standing icon="check" tone="good" title="Nothing is set aside">
                <p>Everything that the identity provider said could be loaded.</p>
              </Standing>
            )
          }
        >
          <Table
            label="Set aside"
            columns={columnsOf(tenant, refusal === undefined ? setRetrying : undefined)}
            rows={rows}
            keyOf={({ resourceId, memberId }) => `${resourceId} ${memberId}`}
          />
        </States>
      </Panel>
      <Confirm
        opened={retrying !== undefined}
        title="Try it again?"
        act="Try again"
        isActing={retry.isPending}
        error={retry.error}
        onConfirm={() => retry.mutate(retrying?.resourceId ?? '')}
        onClose={() => setRetrying(undefined)}
      >
        <code>{retrying?.resourceId}</code> was set aside: {retrying?.reason} Mend that first;
        otherwise it comes back here.
      </Confirm>
    </Page>
  )
}
