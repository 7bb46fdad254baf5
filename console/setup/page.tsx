/** One connection being set up: the provider's steps, what has arrived, and what goes wrong. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { api } from '../data/api.ts'
import mark from '../icon.svg'
import { Icon } from '../ui/icons.tsx'
import { Mark, Note, Panel } from '../ui/page.tsx'
import { Time } from '../ui/time.tsx'
import { Application } from './application.tsx'
import { Domains } from './domains.tsx'
import { Oauth } from './oauth.tsx'
import { SETUP_KEY, Value, Ways, Words } from './parts.tsx'
import { FACTS, type Line, type Provider, PROVIDERS, type Setup, type Way } from './providers.ts'
import { Provisioning } from './provisioning.tsx'
import { SignInTest } from './sign-in-test.tsx'
import { Token } from './token.tsx'
import css from './setup.module.css'

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
          <Provisioning setup={setup} />
        </div>
        <div className={css['beside']}>
          <Checklist setup={setup} />
          <Mistakes setup={setup} />
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
  const { name, steps, source } = PROVIDERS[provider]
  const all = [
    ...steps.map(({ title, lines }) => ({ title, body: <Lines lines={lines} setup={setup} /> })),
    { title: 'Sign in as yourself', body: <SignInTest setup={setup} /> },
    { title: 'Prove your domains', body: <Domains setup={setup} /> },
  ]
  return (
    <>
      <ol className={css['steps']}>
        {all.map(({ title, body }, index) => (
          <li key={`${provider} ${title}`}>
            <Panel title={`${index + 1}. ${title}`}>{body}</Panel>
          </li>
        ))}
      </ol>
      <p className="soft">
        {name}:{' '}
        <a href={source} target="_blank" rel="noopener noreferrer">
          what its own documentation says
        </a>
        .
      </p>
    </>
  )
}

interface LinesProps {
  readonly lines: readonly Line[]
  readonly setup: Setup
}

function Lines({ lines, setup }: LinesProps) {
  return (
    <div className={css['lines']}>
      {lines.map((line, at) => (
        <Instruction key={at} line={line} setup={setup} />
      ))}
    </div>
  )
}

function Instruction({ line, setup }: { readonly line: Line; readonly setup: Setup }) {
  if (typeof line === 'string')
    return (
      <p>
        <Words text={line} />
      </p>
    )
  if ('text' in line) return <Value field={line.field} value={line.text} />
  if ('field' in line) return <Value field={line.field} value={setup.values[line.value]} />
  if ('either' in line) return <Either ask={line.ask} ways={line.either} setup={setup} />
  if (line.here === 'application') return <Application setup={setup} keyField={line.keyField} />
  return line.here === 'token' ? <Token setup={setup} /> : <Oauth setup={setup} />
}

interface EitherProps {
  readonly ask: string
  readonly ways: readonly Way[]
  readonly setup: Setup
}

function Either({ ask, ways, setup }: EitherProps) {
  const [chosen, choose] = useState(ways[0]?.name ?? '')
  const way = ways.find(({ name }) => name === chosen)
  return (
    <>
      <Ways ask={ask} names={ways.map(({ name }) => name)} chosen={chosen} choose={choose} />
      {way !== undefined && <Lines lines={way.lines} setup={setup} />}
    </>
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
