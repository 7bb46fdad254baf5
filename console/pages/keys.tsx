/** Keys of the admin API, for programs: made once, listed with their last use, revoked. */
import { Button, NumberInput, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useAct } from '../data/act.ts'
import { api, type Item } from '../data/api.ts'
import { ROLE_NAMES, roleOf } from '../data/roles.ts'
import { useRefusalOf } from '../data/session.ts'
import { AskFirst } from '../parts/ask-first.tsx'
import { LifeMark } from '../parts/marks.tsx'
import { Place, useTenantHere } from '../parts/place.tsx'
import { RoleField } from '../parts/role-field.tsx'
import { CopyOnce } from '../ui/copy.tsx'
import { type Fields, Form } from '../ui/form.tsx'
import { Page, Panel } from '../ui/page.tsx'
import { Standing, States } from '../ui/states.tsx'
import { type Column, Table } from '../ui/table.tsx'
import { Time } from '../ui/time.tsx'

type Key = Item<'listKeys'>

const columnsOf = (tenant: string | undefined): readonly Column<Key>[] => [
  { name: 'Name', share: 2.2, cell: ({ name }) => <bdi>{name}</bdi> },
  { name: 'Key', share: 2.2, cell: ({ id }) => <code>{id}</code> },
  { name: 'Role', share: 1.8, cell: ({ role }) => ROLE_NAMES[role] },
  { name: 'State', share: 1.2, cell: ({ state }) => <LifeMark state={state} /> },
  { name: 'Ends', share: 1.4, cell: ({ expiresAt }) => <Time at={expiresAt} relative /> },
  { name: 'Last used', share: 1.5, cell: ({ lastUsedAt }) => <Time at={lastUsedAt} relative /> },
  {
    name: 'Act',
    share: 1.3,
    cell: ({ id, name, state }) =>
      (state === 'live' || state === 'held') && (
        <AskFirst
          route="revokeKey"
          act="Revoke"
          on={name}
          title="Revoke the key?"
          danger
          small
          run={() => api.revokeKey({ tenant, key: id })}
          changes={[['keys', tenant]]}
        >
          Programs that use <bdi>{name}</bdi> are refused from then on.
        </AskFirst>
      ),
  },
]

export function KeysPage() {
  const tenant = useTenantHere()
  const asked = useQuery({ queryKey: ['keys', tenant], queryFn: () => api.listKeys({ tenant }) })
  const refusal = useRefusalOf('createKey')
  const rows = asked.data?.items ?? []
  return (
    <Page
      title="API keys"
      above={<Place />}
      lead="What programs call the admin API with. Each has a role and ends by itself."
    >
      {refusal === undefined && <Make tenant={tenant} />}
      <Panel flush title="Keys">
        <States
          asked={asked}
          empty={rows.length === 0 && <Standing icon="key" title="There are no keys" />}
        >
          <Table label="Keys" columns={columnsOf(tenant)} rows={rows} keyOf={({ id }) => id} />
        </States>
      </Panel>
    </Page>
  )
}

function Make({ tenant }: { readonly tenant: string | undefined }) {
  const queries = useQueryClient()
  const make = useAct({
    mutationFn: (field: Fields) =>
      api.createKey({
        tenant,
        name: field('name').trim(),
        role: roleOf(field('role')),
        days: Number(field('days')),
      }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['keys', tenant] }),
  })
  return (
    <Panel title="Make a key">
      <Form key={make.data?.id} send={make.mutate} error={make.error}>
        {make.data !== undefined && (
          <CopyOnce label={`Key "${make.data.name}"`} value={make.data.key} />
        )}
        <div className="row fields">
          <TextInput
            className="grow"
            name="name"
            label="Who or what it is for"
            maxLength={100}
            required
          />
          <RoleField tenant={tenant} />
          <NumberInput
            name="days"
            label="Good for days"
            min={1}
            max={730}
            allowDecimal={false}
            defaultValue={90}
            required
          />
          <Button type="submit" loading={make.isPending}>
            Make it
          </Button>
        </div>
      </Form>
    </Panel>
  )
}
