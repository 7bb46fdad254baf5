/** How a connection is read: which departures from the RFC are undone for it, and whether it is strict. */
import { Checkbox } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { api, type Reply } from '../data/api.ts'
import type { OfConnection } from '../data/connections.ts'
import { Panel } from '../ui/page.tsx'
import { States } from '../ui/states.tsx'
import { Settings } from './settings.tsx'

export function ConnectionDialect({ tenant, connection: { id } }: OfConnection) {
  const key = ['dialect', tenant, id]
  const asked = useQuery({
    queryKey: key,
    queryFn: () => api.readDialect({ tenant, connection: id }),
  })
  return (
    <Panel title="Where the identity provider departs from the RFC">
      <States asked={asked}>
        {asked.data && (
          <Settings
            route="changeDialect"
            save={(field) =>
              api.changeDialect({
                tenant,
                connection: id,
                strict: field(STRICT) === 'on',
                off: asked.data.rewrites
                  .map(({ name }) => name)
                  .filter((name) => field(name) !== 'on'),
              })
            }
            changes={[key]}
          >
            <Rewrites dialect={asked.data} />
          </Settings>
        )}
      </States>
    </Panel>
  )
}

/** No rewrite is called that: theirs have a dot. */
const STRICT = 'strict'

function Rewrites({
  dialect: { strict, off, rewrites },
}: {
  readonly dialect: Reply<'readDialect'>
}) {
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
