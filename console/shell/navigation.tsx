/** Where one can go: everywhere, and within the tenant that one is at. */
import { useQuery } from '@tanstack/react-query'
import { Link, useParams, useRouterState } from '@tanstack/react-router'
import { useOwnTenant } from '../data/session.ts'
import { tenantQuery } from '../data/tenants.ts'
import { paths } from '../paths.ts'
import { Icon } from '../ui/icons.tsx'
import { ENTRY_OF, IN_TENANT, ON_PLATFORM } from './screens.ts'
import css from './shell.module.css'

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
        {ON_PLATFORM.map(([name, icon, to]) => (
          <li key={name}>
            <Link {...to()}>
              <Icon name={icon} /> {name}
            </Link>
          </li>
        ))}
      </ul>
      {tenant !== undefined && <OfTenant tenant={tenant} />}
    </nav>
  )
}

function OfTenant({ tenant }: { readonly tenant: string }) {
  const { data } = useQuery(tenantQuery(tenant))
  const part = useRouterState({ select: ({ matches }) => matches.at(-1)?.fullPath.split('/')[3] })
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
              aria-current={ENTRY_OF.get(part ?? '') === name ? 'page' : undefined}
            >
              <Icon name={icon} /> {name}
            </Link>
          </li>
        ))}
      </ul>
    </>
  )
}
