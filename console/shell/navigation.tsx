/** Where one can go: everywhere, and within the tenant that one is at. */
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useOwnTenant } from '../data/session.ts'
import { tenantQuery } from '../data/tenants.ts'
import { paths } from '../paths.ts'
import { Icon, type IconName } from '../ui/icons.tsx'
import css from './shell.module.css'

const IN_TENANT = [
  ['Tenant', 'plug', paths.tenant],
  ['People', 'person', paths.people],
  ['Groups', 'group', paths.groups],
  ['Why?', 'question', paths.why],
  ['Sync', 'sync', paths.sync],
  ['Provisioning log', 'list', paths.provisioning],
  ['Sign-in log', 'key', paths.signIns],
  ['Rules', 'rule', paths.rules],
  ['Claim type mappings', 'check', paths.mappings],
  ['Activity', 'list', paths.activity],
] as const satisfies readonly (readonly [string, IconName, (tenant: string) => object])[]

export function Navigation() {
  const { tenant } = useParams({ strict: false })
  const own = useOwnTenant()
  return (
    <nav aria-label="Console">
      <ul className={css['nav']} hidden={own !== undefined}>
        <li>
          <Link {...paths.overview()} activeOptions={{ exact: true, includeSearch: false }}>
            <Icon name="home" /> Overview
          </Link>
        </li>
      </ul>
      {tenant !== undefined && <OfTenant tenant={tenant} />}
    </nav>
  )
}

function OfTenant({ tenant }: { readonly tenant: string }) {
  const { data } = useQuery(tenantQuery(tenant))
  return (
    <>
      <div className={css['section']}>
        <bdi>{data?.name ?? tenant}</bdi>
      </div>
      <ul className={css['nav']}>
        {IN_TENANT.map(([name, icon, to]) => (
          <li key={name}>
            <Link
              {...to(tenant)}
              activeOptions={{ exact: name === 'Tenant', includeSearch: false }}
            >
              <Icon name={icon} /> {name}
            </Link>
          </li>
        ))}
      </ul>
    </>
  )
}
