/** Signing in as oneself through a connection: the address opens in another tab, and each step appears here. */
import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useAct } from '../data/act.ts'
import { api } from '../data/api.ts'
import type { OfConnection } from '../data/connections.ts'
import { useRefusalOf } from '../data/session.ts'
import { paths } from '../paths.ts'
import { Copy } from '../ui/copy.tsx'
import { Note, Panel } from '../ui/page.tsx'
import { States } from '../ui/states.tsx'
import { Time } from '../ui/time.tsx'
import { SignInSteps } from './sign-in-steps.tsx'

const AGAIN_MS = 1_000

export function ConnectionTest({ tenant, connection }: OfConnection) {
  const { test: reference } = useSearch({ from: '/tenants/$tenant/connections/$connection' })
  const navigate = useNavigate()
  const begin = useAct({
    mutationFn: () => api.testConnection({ tenant, connection: connection.id }),
    onSuccess: (made) =>
      navigate({
        ...paths.connection(tenant, connection.id, { test: made.reference }),
        replace: true,
      }),
  })
  const refusal = useRefusalOf('testConnection')
  const made = begin.data
  return (
    <Panel
      title="Test it: sign in as yourself"
      actions={
        refusal === undefined && (
          <Button variant="default" loading={begin.isPending} onClick={() => begin.mutate()}>
            {reference === undefined ? 'Begin a test' : 'Begin another'}
          </Button>
        )
      }
    >
      <div className="stack">
        {begin.error !== null && <Note tone="bad" title={begin.error.message} />}
        {reference === undefined && (
          <div className="soft">
            {refusal ??
              'You go to the identity provider and back, see each step, and no session is opened.'}
          </div>
        )}
        {made !== undefined && made.reference === reference && (
          <div>
            <Copy label="Open this address in a browser" value={made.url} />
            <p className="soft">
              <a href={made.url} target="_blank" rel="noreferrer">
                Open it in another tab
              </a>
              ; it is good until <Time at={made.endsAt} />, for one test.
            </p>
          </div>
        )}
        {reference !== undefined && <Followed tenant={tenant} reference={reference} />}
      </div>
    </Panel>
  )
}

interface FollowedProps {
  readonly tenant: string
  readonly reference: string
}

function Followed({ tenant, reference }: FollowedProps) {
  const asked = useQuery({
    queryKey: ['sign-in', reference],
    queryFn: () => api.readSignIn({ reference: reference as `sgn_${string}` }),
    refetchInterval: ({ state }) => (state.data?.outcome === 'started' ? AGAIN_MS : false),
  })
  const signIn = asked.data
  return (
    <States asked={asked}>
      {signIn && (
        <>
          <div role="status">
            {signIn.outcome === 'started' && (
              <Note tone="calm" title="Waiting for you to sign in">
                {signIn.steps.at(-1)?.['step'] === 'sent-to-idp' && (
                  <p>
                    The identity provider shows an error of its own?{' '}
                    <Link {...paths.why(tenant, signIn.id)}>What to compare</Link>
                  </p>
                )}
              </Note>
            )}
            {signIn.outcome === 'tested' && (
              <Note tone="good" title="It works: you would be signed in" />
            )}
            {signIn.outcome === 'refused' && (
              <Note tone="warn" title="You would be refused">
                <p>
                  <code>{signIn.code}</code>,{' '}
                  <Link {...paths.why(tenant, signIn.id)}>explain it</Link>
                </p>
              </Note>
            )}
          </div>
          <SignInSteps signIn={signIn} />
        </>
      )}
    </States>
  )
}
