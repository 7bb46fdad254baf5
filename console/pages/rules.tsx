/** Rules: which expression gives which fact of a connection's people. Tried on real people before they are applied. */
import { Button, Select, Textarea, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { useAct } from '../data/act.ts'
import { api, type Reply } from '../data/api.ts'
import {
  type Draft,
  draftOf,
  FACTS,
  isSame,
  type Rules,
  rulesOf,
  type Version,
} from '../data/rules.ts'
import { useRefusalOf } from '../data/session.ts'
import { tenantQuery } from '../data/tenants.ts'
import { InTenant } from '../parts/names.tsx'
import css from '../parts/parts.module.css'
import { Unsaved } from '../parts/unsaved.tsx'
import { Confirm } from '../ui/dialogs.tsx'
import { Form } from '../ui/form.tsx'
import { asText, count, plural } from '../ui/format.ts'
import { LongText } from '../ui/long-text.tsx'
import { Note, Page, Panel } from '../ui/page.tsx'
import { Standing, States } from '../ui/states.tsx'
import { Time } from '../ui/time.tsx'

type Preview = Reply<'previewRules'>

const route = getRouteApi('/tenants/$tenant/rules')

export function RulesPage() {
  const { tenant } = route.useParams()
  const { connection: chosen } = route.useSearch()
  const navigate = route.useNavigate()
  const { data } = useQuery(tenantQuery(tenant))
  const connections = data?.connections ?? []
  const connection = connections.find(({ id }) => id === chosen) ?? connections[0]
  const asked = useQuery({
    queryKey: ['rules', tenant, connection?.id],
    queryFn: () => api.readRules({ tenant, connection: connection?.id ?? 'con_' }),
    enabled: connection !== undefined,
  })
  return (
    <Page
      title="Rules"
      above={<InTenant tenant={tenant} />}
      lead="What people are called and shown as, who is active, and which groups give which roles."
      actions={
        connections.length > 1 && (
          <Select
            aria-label="Connection"
            data={connections.map(({ id, label }) => ({ value: id, label }))}
            value={connection?.id ?? null}
            allowDeselect={false}
            onChange={(id) => void navigate({ search: id === null ? {} : { connection: id } })}
          />
        )
      }
    >
      <States asked={asked}>
        {asked.data !== undefined && connection !== undefined && (
          <>
            <Editor
              key={`${connection.id} ${asked.data.version}`}
              tenant={tenant}
              connection={connection.id}
              inForce={asked.data}
            />
            <History tenant={tenant} connection={connection.id} inForce={asked.data.version} />
          </>
        )}
      </States>
    </Page>
  )
}

interface EditorProps {
  readonly tenant: string
  readonly connection: `con_${string}`
  readonly inForce: Version
}

function Editor({ tenant, connection, inForce }: EditorProps) {
  const [draft, setDraft] = useState(() => draftOf(inForce.rules))
  const preview = useAct({
    mutationFn: (person: string) =>
      api.previewRules({
        tenant,
        connection,
        rules: rulesOf(draft),
        ...(person === '' ? {} : { person }),
      }),
  })
  const isChanged = !isSame(draft, draftOf(inForce.rules))
  return (
    <div className={css['columns']}>
      <Unsaved isChanged={() => isChanged} title="Leave without applying?">
        The rules that you wrote are not applied, and are gone once you leave.
      </Unsaved>
      <Panel
        title={
          inForce.version === 0 ? 'Rules: none written yet' : `Rules: version ${inForce.version}`
        }
      >
        <Writing
          draft={draft}
          change={(next) => {
            setDraft(next)
            // What was previewed is not this any longer.
            preview.reset()
          }}
        />
      </Panel>
      <Panel title="Preview">
        <Form send={(field) => preview.mutate(field('person').trim())} error={preview.error}>
          <TextInput
            name="person"
            label="Somebody to show in any case"
            description="User name, e-mail address, external id or resource id."
          />
          <div className="row">
            <Button type="submit" variant="default" loading={preview.isPending}>
              Preview
            </Button>
            <Applying
              tenant={tenant}
              connection={connection}
              inForce={inForce}
              draft={draft}
              preview={preview.data}
            />
          </div>
          {preview.data !== undefined && <Previewed preview={preview.data} />}
        </Form>
      </Panel>
    </div>
  )
}

const MONO = { input: 'mono' }

interface WritingProps {
  readonly draft: Draft
  readonly change: (draft: Draft) => void
}

function Writing({ draft, change }: WritingProps) {
  const { facts, rest } = draft
  return (
    <div className="stack">
      {FACTS.map(([name, label, without]) => (
        <TextInput
          key={name}
          label={label}
          placeholder={without}
          value={facts[name] ?? ''}
          classNames={MONO}
          onChange={({ currentTarget: { value } }) =>
            change({ ...draft, facts: { ...facts, [name]: value } })
          }
        />
      ))}
      <Textarea
        label="Properties and roles, as JSON"
        description='Like {"properties": {"department": "…"}, "roles": {"editor": ["idn_…"]}}'
        autosize
        minRows={3}
        value={rest}
        classNames={MONO}
        onChange={({ currentTarget: { value } }) => change({ ...draft, rest: value })}
      />
    </div>
  )
}

interface ApplyingProps extends EditorProps {
  readonly draft: Draft
  readonly preview: Preview | undefined
}

function Applying({ tenant, connection, inForce, draft, preview }: ApplyingProps) {
  const [isAsking, setAsking] = useState(false)
  const apply = useApplying(tenant, connection, inForce.version, () => setAsking(false))
  const refusal = useRefusalOf('applyRules')
  const isReady = refusal === undefined && preview !== undefined
  return (
    <>
      <Button disabled={!isReady} onClick={() => setAsking(true)}>
        Apply …
      </Button>
      {!isReady && (
        <span className="soft">{refusal ?? 'They can be applied once they were previewed.'}</span>
      )}
      <Confirm
        opened={isAsking}
        title="Apply these rules?"
        act="Apply"
        isActing={apply.isPending}
        error={apply.error}
        onConfirm={() => apply.mutate(rulesOf(draft))}
        onClose={() => setAsking(false)}
      >
        Of the {count(preview?.lookedAt ?? 0)} looked at, {count(preview?.wouldChange ?? 0)} would
        change and {count(preview?.refused ?? 0)} could not be loaded. The rules are in force at
        once, and a full run brings along who is there.
      </Confirm>
    </>
  )
}

/** Rules become the version that follows the one in force. */
function useApplying(
  tenant: string,
  connection: EditorProps['connection'],
  replaces: number,
  done: () => void,
) {
  const queries = useQueryClient()
  return useAct({
    mutationFn: (rules: Rules) => api.applyRules({ tenant, connection, rules, replaces }),
    onSuccess: async () => {
      done()
      await queries.invalidateQueries({ queryKey: ['rules', tenant, connection] })
      await queries.invalidateQueries({ queryKey: ['rule-versions', tenant, connection] })
    },
  })
}

function Previewed({
  preview: { lookedAt, wouldChange, refused, people },
}: {
  readonly preview: Preview
}) {
  return (
    <>
      <Note
        tone={refused > 0 ? 'bad' : 'calm'}
        title={`${count(wouldChange)} of ${count(lookedAt)} looked at would change`}
      >
        {refused > 0 && (
          <p>{plural(refused, 'person or group', 'people and groups')} could not be loaded.</p>
        )}
      </Note>
      {people.map(({ resourceId, fqn, changes, refused: why }) => (
        <div key={resourceId}>
          <strong>
            <bdi>{fqn ?? resourceId}</bdi>
          </strong>
          {why !== null && <div>{why}</div>}
          <table className={css['diff']} aria-label={`What would change for ${fqn ?? resourceId}`}>
            <thead>
              <tr>
                <th scope="col">Fact</th>
                <th scope="col">Now</th>
                <th scope="col">Then</th>
              </tr>
            </thead>
            <tbody>
              {Object.entries(changes).map(([name, { from, to }]) => (
                <tr key={name}>
                  <td>{name}</td>
                  <td>
                    <LongText text={shown(from)} />
                  </td>
                  <td>
                    <LongText text={shown(to)} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ))}
    </>
  )
}

const shown = (value: unknown): string => (value == null ? 'none' : asText(value))

function History({
  tenant,
  connection,
  inForce,
}: Omit<EditorProps, 'inForce'> & { readonly inForce: number }) {
  const [restoring, setRestoring] = useState<Version>()
  const asked = useQuery({
    queryKey: ['rule-versions', tenant, connection],
    queryFn: () => api.listRuleVersions({ tenant, connection, limit: 50 }),
  })
  const restore = useApplying(tenant, connection, inForce, () => setRestoring(undefined))
  const refusal = useRefusalOf('applyRules')
  const versions = asked.data?.items ?? []
  return (
    <Panel title="History">
      <States
        asked={asked}
        empty={versions.length === 0 && <Standing icon="rule" title="No rules were written yet" />}
      >
        <div className="stack">
          {versions.map((version) => (
            <div key={version.version} className="row">
              <span className="grow">
                Version {version.version}, <Time at={version.createdAt} />, by{' '}
                <bdi>{version.author}</bdi>
              </span>
              {version.version !== inForce && refusal === undefined && (
                <Button size="compact-sm" variant="default" onClick={() => setRestoring(version)}>
                  Restore version {version.version} …
                </Button>
              )}
            </div>
          ))}
        </div>
      </States>
      <Confirm
        opened={restoring !== undefined}
        title={`Restore version ${restoring?.version}?`}
        act="Restore"
        isActing={restore.isPending}
        error={restore.error}
        onConfirm={() => restoring !== undefined && restore.mutate(restoring.rules)}
        onClose={() => setRestoring(undefined)}
      >
        Its rules become a new version, in force at once, and a full run brings along who is there.
      </Confirm>
    </Panel>
  )
}
