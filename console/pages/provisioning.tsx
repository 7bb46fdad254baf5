/** The provisioning log: each SCIM request and what became of it, live. */
import { TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { api, type Item, usePages } from '../data/api.ts'
import { OUTCOME_TONES } from '../data/happenings.ts'
import { Choice } from '../parts/choice.tsx'
import { ExportLinks } from '../parts/export-links.tsx'
import { InTenant } from '../parts/names.tsx'
import { Opened } from '../parts/opened.tsx'
import css from '../parts/parts.module.css'
import { useSearchField } from '../parts/search-field.tsx'
import { paths } from '../paths.ts'
import { count, cut, duration, plural, words } from '../ui/format.ts'
import { LongText } from '../ui/long-text.tsx'
import { Facts, Mark, Note, Page, Panel } from '../ui/page.tsx'
import { Standing, States } from '../ui/states.tsx'
import { type Column, rowLink, Table } from '../ui/table.tsx'
import { Time } from '../ui/time.tsx'

type Entry = Item<'listProvisioningLog'>

const route = getRouteApi('/tenants/$tenant/provisioning')

const columns: readonly Column<Entry>[] = [
  { name: 'Received', share: 1.9, cell: ({ receivedAt }) => <Time at={receivedAt} /> },
  {
    name: 'Request',
    share: 2.2,
    cell: ({ requestId, operation, resourceType, bulkOperation }) => (
      <Link
        from="/tenants/$tenant/provisioning"
        search={(known) => ({ ...known, entry: requestId })}
        className={rowLink}
      >
        {words(operation)} {resourceType ?? ''}{' '}
        {bulkOperation !== null && `(bulk ${bulkOperation})`}
      </Link>
    ),
  },
  {
    name: 'Outcome',
    share: 1.4,
    cell: ({ outcome, status }) => (
      <Mark tone={OUTCOME_TONES[outcome]}>
        {outcome} {status}
      </Mark>
    ),
  },
  { name: 'What', share: 4, cell: (entry) => <bdi className="soft">{cut(gist(entry))}</bdi> },
  { name: 'Took', share: 0.9, cell: ({ durationMs }) => duration(durationMs) },
]

export function ProvisioningPage() {
  const { tenant } = route.useParams()
  const { text, outcome, resource, entry } = route.useSearch()
  const navigate = route.useNavigate()
  const { asked, rows, more } = usePages(
    ['provisioning', tenant, text, outcome, resource],
    (after) => api.listProvisioningLog({ tenant, text, outcome, resource, after, limit: 100 }),
    { live: true },
  )
  const field = useSearchField(text, (wanted) =>
    navigate({ search: (known) => ({ ...known, text: wanted }), replace: true }),
  )
  const isSearch = text !== undefined || outcome !== undefined || resource !== undefined
  return (
    <Page
      title="Provisioning log"
      above={<InTenant tenant={tenant} />}
      lead="Each request of the identity provider, live, in the words that its administrator was told."
    >
      <Panel
        flush
        title={resource === undefined ? 'Requests' : `Requests about ${resource}`}
        actions={
          <>
            {resource !== undefined && <Link {...paths.provisioning(tenant)}>Show all</Link>}
            <Choice
              label="Outcome"
              options={{ ok: 'OK', refused: 'Refused', failed: 'Failed' }}
              chosen={outcome}
              choose={(value) =>
                navigate({ search: (known) => ({ ...known, outcome: value }), replace: true })
              }
            />
            <TextInput
              {...field}
              aria-label="Part of what was answered"
              placeholder="Part of the answer"
              size="xs"
            />
            <ExportLinks of="exportProvisioningLog" asked={{ tenant, text, outcome, resource }} />
          </>
        }
      >
        <States asked={asked} empty={rows.length === 0 && <Nothing isSearch={isSearch} />}>
          <Table
            label="Requests"
            columns={columns}
            rows={rows}
            keyOf={({ requestId, bulkOperation }) => `${requestId} ${bulkOperation}`}
            more={more}
          />
        </States>
      </Panel>
      <OpenedEntry
        tenant={tenant}
        requestId={entry}
        onClose={() => void navigate({ search: (known) => ({ ...known, entry: undefined }) })}
      />
    </Page>
  )
}

/** What is worth knowing of an entry without opening it. */
function gist({ detail, changed, movedMembers, found, resourceId }: Entry): string {
  if (detail !== null) return detail
  if (movedMembers > 0) return `${plural(movedMembers, 'membership')} changed`
  if (changed.length > 0) return `changed ${changed.join(', ')}`
  return found === null ? (resourceId ?? '') : `${count(found)} found`
}

function Value({ text }: { readonly text: string | null }) {
  return text === null ? <span className="soft">none</span> : <LongText text={text} />
}

function Nothing({ isSearch }: { readonly isSearch: boolean }) {
  return isSearch ? (
    <Standing icon="search" title="No request like that" />
  ) : (
    <Standing icon="list" title="No request yet">
      <p>The first one appears when the identity provider's administrator presses Test.</p>
    </Standing>
  )
}

interface OpenedEntryProps {
  readonly tenant: string
  readonly requestId: string | undefined
  readonly onClose: () => void
}

function OpenedEntry({ tenant, requestId, onClose }: OpenedEntryProps) {
  const asked = useQuery({
    queryKey: ['entry', requestId],
    queryFn: () => api.readProvisioningLogEntry({ requestId: requestId as `req_${string}` }),
    enabled: requestId !== undefined,
  })
  return (
    <Opened title="SCIM request" entry={requestId} asked={asked} onClose={onClose}>
      {asked.data !== undefined && <InFull tenant={tenant} entry={asked.data} />}
    </Opened>
  )
}

function InFull({ tenant, entry }: { readonly tenant: string; readonly entry: Entry }) {
  const { resourceType, resourceId, credential } = entry
  return (
    <div className="stack">
      {entry.detail !== null && (
        <Note
          tone={entry.outcome === 'ok' ? 'calm' : 'bad'}
          title="The identity provider's administrator was told"
        >
          <LongText text={entry.detail} />
        </Note>
      )}
      <Facts
        facts={{
          Outcome: (
            <Mark tone={OUTCOME_TONES[entry.outcome]}>
              {entry.outcome} {entry.status}
            </Mark>
          ),
          Operation: words(entry.operation),
          scimType: entry.scimType ?? undefined,
          Received: <Time at={entry.receivedAt} />,
          Took: duration(entry.durationMs),
          Resource:
            resourceId === null ? (
              resourceType
            ) : resourceType === 'User' ? (
              <Link {...paths.why(tenant, resourceId)}>
                <code>{resourceId}</code>
              </Link>
            ) : (
              <code>{resourceId}</code>
            ),
          'Undone for this provider':
            entry.rewrites.length === 0 ? null : <code>{entry.rewrites.join(', ')}</code>,
          'Members changed': entry.movedMembers > 0 ? count(entry.movedMembers) : undefined,
          'Left out, unknown': entry.ignored.length === 0 ? undefined : entry.ignored.join(', '),
          'Members not here':
            entry.unknownMembers.length === 0 ? undefined : entry.unknownMembers.join(', '),
          'Let in by':
            credential === null
              ? 'nothing: it was not authenticated'
              : `${credential.kind} ${credential.id}`,
          From: `${entry.address}${entry.userAgent === null ? '' : `, ${entry.userAgent}`}`,
          Request: <code>{entry.requestId}</code>,
        }}
      />
      <Changes entry={entry} />
    </div>
  )
}

function Changes({ entry: { changed, changes } }: { readonly entry: Entry }) {
  if (changed.length === 0) return null
  if (changes === null)
    return (
      <Note tone="calm" title={`Changed: ${changed.join(', ')}`}>
        <p>Values are not kept in this log, unless the connection's policy says so.</p>
      </Note>
    )
  return (
    <table className={css['diff']} aria-label="What changed">
      <thead>
        <tr>
          <th scope="col">Attribute</th>
          <th scope="col">Before</th>
          <th scope="col">After</th>
        </tr>
      </thead>
      <tbody>
        {changes.map(({ attribute, before, after }) => (
          <tr key={attribute}>
            <td>{attribute}</td>
            <td>
              <Value text={before} />
            </td>
            <td>
              <Value text={after} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
