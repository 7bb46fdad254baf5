/** Domains: whose people sign in through which connection. Who can publish a record owns the domain. */
import { Button, Select, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link, Navigate, useParams } from '@tanstack/react-router'
import { useAct } from '../data/act.ts'
import { api, type Item } from '../data/api.ts'
import { useRefusalOf } from '../data/session.ts'
import { type Connection, tenantQuery } from '../data/tenants.ts'
import { AskFirst } from '../parts/ask-first.tsx'
import { Settings } from '../parts/settings.tsx'
import { SettingsPage } from '../parts/settings-page.tsx'
import { paths } from '../paths.ts'
import { Copy } from '../ui/copy.tsx'
import { Mark, Note, Panel } from '../ui/page.tsx'
import { Standing, States } from '../ui/states.tsx'
import { type Column, Table } from '../ui/table.tsx'
import { Time } from '../ui/time.tsx'

type Domain = Item<'listDomains'>

const route = getRouteApi('/tenants/$tenant/settings/domains')

const domainsKey = (tenant: string) => ['domains', tenant]

const columnsOf = (
  tenant: string,
  connections: readonly Connection[],
): readonly Column<Domain>[] => [
  { name: 'Domain', share: 3, cell: ({ domain }) => <bdi>{domain}</bdi> },
  {
    name: 'Its people sign in through',
    share: 2.4,
    cell: ({ connectionId }) => (
      <Link {...paths.connection(tenant, connectionId)}>
        <bdi>{connections.find(({ id }) => id === connectionId)?.name ?? connectionId}</bdi>
      </Link>
    ),
  },
  {
    name: 'State',
    share: 1.6,
    cell: ({ verifiedAt }) => (
      <Mark tone={verifiedAt === null ? 'warn' : 'good'}>
        {verifiedAt === null ? 'not verified' : 'verified'}
      </Mark>
    ),
  },
  {
    name: 'Verified',
    share: 1.8,
    cell: ({ verifiedAt }) => <Time at={verifiedAt} none="not yet" />,
  },
  {
    name: 'Act',
    share: 1.4,
    cell: ({ domain }) => (
      <AskFirst
        route="removeDomain"
        act="Remove"
        on={domain}
        title={`Give up ${domain}?`}
        danger
        small
        run={() => api.removeDomain({ tenant, domain })}
        changes={[domainsKey(tenant)]}
      >
        Its people are asked where they work, if there are several connections. Whoever publishes a
        new record can have it then.
      </AskFirst>
    ),
  },
]

export function DomainsPage() {
  const { tenant } = route.useParams()
  const asked = useQuery({
    queryKey: domainsKey(tenant),
    queryFn: () => api.listDomains({ tenant }),
  })
  const connections = useQuery(tenantQuery(tenant)).data?.connections ?? []
  const rows = asked.data?.items ?? []
  return (
    <SettingsPage
      tenant={tenant}
      title="Domains"
      lead="People of a verified domain are sent to its connection without being asked where they work."
    >
      {rows
        .filter(({ verifiedAt }) => verifiedAt === null)
        .map((domain) => (
          <ToVerify key={domain.domain} tenant={tenant} domain={domain} />
        ))}
      <Panel flush title="Domains">
        <States
          asked={asked}
          empty={
            rows.length === 0 && (
              <Standing icon="window" title="No domain yet">
                <p>With one connection none is needed: everybody is sent there.</p>
              </Standing>
            )
          }
        >
          <Table
            label="Domains"
            columns={columnsOf(tenant, connections)}
            rows={rows}
            keyOf={({ domain }) => domain}
          />
        </States>
      </Panel>
      <Panel title="Add a domain">
        <Adding tenant={tenant} connections={connections} />
      </Panel>
    </SettingsPage>
  )
}

interface ToVerifyProps {
  readonly tenant: string
  readonly domain: Domain
}

function ToVerify({ tenant, domain: { domain, record } }: ToVerifyProps) {
  const queries = useQueryClient()
  const verify = useAct({
    mutationFn: () => api.verifyDomain({ tenant, domain }),
    onSuccess: () => queries.invalidateQueries({ queryKey: domainsKey(tenant) }),
  })
  const refusal = useRefusalOf('verifyDomain')
  return (
    <Panel
      title={`Verify ${domain}`}
      actions={
        refusal === undefined && (
          <Button loading={verify.isPending} onClick={() => verify.mutate()}>
            Verify
          </Button>
        )
      }
    >
      <div className="stack">
        {verify.error !== null && <Note tone="bad" title={verify.error.message} />}
        <div className="soft">
          Publish this TXT record in its DNS, then verify. It may take a while until it is seen.
        </div>
        <Copy label="Name" value={record.name} />
        <Copy label="Value" value={record.value} />
      </div>
    </Panel>
  )
}

interface AddingProps {
  readonly tenant: string
  readonly connections: readonly Connection[]
}

function Adding({ tenant, connections }: AddingProps) {
  const [first] = connections
  const isChosen = connections.length > 1 && first !== undefined
  return (
    <Settings
      key={first?.id}
      route="addDomain"
      act="Add"
      adds
      save={(field) => {
        const chosen = connections.find(({ id }) => id === field('connection'))
        return api.addDomain({
          tenant,
          domain: field('domain').trim(),
          ...(chosen && { connectionId: chosen.id }),
        })
      }}
      changes={[domainsKey(tenant)]}
    >
      <TextInput
        name="domain"
        label="Domain"
        description="What stands behind the @ of its people's addresses."
        placeholder="acme.example"
        maxLength={253}
        required
      />
      {isChosen && (
        <Select
          name="connection"
          label="Its people sign in through"
          data={connections.map(({ id, name }) => ({ value: id, label: name }))}
          defaultValue={first.id}
          allowDeselect={false}
        />
      )}
    </Settings>
  )
}

/** Where the settings of a tenant begin. */
export function FirstSettings() {
  const { tenant } = useParams({ from: '/tenants/$tenant/settings' })
  return <Navigate {...paths.domains(tenant)} replace />
}
