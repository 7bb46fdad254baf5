/** How a connection is read: which departures from the RFC are undone for it, and whether it is strict. */
import { Checkbox } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, type Reply } from '../data/api.ts'
import type { OfConnection } from '../data/connections.ts'
import { Panel } from '../ui/page.tsx'
import { States } from '../ui/states.tsx'
import { Settings } from './settings.tsx'

type Dialect = Reply<'readDialect'>

const dialectKey = (tenant: string, connection: string) => ['dialect', tenant, connection]

export function ConnectionDialect({ tenant, connection: { id } }: OfConnection) {
  const asked = useQuery({
    queryKey: dialectKey(tenant, id),
    queryFn: () => api.readDialect({ tenant, connection: id }),
  })
  return (
    <Panel title="Where the identity provider departs from the RFC">
      <States asked={asked}>
        {asked.data && <Editor tenant={tenant} connection={id} dialect={asked.data} />}
      </States>
    </Panel>
  )
}

interface EditorProps {
  readonly tenant: string
  readonly connection: OfConnection['connection']['id']
  readonly dialect: Dialect
}

function Editor({ tenant, connection, dialect }: EditorProps) {
  // Later looks do not change what is being edited.
  const [{ strict, off, rewrites }, setSeen] = useState(dialect)
  return (
    <Settings
      route="changeDialect"
      save={(field) =>
        api.changeDialect({
          tenant,
          connection,
          strict: field(STRICT) === 'on',
          off: rewrites.map(({ name }) => name).filter((name) => field(name) !== 'on'),
          replaces: { strict, off },
        })
      }
      changes={[dialectKey(tenant, connection)]}
      onDone={setSeen}
    >
      <Rewrites dialect={dialect} />
    </Settings>
  )
}

/** No rewrite is called that: theirs have a dot. */
const STRICT = 'strict'

function Rewrites({ dialect: { strict, off, rewrites } }: { readonly dialect: Dialect }) {
  return (
    <>
      <Checkbox
        name={STRICT}
        label="Be strict"
        description="Nothing is undone, and what no schema has is refused: for a provider that is being tested."
        defaultChecked={strict}
      />
      <fieldset className="choices">
        <legend>Undone, where the connection is not strict</legend>
        {rewrites.map(({ name, clients }) => (
          <Checkbox
            key={name}
            name={name}
            label={<code>{name}</code>}
            description={`Sent by ${clients.join(', ')}.`}
            defaultChecked={!off.includes(name)}
          />
        ))}
      </fieldset>
    </>
  )
}
