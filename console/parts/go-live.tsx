/** Before it goes live: whom a claim type mapping would not let in, of all people or of the values that tokens will bring. */
import { Button, Select, Textarea } from '@mantine/core'
import { useState } from 'react'
import { useAct } from '../data/act.ts'
import { api, type Item, type Reply, usePages } from '../data/api.ts'
import { count, plural } from '../ui/format.ts'
import { Figure, Figures, Note, Panel } from '../ui/page.tsx'
import { Standing, States } from '../ui/states.tsx'
import { type Column, Table } from '../ui/table.tsx'
import { IdentityLink } from './names.tsx'

type Mapping = Item<'listClaimTypeMappings'>
type Unfindable = Item<'checkClaimTypeMapping'>
type Checked = Reply<'checkClaimValues'>

interface OfMapping {
  readonly tenant: string
  readonly mapping: Mapping
}

interface GoLiveProps {
  readonly tenant: string
  readonly mappings: readonly Mapping[]
}

export function GoLive({ tenant, mappings }: GoLiveProps) {
  const [first] = mappings
  const [chosen, choose] = useState<string | undefined>(first?.id)
  const [times, look] = useState(0)
  const mapping = mappings.find(({ id }) => id === chosen)
  if (mapping === undefined) return null
  return (
    <>
      <Panel title="Who would be refused">
        <div className="stack">
          <div className="row fields">
            {mappings.length > 1 && (
              <Select
                className="grow"
                label="Mapping"
                data={mappings.map(({ id, issuer, originalIssuer }) => ({
                  value: id,
                  label: originalIssuer ?? issuer,
                }))}
                value={chosen ?? null}
                onChange={(value) => {
                  choose(value ?? undefined)
                  look(0)
                }}
                allowDeselect={false}
              />
            )}
            <Button variant="default" onClick={() => look(times + 1)}>
              {times === 0 ? 'Look at everybody' : 'Look again'}
            </Button>
          </div>
          <Values key={mapping.id} tenant={tenant} mapping={mapping} />
        </div>
      </Panel>
      {times > 0 && <Everybody tenant={tenant} mapping={mapping} time={times} />}
    </>
  )
}

const columnsOf = (tenant: string): readonly Column<Unfindable>[] => [
  {
    name: 'Who',
    share: 3,
    cell: ({ identityId, fqn }) => (
      <IdentityLink tenant={tenant} identity={{ id: identityId, fqn, displayName: null }} />
    ),
  },
  {
    name: 'Found by',
    share: 2,
    cell: ({ value }) =>
      value === null ? <span className="soft">nothing</span> : <bdi>{value}</bdi>,
  },
  { name: 'Refused with', share: 2, cell: ({ code }) => <code>{code}</code> },
]

/** Of the active people of the connection, as they are each time. */
function Everybody({ tenant, mapping, time }: OfMapping & { readonly time: number }) {
  const key = ['unfindable', tenant, mapping.id, time]
  const { asked, rows, more, latest } = usePages(key, (after) =>
    api.checkClaimTypeMapping({ tenant, mapping: mapping.id, limit: 200, ...(after && { after }) }),
  )
  return (
    <>
      {latest !== undefined && (
        <Figures>
          <Figure name="Active people" value={count(latest.active)} />
          <Figure name={`Without ${mapping.matches}`} value={count(latest.without)} />
          <Figure name="Sharing it" value={count(latest.sharing)} />
          {latest.unlike > 0 && <Figure name="No e-mail address" value={count(latest.unlike)} />}
        </Figures>
      )}
      {latest !== undefined && <ClaimSent claim={latest.claim} claimType={mapping.claimType} />}
      <Panel flush title="Of all active people">
        <States
          asked={asked}
          empty={
            rows.length === 0 && (
              <Standing
                icon="check"
                tone="good"
                title={
                  latest?.claim.isSent === true
                    ? 'All would be let in'
                    : 'Each of them can be found'
                }
              >
                <p>Each of them has a value of their own that the claim can be compared with.</p>
              </Standing>
            )
          }
        >
          <Table
            label="Of all active people"
            columns={columnsOf(tenant)}
            rows={rows}
            keyOf={({ identityId }) => identityId}
            more={more}
          />
        </States>
      </Panel>
    </>
  )
}

/** Whoever can be found is found only by what tokens say. */
function ClaimSent({
  claim: { isSent, caution },
  claimType,
}: {
  readonly claim: Reply<'checkClaimTypeMapping'>['claim']
  readonly claimType: string
}) {
  if (caution === null) return null
  return isSent === false ? (
    <Note tone="bad" title={`Everybody would be refused: tokens have no claim "${claimType}"`}>
      <p>{caution}</p>
    </Note>
  ) : (
    <Note tone="warn" title={`Do tokens have the claim "${claimType}"?`}>
      <p>{caution}</p>
    </Note>
  )
}

/** Of what the provider's tokens will say, such as all subjects of its application. */
function Values({ tenant, mapping }: OfMapping) {
  const [given, setGiven] = useState('')
  const values = [...new Set(given.split('\n').flatMap((line) => line.trim() || []))]
  const check = useAct({
    mutationFn: () => api.checkClaimValues({ tenant, mapping: mapping.id, values }),
  })
  return (
    <div className="stack">
      <Textarea
        label={`Values that "${mapping.claimType}" will have, one a line`}
        description="Such as the subjects of everybody who is assigned to the application. Nobody is signed in."
        classNames={{ input: 'mono' }}
        autosize
        minRows={3}
        maxRows={12}
        value={given}
        onChange={(event) => setGiven(event.currentTarget.value)}
      />
      <div>
        <Button
          variant="default"
          disabled={values.length === 0}
          loading={check.isPending}
          onClick={() => check.mutate()}
        >
          Compare
        </Button>
      </div>
      {check.error !== null && <Note tone="bad" title={check.error.message} />}
      {check.data !== undefined && <Compared checked={check.data} />}
    </div>
  )
}

function Compared({ checked: { asked, items } }: { readonly checked: Checked }) {
  if (items.length === 0)
    return <Note tone="good" title={`All ${plural(asked, 'value')} would be let in`} />
  return (
    <>
      <Note
        tone="warn"
        title={`${count(items.length)} of ${plural(asked, 'value')} would be refused`}
      />
      <Table
        label="Values that would be refused"
        columns={[
          { name: 'Value', share: 3, cell: ({ value }) => <bdi>{value}</bdi> },
          { name: 'Refused with', share: 2, cell: ({ code }) => <code>{code}</code> },
        ]}
        rows={items}
        keyOf={({ value }) => value}
      />
    </>
  )
}
