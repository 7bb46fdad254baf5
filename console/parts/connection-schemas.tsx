/** The extension schemas of a connection: what its resources carry beside the standard's attributes. */
import { Textarea } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { InputOf, routes } from '../../src/contract/index.ts'
import { api, type Item } from '../data/api.ts'
import type { OfConnection } from '../data/connections.ts'
import { readObject } from '../ui/json.ts'
import { Panel } from '../ui/page.tsx'
import { Standing, States } from '../ui/states.tsx'
import { type Column, Table } from '../ui/table.tsx'
import { Time } from '../ui/time.tsx'
import { AskFirst } from './ask-first.tsx'
import { Settings } from './settings.tsx'

type Extension = Item<'listExtensionSchemas'>
type Declared = Omit<InputOf<(typeof routes)['declareExtensionSchema']>, 'tenant' | 'connection'>

const schemasKey = (tenant: string, connection: string) => ['schemas', tenant, connection]

const columnsOf = ({ tenant, connection: { id } }: OfConnection): readonly Column<Extension>[] => [
  { name: 'URN', share: 3, cell: ({ schema }) => <code>{schema.id}</code> },
  { name: 'Of', share: 0.8, cell: ({ resourceType }) => resourceType },
  {
    name: 'Attributes',
    share: 3,
    cell: ({ schema }) => {
      const names = schema.attributes.map(({ name }) => String(name)).join(', ')
      return <bdi title={names}>{names}</bdi>
    },
  },
  { name: 'Since', share: 1.8, cell: ({ createdAt }) => <Time at={createdAt} /> },
  {
    name: 'Act',
    share: 1.4,
    cell: ({ schema }) => (
      <AskFirst
        route="removeExtensionSchema"
        act="Remove"
        on={schema.id}
        title="Remove the declaration?"
        danger
        small
        run={() => api.removeExtensionSchema({ tenant, connection: id, urn: schema.id })}
        changes={[schemasKey(tenant, id)]}
      >
        What <code>{schema.id}</code> names is left out of new writes. What people carry of it stays
        until they are written again.
      </AskFirst>
    ),
  },
]

export function ConnectionSchemas(of: OfConnection) {
  const { tenant, connection } = of
  const key = schemasKey(tenant, connection.id)
  const asked = useQuery({
    queryKey: key,
    queryFn: () => api.listExtensionSchemas({ tenant, connection: connection.id }),
  })
  const rows = asked.data?.items ?? []
  return (
    <>
      <Panel flush title="Extension schemas">
        <States
          asked={asked}
          empty={
            rows.length === 0 && (
              <Standing icon="list" title="None is declared">
                <p>What the identity provider sends beside the standard attributes is left out.</p>
              </Standing>
            )
          }
        >
          <Table
            label="Extension schemas"
            columns={columnsOf(of)}
            rows={rows}
            keyOf={({ schema }) => schema.id}
          />
        </States>
      </Panel>
      <Panel title="Declare one">
        <Settings
          route="declareExtensionSchema"
          act="Declare"
          save={(field) =>
            // Checked to be an object; what is in it, the server checks and says.
            api.declareExtensionSchema({
              ...(readObject('The declaration', field('declaration')) as unknown as Declared),
              tenant,
              connection: connection.id,
            })
          }
          changes={[key]}
        >
          <Textarea
            name="declaration"
            label="Its declaration, as JSON"
            description="A URN of your own and the attributes under it. A type is string unless said."
            classNames={{ input: 'mono' }}
            defaultValue={EXAMPLE}
            autosize
            minRows={6}
            maxRows={24}
            required
          />
        </Settings>
      </Panel>
    </>
  )
}

const EXAMPLE = `{
  "id": "urn:acme:User",
  "name": "Acme",
  "attributes": [
    { "name": "badge", "type": "integer" },
    { "name": "tags", "multiValued": true }
  ]
}`
