/** Sign in as yourself, to try: the way is shown step by step as it is gone, and no session is opened. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api } from '../data/api.ts'
import { Icon } from '../ui/icons.tsx'
import { Note } from '../ui/page.tsx'
import { Time } from '../ui/time.tsx'
import { Button, SETUP_KEY } from './parts.tsx'
import { type Setup, TEST_STEPS } from './providers.ts'
import css from './setup.module.css'

export function SignInTest({ setup: { signInTest, oidcApplication } }: { readonly setup: Setup }) {
  const queries = useQueryClient()
  const prepare = useMutation({
    mutationFn: () => api.testSetupSignIn({}),
    onSuccess: () => queries.invalidateQueries({ queryKey: SETUP_KEY }),
  })
  const isReady = oidcApplication.clientId !== null
  return (
    <div className="stack">
      <p>
        Somebody who was sent here signs in as themselves, at your identity provider, and sees what
        came of it. No session is opened.
      </p>
      <div>
        <Button disabled={!isReady || prepare.isPending} onClick={() => prepare.mutate()}>
          Prepare a test
        </Button>{' '}
        {!isReady && <span className="soft">First enter the application for signing in.</span>}
      </div>
      {prepare.error !== null && <Note tone="bad" title={prepare.error.message} />}
      {prepare.data !== undefined && signInTest?.state === 'waiting' && (
        <p>
          <a href={prepare.data.url} target="_blank" rel="noopener noreferrer">
            Sign in as yourself
          </a>
          , in another tab. The address is good for one test.
        </p>
      )}
      {signInTest !== null && <Way test={signInTest} />}
    </div>
  )
}

const STATES = {
  waiting: 'The test waits for you',
  passed: 'The test has passed',
  failed: 'The test has failed',
  expired: 'The test was not used in time',
} as const

function Way({ test }: { readonly test: NonNullable<Setup['signInTest']> }) {
  const { state, startedAt, steps, message, said, code } = test
  return (
    <div aria-live="polite">
      <h3>
        {STATES[state]}
        <span className="soft">
          {' '}
          <Time at={startedAt} relative />
        </span>
      </h3>
      <ol className={css['checks']}>
        {steps.map(({ step, at }) => (
          <li key={step} data-way={step === 'refused' ? 'bad' : 'good'}>
            <span className={css['check']}>
              <Icon name={step === 'refused' ? 'close' : 'check'} size={14} />
            </span>
            <span>
              {TEST_STEPS[step] ?? step}
              <span className="soft">
                {' '}
                <Time at={at} />
              </span>
            </span>
          </li>
        ))}
      </ol>
      {code !== null && (
        <Note tone="bad" title={message ?? code}>
          {said !== null && (
            <p>
              It said: <bdi>{said}</bdi>
            </p>
          )}
          <p>
            <code>{code}</code>
          </p>
        </Note>
      )}
    </div>
  )
}
