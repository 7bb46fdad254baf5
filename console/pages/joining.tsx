/** Joining: by which rule people of several connections are one person. Tried on everybody before it is applied. */
import { Button, Checkbox, Select, Textarea } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { useAct } from '../data/act.ts'
import { api, type Reply } from '../data/api.ts'
import { useRefusalOf } from '../data/session.ts'
import { tenantQuery } from '../data/tenants.ts'
import css from '../parts/parts.module.css'
import { SettingsPage } from '../parts/settings-page.tsx'
import { Confirm } from '../ui/dialogs.tsx'
import { type Fields, Form } from '../ui/form.tsx'
import { count, plural } from '../ui/format.ts'
import { Facts, Note, Panel } from '../ui/page.tsx'
import { Standing, States } from '../ui/states.tsx'
import { Time } from '../ui/time.tsx'

type Joining = Reply<'readJoining'>
type Rule = Pick<Joining, 'by' | 'active' | 'connections'>
interface Connection {
  readonly id: `con_${string}`
  readonly label: string
}

const route = getRouteApi('/tenants/$tenant/settings/joining')

export function JoiningPage() {
  const { tenant } = route.useParams()
  const { data } = useQuery(tenantQuery(tenant))
  const connections = data?.connections ?? []
  const asked = useQuery({
    queryKey: ['joining', tenant],
    queryFn: () => api.readJoining({ tenant }),
  })
  return (
    <SettingsPage
      tenant={tenant}
      title="Joining"
      lead="Somebody who is at several identity providers is one person by a rule, never by an e-mail address alone."
    >
      <States
        asked={asked}
        empty={
          connections.length < 2 && (
            <Standing icon="person" title="There is one connection, so nobody can be joined" />
          )
        }
      >
        {asked.data !== undefined && (
          <>
            <div className={css['columns']}>
              <Trying
                key={asked.data.version}
                tenant={tenant}
                inForce={asked.data}
                connections={connections}
              />
              <InForce tenant={tenant} inForce={asked.data} connections={connections} />
            </div>
            <History tenant={tenant} connections={connections} />
          </>
        )}
      </States>
    </SettingsPage>
  )
}

interface PartProps {
  readonly tenant: string
  readonly inForce: Joining
  readonly connections: readonly Connection[]
}

function Trying({ tenant, inForce, connections }: PartProps) {
  const [isAsking, setAsking] = useState(false)
  const preview = useAct({
    mutationFn: async (rule: Rule) => {
      const { by, connections: order } = rule
      return { rule, ...(await api.previewJoining({ tenant, by: by ?? '', connections: order })) }
    },
  })
  const apply = useApplying(tenant, inForce.version, () => setAsking(false))
  const refusal = useRefusalOf('applyJoining')
  const isReady = refusal === undefined && preview.data !== undefined
  return (
    <Panel title="Rule">
      <Form
        send={(field) => preview.mutate(ruleOf(field, connections))}
        error={preview.error}
        // What was previewed is not this any longer.
        onTouched={() => preview.reset()}
      >
        <RuleFields inForce={inForce} connections={connections} changed={() => preview.reset()} />
        <div className="row">
          <Button type="submit" variant="default" loading={preview.isPending}>
            Preview
          </Button>
          <Button disabled={!isReady} onClick={() => setAsking(true)}>
            Apply …
          </Button>
          {!isReady && (
            <span className="soft">{refusal ?? 'It can be applied once it was previewed.'}</span>
          )}
        </div>
        {preview.data !== undefined && (
          <Previewed preview={preview.data} connections={connections} />
        )}
      </Form>
      <Confirm
        opened={isAsking}
        title="Join people by this rule?"
        act="Apply"
        isActing={apply.isPending}
        error={apply.error}
        onConfirm={() => preview.data !== undefined && apply.mutate(preview.data.rule)}
        onClose={() => setAsking(false)}
      >
        {count(preview.data?.joined ?? 0)} would be joined. Whoever is joined is signed out once as
        the other, and is in the groups of both. A full run joins who is there.
      </Confirm>
    </Panel>
  )
}

interface FieldsProps extends Omit<PartProps, 'tenant'> {
  readonly changed: () => void
}

function RuleFields({ inForce, connections, changed }: FieldsProps) {
  return (
    <>
      <Textarea
        name="by"
        label="What is compared"
        description="An expression; people for whom it gives the same text are one person, one of each connection."
        placeholder="urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber"
        defaultValue={inForce.by ?? ''}
        classNames={{ input: 'mono' }}
        autosize
        required
      />
      <Select
        name="leads"
        label="The connection that leads"
        description="Of the person it is the id, the name and the attributes."
        data={connections.map(({ id, label }) => ({ value: id, label }))}
        defaultValue={inForce.connections[0] ?? connections.toSorted(byId)[0]?.id ?? null}
        allowDeselect={false}
        onChange={changed}
      />
      <Checkbox
        name="any"
        label="Active at one connection is active"
        description="Otherwise, and that is safer, out at one connection is out."
        defaultChecked={inForce.active === 'any'}
      />
    </>
  )
}

const byId = (one: Connection, other: Connection) => (one.id < other.id ? -1 : 1)

function ruleOf(field: Fields, connections: readonly Connection[]): Rule {
  const all = connections.toSorted(byId).map(({ id }) => id)
  const leads = all.filter((id) => id === field('leads'))
  return {
    by: field('by').trim(),
    active: field('any') === 'on' ? 'any' : 'all',
    // Where the oldest leads, a connection that is added later is one of them by itself.
    connections: leads[0] === all[0] ? [] : [...leads, ...all.filter((id) => !leads.includes(id))],
  }
}

/** The rule becomes the version that follows the one in force. */
function useApplying(tenant: string, replaces: number, done: () => void) {
  const queries = useQueryClient()
  return useAct({
    mutationFn: (rule: Rule) => api.applyJoining({ tenant, ...rule, replaces }),
    onSuccess: async () => {
      done()
      await queries.invalidateQueries({ queryKey: ['joining', tenant] })
    },
  })
}

function Previewed({
  preview: { lookedAt, isWhole, without, joined, wouldBeOut, refused, people },
  connections,
}: {
  readonly preview: Reply<'previewJoining'>
  readonly connections: readonly Connection[]
}) {
  return (
    <>
      <Note
        tone={refused + wouldBeOut > 0 ? 'warn' : 'calm'}
        title={`${count(joined)} would be joined, of ${count(lookedAt)} looked at`}
      >
        <p>
          {count(without)} have nothing to compare. {count(wouldBeOut)} of the joined are
          deactivated at one connection. {plural(refused, 'value is', 'values are')} shared by
          several of one connection, who all stay apart.
          {!isWhole && ' Not everybody was looked at.'}
        </p>
      </Note>
      {people.map(({ value, refused: why, sources }) => (
        <div key={value}>
          <strong>
            <bdi>{value}</bdi>
          </strong>
          {why !== null && <div>Stay apart: {why}</div>}
          {sources.map(({ resourceId, connectionId, userName, isActive }) => (
            <div key={resourceId} className="soft">
              {labelOf(connections, connectionId)}: <bdi>{userName}</bdi>
              {!isActive && ', deactivated'}
            </div>
          ))}
        </div>
      ))}
    </>
  )
}

function labelOf(connections: readonly Connection[], id: string): string {
  return connections.find((each) => each.id === id)?.label ?? id
}

function InForce({ tenant, inForce, connections }: PartProps) {
  const [isAsking, setAsking] = useState(false)
  const remove = useApplying(tenant, inForce.version, () => setAsking(false))
  const refusal = useRefusalOf('applyJoining')
  return (
    <Panel title="In force">
      <div className="stack">
        <Facts facts={factsOf(inForce, connections)} />
        {inForce.by !== null && (
          <div className="row">
            <Button
              color="red"
              variant="default"
              disabled={refusal !== undefined}
              onClick={() => setAsking(true)}
            >
              Take it back …
            </Button>
            {refusal !== undefined && <span className="soft">{refusal}</span>}
          </div>
        )}
      </div>
      <Confirm
        opened={isAsking}
        title="Take the rule back?"
        act="Take it back"
        isActing={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate({ by: null, active: 'all', connections: [] })}
        onClose={() => setAsking(false)}
      >
        Whoever is joined is two people again, each under the id they had, and is signed out.
      </Confirm>
    </Panel>
  )
}

function factsOf({ by, active, connections: order }: Rule, connections: readonly Connection[]) {
  if (by === null) return { Joined: 'nobody' }
  return {
    Compared: <code>{by}</code>,
    Leads:
      order.length === 0
        ? 'the oldest connection'
        : order.map((id) => labelOf(connections, id)).join(', then '),
    Out: active === 'all' ? 'who is out at one connection' : 'who is out at all of them',
  }
}

function History({ tenant, connections }: Omit<PartProps, 'inForce'>) {
  const asked = useQuery({
    queryKey: ['joining', tenant, 'versions'],
    queryFn: () => api.listJoiningVersions({ tenant, limit: 50 }),
  })
  const versions = asked.data?.items ?? []
  return (
    <Panel title="History">
      <States
        asked={asked}
        empty={versions.length === 0 && <Standing icon="rule" title="No rule was written yet" />}
      >
        <div className="stack">
          {versions.map((each) => (
            <div key={each.version}>
              Version {each.version}, <Time at={each.createdAt} />, by <bdi>{each.author}</bdi>
              <Facts facts={factsOf(each, connections)} />
            </div>
          ))}
        </div>
      </States>
    </Panel>
  )
}
