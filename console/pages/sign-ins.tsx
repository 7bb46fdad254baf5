/** The sign-in log: each attempt with every step, live. */
import { TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { api, type Item, usePages } from '../data/api.ts'
import { SIGN_IN_TONES } from '../data/happenings.ts'
import { siteQuery } from '../data/sites.ts'
import { Choice } from '../parts/choice.tsx'
import { ExportLinks } from '../parts/export-links.tsx'
import { InTenant } from '../parts/names.tsx'
import { Opened } from '../parts/opened.tsx'
import { useSearchField } from '../parts/search-field.tsx'
import { SignInSteps, stepName } from '../parts/sign-in-steps.tsx'
import { paths } from '../paths.ts'
import { words } from '../ui/format.ts'
import { Facts, Mark, Page, Panel } from '../ui/page.tsx'
import { Standing, States } from '../ui/states.tsx'
import { type Column, rowLink, Table } from '../ui/table.tsx'
import { Time } from '../ui/time.tsx'

type SignIn = Item<'listSignIns'>

const route = getRouteApi('/tenants/$tenant/sign-ins')

const columns: readonly Column<SignIn>[] = [
  { name: 'Began', share: 2, cell: ({ startedAt }) => <Time at={startedAt} /> },
  {
    name: 'Reference',
    share: 3.2,
    cell: ({ id }) => (
      <Link
        from="/tenants/$tenant/sign-ins"
        search={(known) => ({ ...known, entry: id })}
        className={rowLink}
      >
        <code>{id}</code>
      </Link>
    ),
  },
  {
    name: 'Outcome',
    share: 1.6,
    cell: ({ outcome }) => <Mark tone={SIGN_IN_TONES[outcome]}>{words(outcome)}</Mark>,
  },
  { name: 'Code', share: 2.6, cell: ({ code }) => (code === null ? null : <code>{code}</code>) },
  {
    name: 'Site',
    share: 2.2,
    cell: ({ tenantId, clientId }) => <SiteName tenant={tenantId} clientId={clientId} />,
  },
  {
    name: 'Last step',
    share: 1.6,
    cell: ({ steps }) => <span className="soft">{stepName(steps.at(-1))}</span>,
  },
]

const OUTCOMES = {
  'signed-in': 'Signed in',
  refused: 'Refused',
  started: 'Under way',
  tested: 'Tested',
}

export function SignInsPage() {
  const { tenant } = route.useParams()
  const { entry, person, site, connection, outcome, code } = route.useSearch()
  const navigate = route.useNavigate()
  const filters = {
    tenant,
    identity: person as `idn_${string}` | undefined,
    site: site as `sit_${string}` | undefined,
    connection: connection as `con_${string}` | undefined,
    ...{ outcome, code },
  }
  const of = person ?? site ?? connection
  const { asked, rows, more } = usePages(
    ['sign-ins', filters],
    (after) => api.listSignIns({ ...filters, after, limit: 100 }),
    { live: true },
  )
  const field = useSearchField(code, (wanted) =>
    navigate({ search: (known) => ({ ...known, code: wanted }), replace: true }),
  )
  return (
    <Page
      title="Sign-in log"
      above={<InTenant tenant={tenant} />}
      lead="Each attempt, live. The reference is what a refusal page shows."
    >
      <Panel
        flush
        title={of === undefined ? 'Sign-ins' : `Sign-ins of ${of}`}
        actions={
          <>
            {of !== undefined && <Link {...paths.signIns(tenant)}>Show all</Link>}
            <Choice
              label="Outcome"
              options={OUTCOMES}
              chosen={outcome}
              choose={(value) =>
                navigate({ search: (known) => ({ ...known, outcome: value }), replace: true })
              }
            />
            <TextInput
              {...field}
              aria-label="Code of a refusal"
              placeholder="user_not_found"
              size="xs"
            />
            <ExportLinks of="exportSignIns" asked={filters} />
          </>
        }
      >
        <States asked={asked} empty={rows.length === 0 && <None />}>
          <Table
            label="Sign-ins"
            columns={columns}
            rows={rows}
            keyOf={({ id }) => id}
            more={more}
          />
        </States>
      </Panel>
      <OpenedSignIn
        tenant={tenant}
        reference={entry}
        onClose={() => void navigate({ search: (known) => ({ ...known, entry: undefined }) })}
      />
    </Page>
  )
}

function None() {
  return (
    <Standing icon="key" title="No sign-in like that">
      <p>An attempt appears here as soon as it begins.</p>
    </Standing>
  )
}

interface OpenedProps {
  readonly tenant: string
  readonly reference: string | undefined
  readonly onClose: () => void
}

function OpenedSignIn({ tenant, reference, onClose }: OpenedProps) {
  const asked = useQuery({
    queryKey: ['sign-in', reference],
    queryFn: () => api.readSignIn({ reference: reference as `sgn_${string}` }),
    enabled: reference !== undefined,
  })
  return (
    <Opened title="Sign-in" entry={reference} asked={asked} onClose={onClose}>
      {asked.data !== undefined && <InFull tenant={tenant} signIn={asked.data} />}
    </Opened>
  )
}

/** What asked for a sign-in: a site, or else the test of a connection or its provisioning client. */
const isSite = (clientId: string) => clientId.startsWith('sit_')

function SiteName({ tenant, clientId }: { readonly tenant: string; readonly clientId: string }) {
  const { data } = useQuery({ ...siteQuery(tenant, clientId), enabled: isSite(clientId) })
  if (!isSite(clientId))
    return (
      <span className="soft">{clientId.startsWith('cli_') ? 'provisioning' : words(clientId)}</span>
    )
  return (
    <Link {...paths.site(tenant, clientId)}>
      <bdi>{data?.name ?? clientId}</bdi>
    </Link>
  )
}

function InFull({ tenant, signIn }: { readonly tenant: string; readonly signIn: SignIn }) {
  const { id, outcome, code, startedAt, endedAt, clientId, connectionId, identityId } = signIn
  return (
    <div className="stack">
      <Facts
        facts={{
          Outcome: <Mark tone={SIGN_IN_TONES[outcome]}>{words(outcome)}</Mark>,
          Code: code === null ? undefined : <code>{code}</code>,
          Began: <Time at={startedAt} />,
          Ended: <Time at={endedAt} none="not yet" />,
          Site: <SiteName tenant={tenant} clientId={clientId} />,
          Connection: connectionId && (
            <Link {...paths.connection(tenant, connectionId)}>
              <code>{connectionId}</code>
            </Link>
          ),
          Person: identityId && <Link {...paths.person(tenant, identityId)}>Open the person</Link>,
          'Why?': <Link {...paths.why(tenant, id)}>Explain it</Link>,
          Reference: <code>{id}</code>,
        }}
      />
      <h3>Steps</h3>
      <SignInSteps signIn={signIn} />
    </div>
  )
}
