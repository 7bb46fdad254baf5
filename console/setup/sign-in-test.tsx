/** Sign in as yourself, to try: the way is shown step by step as it is gone, and no session is opened. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api } from '../data/api.ts'
import { Icon } from '../ui/icons.tsx'
import { Note } from '../ui/page.tsx'
import { Time } from '../ui/time.tsx'
import { Button, SETUP_KEY, Value } from './parts.tsx'
import { callbackFieldOf, type Setup, TEST_STEPS } from './providers.ts'
import css from './setup.module.css'

export function SignInTest({ setup }: { readonly setup: Setup }) {
  const { signInTest, oidcApplication } = setup
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
      {signInTest !== null && isAway(signInTest) && <Away setup={setup} />}
    </div>
  )
}

const STATES = {
  waiting: 'The test waits for you',
  passed: 'The test has passed',
  failed: 'The test has failed',
  expired: 'The test was not used in time',
} as const

/** For whoever is at the identity provider. */
const STATES_AWAY = {
  ...STATES,
  waiting: 'The test waits for you to come back',
  expired: 'You have not come back in time',
} as const

type Test = NonNullable<Setup['signInTest']>

function isAway({ state, steps }: Test): boolean {
  const hasNotEnded = state === 'waiting' || state === 'expired'
  return hasNotEnded && steps.at(-1)?.step === 'sent-to-idp'
}

/** What a provider does not know it shows on a page of its own, and we hear nothing of it. */
function Away({ setup: { provider, values } }: { readonly setup: Setup }) {
  const field = callbackFieldOf(provider)
  return (
    <div className={css['lines']}>
      <p>
        If your identity provider shows an error instead of asking you to sign in, compare what its
        application for signing in has as <strong>{field}</strong> with this, to the letter, and its
        client ID with the one above.
      </p>
      <Value field={field} value={values.callbackUrl} />
    </div>
  )
}

function Way({ test }: { readonly test: Test }) {
  const { state, startedAt, steps, message, said, code } = test
  return (
    <div aria-live="polite">
      <h3>
        {(isAway(test) ? STATES_AWAY : STATES)[state]}
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
