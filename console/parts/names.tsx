/** How people, groups and tenants are named everywhere. Directory text is text (SEC W-5). */
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type Identity, tenantQuery } from '../data/tenants.ts'
import { paths } from '../paths.ts'
import { cut } from '../ui/format.ts'
import { Mark, type Tone } from '../ui/page.tsx'

/** What a page lies in, above its title. */
export function InTenant({ tenant }: { readonly tenant: string }) {
  const { data } = useQuery(tenantQuery(tenant))
  return (
    <Link {...paths.tenant(tenant)}>
      <bdi>{data?.name ?? tenant}</bdi>
    </Link>
  )
}

const STATES: Readonly<Record<Identity['state'], Tone>> = {
  active: 'good',
  inactive: 'warn',
  deleted: 'calm',
  joined: 'calm',
}

export function StateMark({ state }: { readonly state: Identity['state'] }) {
  return <Mark tone={STATES[state]}>{state}</Mark>
}

interface Named {
  readonly id: string
  readonly fqn: string
  readonly displayName: string | null
}

/** As much of the name as a line has room for. */
export const nameOf = ({ displayName, fqn }: Omit<Named, 'id'>): string => cut(displayName ?? fqn)

interface IdentityLinkProps {
  readonly tenant: string
  readonly identity: Named
  /** It is a group, not a person. */
  readonly isGroup?: boolean
}

export function IdentityLink({ tenant, identity, isGroup = false }: IdentityLinkProps) {
  const link = isGroup ? paths.group(tenant, identity.id) : paths.person(tenant, identity.id)
  return (
    <Link {...link}>
      <bdi title={identity.fqn}>{nameOf(identity)}</bdi>
    </Link>
  )
}

/** Groups side by side, each a link. */
export function GroupLinks({
  tenant,
  groups,
}: {
  readonly tenant: string
  readonly groups: readonly Named[]
}) {
  if (groups.length === 0) return <span className="soft">none</span>
  return groups.map((group, index) => (
    <span key={group.id}>
      {index > 0 && ', '}
      <Link {...paths.group(tenant, group.id)}>
        <bdi>{nameOf(group)}</bdi>
      </Link>
    </span>
  ))
}
