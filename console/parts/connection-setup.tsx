/** The links by which a customer sets a connection up without an account: made, shown once, revoked. */
import { Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, type Item } from '../data/api.ts'
import type { OfConnection } from '../data/connections.ts'
import { CopyOnce } from '../ui/copy.tsx'
import { Panel, PanelBody } from '../ui/page.tsx'
import { Standing, States } from '../ui/states.tsx'
import { type Column, Table } from '../ui/table.tsx'
import { Time } from '../ui/time.tsx'
import { AskFirst } from './ask-first.tsx'
import { LifeMark } from './marks.tsx'

type SetupLink = Item<'listSetupLinks'>

const linksKey = (tenant: string, connection: string) => ['setup-links', tenant, connection]

const columnsOf = ({ tenant, connection: { id } }: OfConnection): readonly Column<SetupLink>[] => [
  { name: 'Link', share: 2.2, cell: (link) => <code>{link.id}</code> },
  { name: 'State', share: 1, cell: ({ state }) => <LifeMark state={state} /> },
  { name: 'Made by', share: 1.8, cell: ({ createdBy }) => <bdi>{createdBy}</bdi> },
  { name: 'Ends', share: 1.4, cell: ({ expiresAt }) => <Time at={expiresAt} relative /> },
  { name: 'Last used', share: 1.4, cell: ({ lastUsedAt }) => <Time at={lastUsedAt} relative /> },
  {
    name: 'Act',
    share: 1.3,
    cell: (link) =>
      link.state === 'live' && (
        <AskFirst
          route="revokeSetupLink"
          act="Revoke"
          on={link.id}
          title="Revoke the link?"
          danger
          small
          run={() => api.revokeSetupLink({ tenant, connection: id, link: link.id })}
          changes={[linksKey(tenant, id)]}
        >
          It opens nothing any more, and whoever is in by it is out. What they set up stays.
        </AskFirst>
      ),
  },
]

const DAYS = [
  { value: '1', label: 'A day' },
  { value: '7', label: 'A week' },
  { value: '30', label: '30 days' },
]

export function ConnectionSetup(of: OfConnection) {
  const { tenant, connection } = of
  const { id } = connection
  const [days, setDays] = useState('7')
  const [made, setMade] = useState<string>()
  const asked = useQuery({
    queryKey: linksKey(tenant, id),
    queryFn: () => api.listSetupLinks({ tenant, connection: id }),
  })
  const rows = asked.data?.items ?? []
  return (
    <Panel
      flush
      title="Setup links"
      actions={
        <AskFirst
          route="createSetupLink"
          act="Make a setup link"
          title="Make a setup link?"
          run={() => api.createSetupLink({ tenant, connection: id, days: Number(days) })}
          changes={[linksKey(tenant, id)]}
          onDone={({ url }) => setMade(url)}
        >
          <div className="stack">
            <div>
              Whoever has the link sets up this connection without an account: hand it over by a way
              that is fit for secrets.
            </div>
            <Select
              label="It is good for"
              data={DAYS}
              value={days}
              onChange={(value) => setDays(value ?? days)}
              allowDeselect={false}
            />
          </div>
        </AskFirst>
      }
    >
      {made !== undefined && (
        <PanelBody>
          <CopyOnce label="Setup link" value={made} />
        </PanelBody>
      )}
      <States
        asked={asked}
        empty={
          rows.length === 0 && (
            <Standing icon="plug" title="No setup link yet">
              <p>With one the customer's administrator sets this connection up alone.</p>
            </Standing>
          )
        }
      >
        <Table label="Setup links" columns={columnsOf(of)} rows={rows} keyOf={(link) => link.id} />
      </States>
    </Panel>
  )
}
