/** Finds a tenant, person, site or screen by a part of its name, and anything else by its id: what a person quotes is pasted here. */
import { Modal, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { Link, type LinkProps, useNavigate, useParams } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { ApiError } from '../../src/contract/index.ts'
import { api } from '../data/api.ts'
import { useOwnTenant } from '../data/session.ts'
import { paths } from '../paths.ts'
import { cut } from '../ui/format.ts'
import { Icon } from '../ui/icons.tsx'
import { ON_PLATFORM, SCREENS } from './screens.ts'
import css from './shell.module.css'

interface Found {
  readonly key: string
  readonly name: string
  readonly what: string
  readonly link: LinkProps
}

interface FinderProps {
  readonly opened: boolean
  readonly onClose: () => void
}

export function Finder({ opened, onClose }: FinderProps) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title="Find"
      size="lg"
      centered={false}
      transitionProps={{ duration: 0 }}
    >
      {opened && <Search onClose={onClose} />}
    </Modal>
  )
}

function Search({ onClose }: Pick<FinderProps, 'onClose'>) {
  const [asked, setAsked] = useState('')
  const [text] = useDebouncedValue(asked.trim(), 200)
  const { tenant } = useParams({ strict: false })
  const isBound = useOwnTenant() !== undefined
  const { data = [], isFetching } = useQuery({
    queryKey: ['find', tenant, text],
    queryFn: () => find(text, tenant, isBound),
    enabled: text !== '',
  })
  // At once: whoever types on after the key that opened this loses nothing.
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => field.current?.focus(), [])
  // Enter goes to the first that is found, as soon as it is.
  const [wanted, setWanted] = useState<string>()
  const navigate = useNavigate()
  const first = wanted === text && !isFetching ? data[0] : undefined
  useEffect(() => {
    if (first === undefined) return
    onClose()
    void navigate(first.link)
  }, [first, navigate, onClose])
  return (
    <>
      <TextInput
        ref={field}
        onKeyDown={({ key }) => setWanted(key === 'Enter' ? asked.trim() : undefined)}
        label="Tenant, person, site, screen, or the reference of a sign-in or request"
        placeholder="acme, nadia@acme.example, sgn_…, req_…"
        leftSection={<Icon name="search" size={16} />}
        value={asked}
        onChange={(event) => setAsked(event.currentTarget.value)}
        data-autofocus
      />
      <div role="status" className="soft" style={{ marginTop: 10 }}>
        {text === '' &&
          'People, sites, connections and the screens of a tenant are found within the one that you are at.'}
        {text !== '' && !isFetching && data.length === 0 && 'Nothing of that name or id is here.'}
      </div>
      <ul className={css['found']}>
        {data.map(({ key, name, what, link }) => (
          <li key={key}>
            <Link {...link} onClick={onClose}>
              <bdi>{name}</bdi> <span className="soft">{what}</span>
            </Link>
          </li>
        ))}
      </ul>
    </>
  )
}

async function find(text: string, tenant: string | undefined, isBound: boolean): Promise<Found[]> {
  if (text.startsWith('sgn_')) return orNothing(() => ofSignIn(text as `sgn_${string}`))
  if (text.startsWith('ten_')) return orNothing(() => ofTenant(text))
  if (text.startsWith('req_')) return orNothing(() => ofRequest(text as `req_${string}`))
  return [
    ...(isBound ? [] : await findOnPlatform(text)),
    ...(tenant === undefined ? [] : await findWithin(tenant, text)),
  ]
}

const isIn = (text: string, ...known: readonly string[]): boolean =>
  known.some((each) => each.toLowerCase().includes(text.toLowerCase()))

async function findOnPlatform(text: string): Promise<Found[]> {
  const { items: tenants } = await api.listTenants({ q: text, limit: 8 })
  return [
    ...tenants.map(({ id, name }) => ({ key: id, name, what: 'tenant', link: paths.tenant(id) })),
    ...ON_PLATFORM.filter(([name]) => isIn(text, name)).map(([name, , to]) => ({
      key: `platform ${name}`,
      name,
      what: 'screen of the platform',
      link: to(),
    })),
  ]
}

async function findWithin(tenant: string, text: string): Promise<Found[]> {
  const [{ connections }, sites, people] = await Promise.all([
    api.readTenant({ tenant }),
    api.listSites({ tenant, q: text, limit: 8 }),
    api.listIdentities({ tenant, q: text, limit: 12 }),
  ])
  const screens = SCREENS.filter(([name]) => isIn(text, name))
  return [
    ...screens.map(([name, to]) => ({ key: name, name, what: 'screen', link: to(tenant) })),
    ...connections
      .filter(({ id, name, label }) => isIn(text, id, name, label))
      .map(({ id, name }) => ({
        key: id,
        name,
        what: 'connection',
        link: paths.connection(tenant, id),
      })),
    ...sites.items.map(({ id, name }) => ({
      key: id,
      name,
      what: 'site',
      link: paths.site(tenant, id),
    })),
    ...people.items.map(({ id, kind, fqn, displayName }) => ({
      key: id,
      name: cut(displayName ?? fqn),
      what: `${kind} · ${cut(fqn)}`,
      link: kind === 'person' ? paths.person(tenant, id) : paths.group(tenant, id),
    })),
  ]
}

async function ofTenant(tenant: string): Promise<Found[]> {
  const { id, name } = await api.readTenant({ tenant })
  return [{ key: id, name, what: 'tenant', link: paths.tenant(id) }]
}

async function ofSignIn(reference: `sgn_${string}`): Promise<Found[]> {
  const { id, tenantId, outcome, code } = await api.readSignIn({ reference })
  const link = paths.signIns(tenantId, { entry: id })
  return [{ key: id, name: id, what: `sign-in · ${code ?? outcome}`, link }]
}

async function ofRequest(requestId: `req_${string}`): Promise<Found[]> {
  const entry = await api.readProvisioningLogEntry({ requestId })
  const link = paths.provisioning(entry.tenantId, { entry: requestId })
  return [
    {
      key: requestId,
      name: requestId,
      what: `SCIM request · ${entry.operation} ${entry.status}`,
      link,
    },
  ]
}

/** An id of nothing is nothing found. */
async function orNothing(look: () => Promise<Found[]>): Promise<Found[]> {
  try {
    return await look()
  } catch (error) {
    if (error instanceof ApiError && error.status < 500) return []
    throw error
  }
}
