/** The sites of a tenant: the applications that sign people in through its Authority. */
import { Checkbox, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { api, usePages } from '../data/api.ts'
import { useRefusalOf } from '../data/session.ts'
import { kindOf, SITE_KINDS, type Site, sitesKey, useSitesRefusal } from '../data/sites.ts'
import { tenantQuery } from '../data/tenants.ts'
import { ButtonLink } from '../parts/button-link.tsx'
import { OnMark } from '../parts/marks.tsx'
import { InTenant } from '../parts/names.tsx'
import { useSearchField } from '../parts/search-field.tsx'
import { Settings } from '../parts/settings.tsx'
import { paths } from '../paths.ts'
import { Page, Panel } from '../ui/page.tsx'
import { Standing, States } from '../ui/states.tsx'
import { type Column, rowLink, Table } from '../ui/table.tsx'
import { Time } from '../ui/time.tsx'

const route = getRouteApi('/tenants/$tenant/sites')

const columnsOf = (tenant: string): readonly Column<Site>[] => [
  {
    name: 'Site',
    share: 3,
    cell: ({ id, name }) => (
      <Link {...paths.site(tenant, id)} className={rowLink}>
        <bdi>{name}</bdi>
      </Link>
    ),
  },
  { name: 'Shows who it is by', share: 2, cell: (site) => SITE_KINDS[kindOf(site)] },
  {
    name: 'When a session ends',
    share: 2,
    cell: ({ backchannelLogoutUri, gatewayOrigin }) =>
      backchannelLogoutUri !== null || gatewayOrigin !== null ? 'it is told' : 'it is not told',
  },
  { name: 'Since', share: 2, cell: ({ createdAt }) => <Time at={createdAt} /> },
  { name: 'State', share: 1, cell: ({ disabledAt }) => <OnMark disabledAt={disabledAt} /> },
]

export function SitesPage() {
  const { tenant } = route.useParams()
  const { q } = route.useSearch()
  const navigate = route.useNavigate()
  const { asked, rows, more } = usePages([...sitesKey(tenant), { q }], (after) =>
    api.listSites({ tenant, q, after, limit: 100 }),
  )
  const field = useSearchField(q, (text) => navigate({ search: { q: text }, replace: true }))
  const mayRegister = useSitesRefusal(tenant) === undefined
  const register = mayRegister && (
    <ButtonLink {...paths.registerSite(tenant)}>Register a site</ButtonLink>
  )
  return (
    <Page
      title="Sites"
      above={<InTenant tenant={tenant} />}
      lead="Applications that people of this tenant sign in to."
      actions={register}
    >
      <Panel
        flush
        title="Sites"
        actions={
          <TextInput
            {...field}
            aria-label="Name or client id"
            placeholder="Name or client id"
            size="xs"
          />
        }
      >
        <States
          asked={asked}
          empty={rows.length === 0 && (q === undefined ? <None /> : <NoneLike asked={q} />)}
        >
          <Table
            label="Sites"
            columns={columnsOf(tenant)}
            rows={rows}
            keyOf={({ id }) => id}
            more={more}
          />
        </States>
      </Panel>
      <Permission tenant={tenant} />
    </Page>
  )
}

/** Whether the tenant's own administrators set sites up, for the operator to say. */
function Permission({ tenant }: { readonly tenant: string }) {
  const { data } = useQuery(tenantQuery(tenant))
  const refusal = useRefusalOf('changeTenant')
  if (data === undefined || refusal !== undefined) return null
  return (
    <Panel title="Who sets sites up">
      <Settings
        route="changeTenant"
        save={(field) =>
          api.changeTenant({ tenant, sitesByAdministrators: field('byAdministrators') === 'on' })
        }
        changes={[['tenant', tenant]]}
      >
        <Checkbox
          name="byAdministrators"
          label="The tenant's administrators, too"
          description="They register, change and remove sites. Which site reads the directory stays yours to say."
          defaultChecked={data.sitesByAdministrators}
        />
      </Settings>
    </Panel>
  )
}

function None() {
  return (
    <Standing icon="window" title="No site yet">
      <p>A site is registered by the addresses that people come back to, and gets a client id.</p>
    </Standing>
  )
}

function NoneLike({ asked }: { readonly asked: string }) {
  return (
    <Standing icon="search" title="No site is called that">
      <p>
        Nothing of <bdi>{asked}</bdi> is in a name or client id here.
      </p>
    </Standing>
  )
}
