/** The sign-in log: each attempt with every step, live. */
import { TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { api, type Item, usePages } from '../data/api.ts'
import { SIGN_IN_TONES } from '../data/happenings.ts'
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
    name: 'Last step',
    share: 2,
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
  const { entry, person, outcome, code } = route.useSearch()
  const navigate = route.useNavigate()
  const filters = { tenant, identity: person as `idn_${string}` | undefined, outcome, code }
  const { asked, rows, more } = usePages(
    ['sign-ins', tenant, person, outcome, code],
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
        title="Sign-ins"
        actions={
          <>
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

/** A test of a connection has that of its application. */
const isSite = (clientId: string) => clientId.startsWith('sit_')

function InFull({ tenant, signIn }: { readonly tenant: string; readonly signIn: SignIn }) {
  const { id, outcome, code, startedAt, endedAt, clientId, identityId } = signIn
  return (
    <div className="stack">
      <Facts
        facts={{
          Outcome: <Mark tone={SIGN_IN_TONES[outcome]}>{words(outcome)}</Mark>,
          Code: code === null ? undefined : <code>{code}</code>,
          Began: <Time at={startedAt} />,
          Ended: <Time at={endedAt} none="not yet" />,
          Site: isSite(clientId) ? (
            <Link {...paths.site(tenant, clientId)}>
              <code>{clientId}</code>
            </Link>
          ) : (
            <code>{clientId}</code>
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
