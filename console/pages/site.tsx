/** One site: what it needs, its settings, its secret, and what it was told of sessions that ended. */
import { Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { api, type Item, usePages } from '../data/api.ts'
import { changing } from '../data/edited.ts'
import {
  kindOf,
  settingsOf,
  type Site,
  siteQuery,
  sitesKey,
  useIsOperator,
  useSitesRefusal,
} from '../data/sites.ts'
import { AskFirst } from '../parts/ask-first.tsx'
import { InTenant } from '../parts/names.tsx'
import { Settings } from '../parts/settings.tsx'
import { KindField, SiteFields } from '../parts/site-fields.tsx'
import { SiteNeeds } from '../parts/site-needs.tsx'
import { paths } from '../paths.ts'
import { CopyOnce } from '../ui/copy.tsx'
import { words } from '../ui/format.ts'
import { Mark, Note, Page, Panel, type Tone } from '../ui/page.tsx'
import { Standing, States } from '../ui/states.tsx'
import { type Column, Table } from '../ui/table.tsx'
import { Time } from '../ui/time.tsx'

type Notice = Item<'listLogoutNotices'>
interface OfSite {
  readonly tenant: string
  readonly site: Site
}

const route = getRouteApi('/tenants/$tenant/sites/$site')

export function SitePage() {
  const { tenant, site: id } = route.useParams()
  const asked = useQuery(siteQuery(tenant, id))
  const site = asked.data
  return (
    <Page
      title={site?.name ?? 'Site'}
      above={
        <>
          <InTenant tenant={tenant} /> › <Link {...paths.sites(tenant)}>Sites</Link>
        </>
      }
      lead={
        site && (
          <>
            <code>{site.id}</code> <Link {...paths.signIns(tenant, { site: id })}>Sign-ins</Link>
          </>
        )
      }
      actions={site && <Acts tenant={tenant} site={site} />}
    >
      <States asked={asked}>
        {site && (
          <>
            {site.disabledAt !== null && (
              <Note tone="warn" title="This site is disabled">
                <p>
                  Since <Time at={site.disabledAt} /> nobody signs in there.
                </p>
              </Note>
            )}
            <SiteNeeds site={site} />
            <Panel title="Settings">
              <Changing key={site.id} tenant={tenant} site={site} />
            </Panel>
            {kindOf(site) === 'secret' && <Secret tenant={tenant} site={site} />}
            <Receipts tenant={tenant} site={site} />
          </>
        )}
      </States>
    </Page>
  )
}

function Acts({ tenant, site }: OfSite) {
  const navigate = useNavigate()
  const isOn = site.disabledAt === null
  const changes = [sitesKey(tenant)]
  const refusal = useSitesRefusal(tenant)
  return (
    <>
      <AskFirst
        route="changeSite"
        refusal={refusal}
        act={isOn ? 'Disable' : 'Enable'}
        title={`${isOn ? 'Disable' : 'Enable'} ${site.name}?`}
        danger={isOn}
        run={() =>
          changing(site, (replaces) =>
            api.changeSite({ tenant, site: site.id, disabled: isOn, replaces }),
          )
        }
        changes={changes}
      >
        {isOn
          ? 'Nobody signs in there until it is enabled again, and its tokens are refused meanwhile.'
          : 'People sign in there again.'}
      </AskFirst>
      <AskFirst
        route="removeSite"
        refusal={refusal}
        act="Remove"
        title={`Remove ${site.name}?`}
        danger
        run={() => api.removeSite({ tenant, site: site.id })}
        onDone={() => void navigate({ ...paths.sites(tenant), replace: true })}
      >
        Nobody signs in to <bdi>{site.name}</bdi> any more. Its client id, its secret or keys and
        every token it holds are good for nothing then, and it is not told of sessions that end.
        People stay signed in elsewhere. A site that is registered anew gets another client id.
      </AskFirst>
    </>
  )
}

function Changing({ tenant, site }: OfSite) {
  const [kind, setKind] = useState(kindOf(site))
  // Later looks do not change what is being edited.
  const [seen] = useState(site)
  const isOperator = useIsOperator()
  const refusal = useSitesRefusal(tenant)
  const changes = [sitesKey(tenant)]
  const save = (field: Parameters<typeof settingsOf>[0]) =>
    changing(seen, (replaces) =>
      api.changeSite({ tenant, site: site.id, ...settingsOf(field, kind, isOperator), replaces }),
    )
  return (
    <Settings route="changeSite" refusal={refusal} save={save} changes={changes}>
      {kind === 'gateway' ? (
        <p className="soft">
          Behind the gateway at <code>{site.gatewayOrigin}</code>; all else follows from that.
        </p>
      ) : (
        <KindField kind={kind} choose={setKind} isThere />
      )}
      {kind === 'secret' && kindOf(site) === 'keys' && (
        <Note tone="calm" title="Its keys are taken away when you save">
          <p>Make it a secret afterwards: it has none that anybody knows.</p>
        </Note>
      )}
      <SiteFields kind={kind} site={site} />
    </Settings>
  )
}

const OVERLAPS = [
  { value: '0', label: 'Not at all: it is refused at once' },
  { value: '24', label: 'A day' },
  { value: '168', label: 'A week' },
  { value: '720', label: '30 days' },
]

function Secret({ tenant, site }: OfSite) {
  const refusal = useSitesRefusal(tenant)
  const [hours, setHours] = useState('168')
  const [made, setMade] = useState<string>()
  const { previousSecretEndsAt: endsAt } = site
  const isOverlapping = endsAt !== null && new Date(endsAt) > new Date()
  return (
    <Panel
      title="Client secret"
      actions={
        <AskFirst
          route="rotateSiteSecret"
          refusal={refusal}
          act="Make a new secret"
          title={`Make a new secret for ${site.name}?`}
          danger={hours === '0'}
          run={() => api.rotateSiteSecret({ tenant, site: site.id, overlapHours: Number(hours) })}
          changes={[sitesKey(tenant)]}
          onDone={({ clientSecret }) => setMade(clientSecret)}
        >
          <Select
            label="The present one goes on for"
            data={OVERLAPS}
            value={hours}
            onChange={(value) => setHours(value ?? hours)}
            allowDeselect={false}
          />
        </AskFirst>
      }
    >
      <div className="stack">
        {made !== undefined && <CopyOnce label="Client secret" value={made} />}
        {isOverlapping ? (
          <div>
            Two are good: the latest, and until <Time at={endsAt} /> the one before.
          </div>
        ) : (
          <div className="soft">
            One is good. Only a digest of it is kept, so it cannot be shown.
          </div>
        )}
      </div>
    </Panel>
  )
}

const OUTCOMES: Readonly<Record<Notice['outcome'], Tone>> = {
  waiting: 'calm',
  delivered: 'good',
  failed: 'bad',
  'no-address': 'warn',
}

const receiptColumnsOf = (tenant: string): readonly Column<Notice>[] => [
  { name: 'Session ended', share: 2, cell: ({ createdAt }) => <Time at={createdAt} /> },
  { name: 'Because', share: 2, cell: ({ cause }) => words(cause) },
  {
    name: 'Whose',
    share: 1.4,
    cell: ({ identityId }) => <Link {...paths.person(tenant, identityId)}>the person</Link>,
  },
  {
    name: 'Receipt',
    share: 1.6,
    cell: ({ outcome }) => <Mark tone={OUTCOMES[outcome]}>{words(outcome)}</Mark>,
  },
  { name: 'Told', share: 2, cell: ({ deliveredAt }) => <Time at={deliveredAt} none="not yet" /> },
  { name: 'Tries', share: 0.8, cell: ({ tries }) => tries },
  { name: 'Answer', share: 2.4, cell: ({ answer }) => <bdi title={answer ?? ''}>{answer}</bdi> },
]

function Receipts({ tenant, site }: OfSite) {
  const { asked, rows, more } = usePages(
    ['logout-notices', tenant, site.id],
    (after) => api.listLogoutNotices({ tenant, site: site.id, after, limit: 100 }),
    { live: true },
  )
  return (
    <Panel flush title="What it was told of sessions that ended">
      <States
        asked={asked}
        empty={
          rows.length === 0 && (
            <Standing icon="check" title="Nothing yet">
              <p>
                When somebody who is signed in there is deactivated or signs out, it is told, and
                its receipt is here.
              </p>
            </Standing>
          )
        }
      >
        <Table
          label="Logout receipts"
          columns={receiptColumnsOf(tenant)}
          rows={rows}
          keyOf={({ id }) => id}
          more={more}
        />
      </States>
    </Panel>
  )
}
