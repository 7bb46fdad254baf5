/** What SCIM requests of a connection are let in by, and the link by which the customer sets it up. */
import { Button } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useAct } from '../data/act.ts'
import { api, type Item } from '../data/api.ts'
import { useRefusalOf } from '../data/session.ts'
import { CopyOnce } from '../ui/copy.tsx'
import { Confirm } from '../ui/dialogs.tsx'
import { Mark, type Tone } from '../ui/page.tsx'
import { Standing, States } from '../ui/states.tsx'
import { type Column, Table } from '../ui/table.tsx'
import { Time } from '../ui/time.tsx'

type Token = Item<'listTokens'>

interface OfConnection {
  readonly tenant: string
  readonly connection: `con_${string}`
}

const TONES: Readonly<Record<Token['state'], Tone>> = {
  live: 'good',
  expired: 'calm',
  revoked: 'calm',
}

const columnsOf = (revoke: ((token: Token) => void) | undefined): readonly Column<Token>[] => [
  { name: 'Credential', share: 2.4, cell: ({ id }) => <code>{id}</code> },
  { name: 'Kind', share: 1, cell: ({ kind }) => (kind === 'token' ? 'token' : 'OAuth') },
  { name: 'State', share: 1.2, cell: ({ state }) => <Mark tone={TONES[state]}>{state}</Mark> },
  { name: 'Ends', share: 1.6, cell: ({ expiresAt }) => <Time at={expiresAt} relative /> },
  { name: 'Last used', share: 1.6, cell: ({ lastUsedAt }) => <Time at={lastUsedAt} relative /> },
  {
    name: 'Act',
    share: 1.4,
    cell: (token) =>
      token.state === 'live' &&
      revoke !== undefined && (
        <Button
          size="compact-sm"
          variant="default"
          aria-label={`Revoke ${token.id}`}
          onClick={() => revoke(token)}
        >
          Revoke …
        </Button>
      ),
  },
]

export function Tokens({ tenant, connection }: OfConnection) {
  const [revoking, setRevoking] = useState<Token>()
  const queries = useQueryClient()
  const key = ['tokens', tenant, connection]
  const asked = useQuery({ queryKey: key, queryFn: () => api.listTokens({ tenant, connection }) })
  const revoke = useAct({
    mutationFn: (token: string) => api.revokeToken({ tenant, connection, token }),
    onSuccess: async () => {
      setRevoking(undefined)
      await queries.invalidateQueries({ queryKey: key })
    },
  })
  const refusal = useRefusalOf('revokeToken')
  const rows = asked.data?.items ?? []
  return (
    <>
      <States
        asked={asked}
        empty={rows.length === 0 && <Standing icon="key" title="Nothing is let in yet" />}
      >
        <Table
          label="What requests are let in by"
          columns={columnsOf(refusal === undefined ? setRevoking : undefined)}
          rows={rows}
          keyOf={({ id }) => id}
        />
      </States>
      <Confirm
        opened={revoking !== undefined}
        title="Revoke the credential?"
        act="Revoke"
        danger
        isActing={revoke.isPending}
        error={revoke.error}
        onConfirm={() => revoking !== undefined && revoke.mutate(revoking.id)}
        onClose={() => setRevoking(undefined)}
      >
        Requests with <code>{revoking?.id}</code> are refused from then on. What the identity
        provider would have sent waits there.
      </Confirm>
    </>
  )
}

type Made = { readonly what: 'token' | 'link'; readonly secret: string }

/** Makes a token, or a link by which the customer makes it. Either is shown once. */
export function Making({ tenant, connection }: OfConnection) {
  const [asking, setAsking] = useState<Made['what']>()
  const [made, setMade] = useState<Made>()
  const queries = useQueryClient()
  const make = useAct({
    mutationFn: async (what: Made['what']): Promise<Made> =>
      what === 'token'
        ? { what, secret: (await api.mintToken({ tenant, connection })).token }
        : { what, secret: (await api.createSetupLink({ tenant, connection })).url },
    onSuccess: async (shown) => {
      setAsking(undefined)
      setMade(shown)
      await queries.invalidateQueries({ queryKey: ['tokens', tenant, connection] })
    },
  })
  const refusal = useRefusalOf('createSetupLink')
  if (refusal !== undefined) return null
  const isToken = asking === 'token'
  return (
    <div className="stack">
      {made !== undefined && (
        <CopyOnce label={made.what === 'token' ? 'Token' : 'Setup link'} value={made.secret} />
      )}
      <div className="row">
        <Button variant="default" onClick={() => setAsking('link')}>
          Make a setup link …
        </Button>
        <Button variant="default" onClick={() => setAsking('token')}>
          Make a token …
        </Button>
      </div>
      <Confirm
        opened={asking !== undefined}
        title={isToken ? 'Make a token?' : 'Make a setup link?'}
        act="Make it"
        isActing={make.isPending}
        error={make.error}
        onConfirm={() => asking !== undefined && make.mutate(asking)}
        onClose={() => setAsking(undefined)}
      >
        {isToken
          ? 'The token before goes on for a week, so that nothing is refused meanwhile.'
          : 'Whoever has the link sets up this connection without an account, for a week: hand it over by a way that is fit for secrets.'}
      </Confirm>
    </div>
  )
}
