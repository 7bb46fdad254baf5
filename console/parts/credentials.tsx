/** What SCIM requests of a connection are let in by: tokens and grants, made, shown once, revoked. */
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

type Token = Item<'listTokens'>

const columnsOf = ({ tenant, connection }: OfConnection): readonly Column<Token>[] => [
  { name: 'Credential', share: 2.4, cell: ({ id }) => <code>{id}</code> },
  { name: 'Kind', share: 1, cell: ({ kind }) => (kind === 'token' ? 'token' : 'OAuth') },
  { name: 'State', share: 1.2, cell: ({ state }) => <LifeMark state={state} /> },
  {
    name: 'Allowed by',
    share: 1.6,
    cell: ({ allowedBy }) => <bdi title={allowedBy ?? ''}>{allowedBy}</bdi>,
  },
  { name: 'Ends', share: 1.4, cell: ({ expiresAt }) => <Time at={expiresAt} relative /> },
  { name: 'Last used', share: 1.4, cell: ({ lastUsedAt }) => <Time at={lastUsedAt} relative /> },
  {
    name: 'Act',
    share: 1.4,
    cell: ({ id, state }) =>
      state === 'live' && (
        <AskFirst
          route="revokeToken"
          act="Revoke"
          on={id}
          title="Revoke the credential?"
          danger
          small
          run={() => api.revokeToken({ tenant, connection: connection.id, token: id })}
          changes={[tokensKey(tenant, connection.id)]}
        >
          Requests with <code>{id}</code> are refused from then on. What the identity provider would
          have sent waits there.
        </AskFirst>
      ),
  },
]

const tokensKey = (tenant: string, connection: string) => ['tokens', tenant, connection]

export function Credentials(of: OfConnection) {
  const { tenant, connection } = of
  const { id } = connection
  const key = tokensKey(tenant, id)
  const [made, setMade] = useState<string>()
  const asked = useQuery({
    queryKey: key,
    queryFn: () => api.listTokens({ tenant, connection: id }),
  })
  const rows = asked.data?.items ?? []
  return (
    <Panel
      flush
      title="What requests are let in by"
      actions={
        <AskFirst
          route="mintToken"
          act="Make a token"
          title="Make a token?"
          run={() => api.mintToken({ tenant, connection: id })}
          changes={[key]}
          onDone={({ token }) => setMade(token)}
        >
          The token before goes on for a week, so that nothing is refused meanwhile.
        </AskFirst>
      }
    >
      {made !== undefined && (
        <PanelBody>
          <CopyOnce label="Token" value={made} />
        </PanelBody>
      )}
      <States
        asked={asked}
        empty={rows.length === 0 && <Standing icon="key" title="Nothing is let in yet" />}
      >
        <Table
          label="What requests are let in by"
          columns={columnsOf(of)}
          rows={rows}
          keyOf={(token) => token.id}
        />
      </States>
    </Panel>
  )
}
