/**
 * Getting in: by passkey, or password and authenticator app; the first operator by the code that the
 * server printed, others by the code of their invitation.
 */
import { Anchor, Button, PasswordInput, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { entered } from '../data/again.ts'
import { api, type Reply } from '../data/api.ts'
import { signInWithPasskey, usePasskeyAddress, waysQuery } from '../data/passkeys.ts'
import { type Session, SESSION_KEY } from '../data/session.ts'
import mark from '../icon.svg'
import { Copy } from '../ui/copy.tsx'
import { type Fields, Form } from '../ui/form.tsx'
import { Panel } from '../ui/page.tsx'
import css from './shell.module.css'

type Door =
  | { readonly at: 'sign-in' }
  | { readonly at: 'first-operator' }
  | { readonly at: 'invitation'; readonly code: string }
  | { readonly at: 'authenticator'; readonly enrolment: Reply<'beginFirstOperator'> }
  | { readonly at: 'recovery-codes'; readonly session: Reply<'completeEnrolment'> }

/** What stands behind the # of an invitation; it is not left in the address, nor in the history. */
const invitation = location.pathname.endsWith('/invitation') ? location.hash.slice(1) : ''
if (invitation !== '') history.replaceState({}, '', location.pathname)

export function SignIn() {
  const { data: ways } = useQuery(waysQuery)
  const [chosen, setDoor] = useState<Door | undefined>(
    invitation === '' ? undefined : { at: 'invitation', code: invitation },
  )
  const door = chosen ?? { at: ways?.firstOperator === true ? 'first-operator' : 'sign-in' }
  const queries = useQueryClient()
  const enter = (session: Session) => {
    if (entered(session)) queries.setQueryData(SESSION_KEY, session)
  }
  switch (door.at) {
    case 'sign-in':
      return (
        <Entrance title="Sign in">
          <Credentials
            enter={enter}
            other={
              ways?.firstOperator === true && (
                <Anchor
                  component="button"
                  type="button"
                  onClick={() => setDoor({ at: 'first-operator' })}
                >
                  Set up the first operator
                </Anchor>
              )
            }
          />
        </Entrance>
      )
    case 'first-operator':
      return (
        <FirstOperator
          begun={(enrolment) => setDoor({ at: 'authenticator', enrolment })}
          other={
            <Anchor component="button" type="button" onClick={() => setDoor({ at: 'sign-in' })}>
              Sign in instead
            </Anchor>
          }
        />
      )
    case 'invitation':
      return (
        <Invited
          code={door.code}
          begun={(enrolment) => setDoor({ at: 'authenticator', enrolment })}
        />
      )
    case 'authenticator':
      return (
        <Authenticator
          enrolment={door.enrolment}
          done={(session) => setDoor({ at: 'recovery-codes', session })}
        />
      )
    case 'recovery-codes':
      return <RecoveryCodes codes={door.session.recoveryCodes} done={() => enter(door.session)} />
  }
}

interface CredentialsProps {
  readonly enter: (session: Session) => void
  readonly other?: ReactNode
}

/** What somebody signs in with. */
export function Credentials({ enter, other }: CredentialsProps) {
  const signIn = useMutation({
    mutationFn: (field: Fields) => {
      const code = field('code').replace(/\s/g, '')
      return api.signIn({
        email: field('email'),
        password: field('password'),
        ...(/^\d{6}$/.test(code) ? { totp: code } : { recoveryCode: code }),
      })
    },
    onSuccess: enter,
  })
  const elsewhere = usePasskeyAddress()
  const byPasskey = useMutation({ mutationFn: signInWithPasskey, onSuccess: enter })
  return (
    <Form error={signIn.error ?? byPasskey.error} send={signIn.mutate}>
      <TextInput
        name="email"
        type="email"
        label="E-mail address"
        autoComplete="username"
        required
        data-autofocus
      />
      <PasswordInput name="password" label="Password" autoComplete="current-password" required />
      <TextInput
        name="code"
        label="Code of your authenticator app"
        description="Six digits, or one of your recovery codes."
        autoComplete="one-time-code"
        required
      />
      <Button type="submit" loading={signIn.isPending} fullWidth>
        Sign in
      </Button>
      {elsewhere === undefined ? (
        <Button
          variant="default"
          loading={byPasskey.isPending}
          onClick={() => byPasskey.mutate()}
          fullWidth
        >
          Use a passkey
        </Button>
      ) : (
        <p className="soft" style={{ margin: 0, overflowWrap: 'anywhere' }}>
          With a passkey you sign in at <a href={elsewhere}>{elsewhere}</a>.
        </p>
      )}
      {other}
    </Form>
  )
}

const CHOOSING = {
  name: 'password',
  label: 'Password',
  description:
    '15 characters or more, of words that have nothing to do with each other. What is soon guessed is refused.',
  autoComplete: 'new-password',
  required: true,
} as const

interface InvitedProps {
  readonly code: string
  readonly begun: (enrolment: Reply<'acceptInvitation'>) => void
}

function Invited({ code, begun }: InvitedProps) {
  const accept = useMutation({
    mutationFn: (field: Fields) => api.acceptInvitation({ code, password: field('password') }),
    onSuccess: begun,
  })
  return (
    <Entrance title="You are invited">
      <Form error={accept.error} send={accept.mutate}>
        <p className="soft" style={{ margin: 0 }}>
          Choose a password; an authenticator app comes next. You sign in with the e-mail address
          that the link was made for.
        </p>
        <PasswordInput {...CHOOSING} />
        <Button type="submit" loading={accept.isPending} fullWidth>
          Continue
        </Button>
      </Form>
    </Entrance>
  )
}

function FirstOperator({
  begun,
  other,
}: {
  readonly begun: (enrolment: Reply<'beginFirstOperator'>) => void
  readonly other: ReactNode
}) {
  const begin = useMutation({
    mutationFn: (field: Fields) =>
      api.beginFirstOperator({
        code: field('code').trim(),
        name: field('name').trim(),
        email: field('email'),
        password: field('password'),
      }),
    onSuccess: begun,
  })
  return (
    <Entrance title="Set up the first operator">
      <Form error={begin.error} send={begin.mutate}>
        <TextInput
          name="code"
          label="One-time code"
          description="The server printed it at its first start."
          autoComplete="off"
          required
        />
        <TextInput name="name" label="Your name" autoComplete="name" required />
        <TextInput
          name="email"
          type="email"
          label="E-mail address"
          autoComplete="username"
          required
        />
        <PasswordInput {...CHOOSING} />
        <Button type="submit" loading={begin.isPending} fullWidth>
          Continue
        </Button>
        {other}
      </Form>
    </Entrance>
  )
}

function Authenticator({
  enrolment,
  done,
}: {
  readonly enrolment: Reply<'beginFirstOperator'>
  readonly done: (session: Reply<'completeEnrolment'>) => void
}) {
  const complete = useMutation({
    mutationFn: (field: Fields) =>
      api.completeEnrolment({
        enrolment: enrolment.enrolment,
        totp: field('totp').replace(/\s/g, ''),
      }),
    onSuccess: done,
  })
  return (
    <Entrance title="Set up your authenticator app">
      <Form error={complete.error} send={complete.mutate}>
        <p className="soft" style={{ margin: 0 }}>
          Add an account to the app by this key. It is shown once.
        </p>
        <Copy label="Key" value={enrolment.totp.secret} />
        <TextInput
          name="totp"
          label="The six digits that the app shows"
          autoComplete="one-time-code"
          required
        />
        <Button type="submit" loading={complete.isPending} fullWidth>
          Finish
        </Button>
      </Form>
    </Entrance>
  )
}

function RecoveryCodes({
  codes,
  done,
}: {
  readonly codes: readonly string[]
  readonly done: () => void
}) {
  return (
    <Entrance title="Keep your recovery codes">
      <Form error={null} send={done}>
        <p className="soft" style={{ margin: 0 }}>
          Each lets you in once when the app is not at hand. They are shown once: keep them where
          you keep passwords.
        </p>
        <Copy label="Recovery codes" value={codes.join('\n')} />
        <Button type="submit" fullWidth>
          I have kept them
        </Button>
      </Form>
    </Entrance>
  )
}

interface EntranceProps {
  readonly title: string
  readonly children: ReactNode
}

/** What takes its place is where whoever has no pointer goes on. */
function Entrance({ title, children }: EntranceProps) {
  const here = useRef<HTMLElement>(null)
  useEffect(() => {
    const first = here.current?.querySelector<HTMLElement>('[data-autofocus], h1')
    first?.focus()
  }, [])
  return (
    <main ref={here} className={css['door']}>
      <title>{`${title} · Rollcall`}</title>
      <div className={css['doorBox']}>
        <div className={css['brand']}>
          <img src={mark} alt="" /> Rollcall
        </div>
        <Panel>
          <div className="stack">
            <h1 tabIndex={-1}>{title}</h1>
            {children}
          </div>
        </Panel>
      </div>
    </main>
  )
}
