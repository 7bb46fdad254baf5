/** One connection being set up: the provider's steps, what has arrived, and what goes wrong. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useId } from 'react'
import { api } from '../data/api.ts'
import mark from '../icon.svg'
import { words } from '../ui/format.ts'
import { Form } from '../ui/form.tsx'
import { Icon } from '../ui/icons.tsx'
import { Mark, Note, Panel } from '../ui/page.tsx'
import { Time } from '../ui/time.tsx'
import { Field, Value, Words } from './parts.tsx'
import { FACTS, type Line, type Provider, PROVIDERS, type Setup } from './providers.ts'
import css from './setup.module.css'

export const SETUP_KEY = ['setup'] as const

export function SetupPage({ setup }: { readonly setup: Setup }) {
  const { tenant, connection, provider } = setup
  return (
    <main className={css['page']}>
      <title>{`Connect ${tenant.name}`}</title>
      <div className={css['brand']}>
        <img src={mark} alt="" /> Rollcall
      </div>
      <header>
        <h1>
          Connect <bdi>{tenant.name}</bdi>
        </h1>
        <p className="soft">
          People and groups of <bdi>{connection.name}</bdi> arrive here, and sign in with the
          account that they have. Nothing is sent before you switch it on.
        </p>
      </header>
      <div className={css['columns']}>
        <div className="stack">
          <Choosing chosen={provider} />
          {provider !== null && <Steps setup={setup} provider={provider} />}
        </div>
        <div className={css['beside']}>
          <Checklist setup={setup} />
          <Mistakes setup={setup} />
          <Log />
        </div>
      </div>
    </main>
  )
}

function Choosing({ chosen }: { readonly chosen: Provider | null }) {
  const id = useId()
  const queries = useQueryClient()
  const choose = useMutation({
    mutationFn: (provider: Provider) => api.chooseProvider({ provider }),
    onSuccess: (setup) => queries.setQueryData(SETUP_KEY, setup),
  })
  const names = Object.entries(PROVIDERS) as [Provider, (typeof PROVIDERS)[Provider]][]
  return (
    <Panel title="Your identity provider">
      <div className={css['field']}>
        <label htmlFor={id}>People sign in with</label>
        <select
          id={id}
          value={chosen ?? ''}
          onChange={({ currentTarget: { value } }) => {
            const provider = names.find(([name]) => name === value)?.[0]
            if (provider !== undefined) choose.mutate(provider)
          }}
        >
          <option value="" disabled>
            Choose …
          </option>
          {names.map(([provider, { name }]) => (
            <option key={provider} value={provider}>
              {name}
            </option>
          ))}
        </select>
        {choose.error !== null && <Note tone="bad" title={choose.error.message} />}
      </div>
    </Panel>
  )
}

function Steps({ setup, provider }: { readonly setup: Setup; readonly provider: Provider }) {
  return (
    <ol className={css['steps']}>
      {PROVIDERS[provider].steps.map(({ title, lines }, index) => (
        <li key={title}>
          <Panel title={`${index + 1}. ${title}`}>
            <div className={css['lines']}>
              {lines.map((line, at) => (
                <Instruction key={at} line={line} setup={setup} />
              ))}
            </div>
          </Panel>
        </li>
      ))}
    </ol>
  )
}

function Instruction({ line, setup }: { readonly line: Line; readonly setup: Setup }) {
  if (typeof line === 'string')
    return (
      <p>
        <Words text={line} />
      </p>
    )
  if ('field' in line) return <Value field={line.field} value={setup.values[line.value]} />
  return line.here === 'token' ? <Token setup={setup} /> : <Application setup={setup} />
}

function Token({ setup: { tokens } }: { readonly setup: Setup }) {
  const queries = useQueryClient()
  const mint = useMutation({
    mutationFn: () => api.mintSetupToken({}),
    onSuccess: () => queries.invalidateQueries({ queryKey: SETUP_KEY }),
  })
  const live = tokens.find(({ state }) => state === 'live')
  if (mint.data !== undefined)
    return (
      <div className="stack">
        <Value field="Token" value={mint.data.token} />
        <Note tone="warn" title="It is shown once">
          <p>Enter it now. If it is lost, make another one here.</p>
        </Note>
      </div>
    )
  return (
    <div>
      <p className="soft">
        {live === undefined ? (
          'There is no token yet.'
        ) : (
          <>
            A token of <Time at={live.createdAt} /> is in force
            {live.lastUsedAt !== null && (
              <>
                , last used <Time at={live.lastUsedAt} relative />
              </>
            )}
            . Make another one if you do not have it; it goes on for a week.
          </>
        )}
      </p>
      <button
        type="button"
        className={css['button']}
        disabled={mint.isPending}
        onClick={() => mint.mutate()}
      >
        {live === undefined ? 'Make the token' : 'Make another token'}
      </button>
      {mint.error !== null && <Note tone="bad" title={mint.error.message} />}
    </div>
  )
}

function Application({ setup: { oidcApplication } }: { readonly setup: Setup }) {
  const queries = useQueryClient()
  const keep = useMutation({
    mutationFn: api.setSetupApplication,
    onSuccess: (setup) => queries.setQueryData(SETUP_KEY, setup),
  })
  const { issuer, clientId, hasClientSecret } = oidcApplication
  return (
    <Form
      error={keep.error}
      send={(field) =>
        keep.mutate({
          issuer: field('issuer').trim(),
          clientId: field('clientId').trim(),
          clientSecret: field('clientSecret').trim(),
        })
      }
    >
      <Field
        name="issuer"
        label="Issuer"
        type="url"
        known={issuer}
        placeholder="https://acme.okta.com"
      />
      <Field name="clientId" label="Client ID" known={clientId} />
      <Field
        name="clientSecret"
        label="Client secret"
        type="password"
        {...(hasClientSecret ? { placeholder: 'kept; enter it again to change it' } : {})}
      />
      <div>
        <button type="submit" className={css['button']} disabled={keep.isPending}>
          {keep.isPending ? 'Trying …' : 'Try and keep'}
        </button>
      </div>
      {keep.data !== undefined && (
        <Note
          tone="good"
          title={
            keep.data.client === 'accepted'
              ? 'The provider knows this application, and it is kept'
              : 'It is kept; the provider did not say whether the secret is right'
          }
        />
      )}
    </Form>
  )
}

function Checklist({ setup: { checklist } }: { readonly setup: Setup }) {
  const done = checklist.filter(({ since }) => since !== null).length
  return (
    <Panel
      title="What has happened"
      actions={
        <Mark
          tone={done === checklist.length ? 'good' : 'calm'}
        >{`${done} of ${checklist.length}`}</Mark>
      }
    >
      <ul className={css['checks']} aria-live="polite">
        {checklist.map(({ fact, since }) => (
          <li key={fact} data-done={since !== null}>
            <span className={css['check']}>
              <Icon name="check" size={14} />
            </span>
            <span>
              {FACTS[fact]}
              <span className="hidden-label">{since === null ? ': not yet' : ': done'}</span>
              {since !== null && (
                <span className="soft">
                  {' '}
                  <Time at={since} relative />
                </span>
              )}
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  )
}

function Mistakes({ setup: { mistakes } }: { readonly setup: Setup }) {
  return mistakes.map(({ code, words: said, screen, times, reference }) => (
    <Note key={code} tone="bad" title={said}>
      <p>{screen}</p>
      <p className="soft">
        {times === 1 ? 'Seen once' : `Seen ${times} times`}, the latest is <code>{reference}</code>
      </p>
    </Note>
  ))
}

function Log() {
  const { data } = useQuery({
    queryKey: ['setup-log'],
    queryFn: () => api.listSetupLog({ limit: 10 }),
    refetchInterval: 2_000,
  })
  const entries = data?.items ?? []
  return (
    <Panel title="Latest requests">
      {entries.length === 0 && <span className="soft">None yet.</span>}
      <ul className={css['log']}>
        {entries.map(
          ({
            requestId,
            bulkOperation,
            operation,
            resourceType,
            outcome,
            status,
            detail,
            receivedAt,
          }) => (
            <li key={`${requestId} ${bulkOperation}`}>
              <div className="row">
                <span className="grow">
                  {words(operation)} {resourceType}
                </span>
                <Mark tone={outcome === 'ok' ? 'good' : 'bad'}>{status}</Mark>
              </div>
              <div className="soft">
                <Time at={receivedAt} relative />
                {detail !== null && `: ${detail}`}
              </div>
            </li>
          ),
        )}
      </ul>
    </Panel>
  )
}
