/**
 * What became of one sign-in, for whoever asks by its reference: the code that it was refused with, what was
 * seen, and who does what next. What is known now says only whether that still stands. Pure.
 */
import { type RefusalCode, REFUSALS } from '../lib/index.ts'
import type { SignIn, SignInStep } from '../signin/index.ts'
import type { Act, Verdict } from './known.ts'

/** @param now  of whom it was about, or of what is set up; undefined where nothing is known of that */
export function verdictOfAttempt(attempt: SignIn, now: Verdict | undefined): Verdict {
  if (attempt.outcome === 'started') return ofStarted(attempt)
  const { code } = attempt
  if (attempt.outcome === 'refused' && code !== null) return ofRefused(attempt, code, now)
  return now ?? LET_IN
}

const LET_IN: Verdict = {
  canSignIn: true,
  code: null,
  because: 'That sign-in let them in.',
  todo: 'Nothing.',
  act: null,
}

function ofRefused({ steps }: SignIn, code: RefusalCode, now: Verdict | undefined): Verdict {
  const step = refusalOf(steps)
  const message = textOf(step, 'message') ?? (now?.code === code ? now.because : undefined)
  const because = [message ?? `It was refused with ${code}.`, ...seenAt(step), ...askedFor(steps)]
  return { canSignIn: false, code, because: because.join(' '), ...nextOf(code, now) }
}

/** What was seen when it was refused: after that there is only the way back to the site. */
export function refusalOf(steps: readonly SignInStep[]): SignInStep | undefined {
  return steps.findLast(({ step }) => step === 'refused')
}

function nextOf(code: RefusalCode, now: Verdict | undefined): Pick<Verdict, 'todo' | 'act'> {
  if (now?.canSignIn === true)
    return { todo: `Nothing any more: ${now.because} Let them sign in again.`, act: null }
  if (now?.code === code) return { todo: now.todo, act: now.act }
  if (now !== undefined)
    return { todo: `By now it is ${now.code}: ${now.because} ${now.todo}`, act: now.act }
  const { acts } = REFUSALS[code]
  const [todo, act = null] = NEXT[code] ?? [`It is for ${acts}.`]
  return { todo, act }
}

/** Of what an attempt may be refused with. */
const NEXT: Partial<Record<RefusalCode, readonly [todo: string, act?: Act]>> = {
  user_not_found: [
    "The customer's administrator: assign the person to the application in the identity provider, or " +
      'press "Provision User" there if they are assigned already.',
  ],
  claim_type_mapping_not_found: [
    'The operator: add a mapping for that issuer, of a claim that its tokens have. Or the ' +
      "customer's administrator: let the identity provider send the claim that is mapped.",
    'claim-type-mapping create',
  ],
  fqn_not_found: ['Nobody, while it is loaded; then the operator: see what holds that up.'],
  identity_inactive: [
    "The customer's administrator: assign or reactivate the person in the identity provider.",
  ],
  identity_ambiguous: [
    "The customer's administrator: deactivate all but one of them in the identity provider.",
  ],
  connection_not_ready: [
    'The operator: enable the connection, and set issuer, client id and client secret.',
    'connection set-oidc',
  ],
  application_refused: [
    "The operator: enter client id and client secret anew, as the customer's administrator finds them at " +
      'the identity provider. The secret may have ended there.',
    'connection set-oidc',
  ],
  idp_error: [
    "The customer's administrator: see there what it was about. Most often the person is not assigned " +
      'to the application that people sign in with: assign them.',
  ],
  idp_unreachable: [
    'Nobody, if it was for a moment: let them try again. Else the operator: see whether the address of ' +
      'the issuer is right, and can be reached from here.',
  ],
  token_refused: [
    'The operator: compare issuer and client id with those at the identity provider; the check says ' +
      'where to look.',
  ],
  flow_expired: ['The person: begin again at the site.'],
  request_refused: [
    'The developer of the site: mend what it asks for. Or the operator, if the site may have that: ' +
      'change what is registered of it.',
  ],
  tenant_suspended: ['The operator: resume it.', 'tenant resume'],
  not_permitted: [
    'The operator: name them as an administrator of the connection, if they are one.',
  ],
}

/** In words, what else the step holds that says why. */
function seenAt(step: SignInStep | undefined): string[] {
  const text = (name: string) => textOf(step, name)
  const [error, check, value] = [text('error'), text('check'), text('value')]
  const claims = step?.['claims']
  const words = (...parts: (string | undefined)[]) =>
    parts.filter((part) => part !== undefined).join(': ')
  return [
    ...(error === undefined ? [] : [`It said "${words(error, text('description'))}".`]),
    ...(check === undefined ? [] : [`The check that failed: ${words(check, text('problem'))}.`]),
    ...(value === undefined
      ? []
      : [
          `The claim "${text('claimType')}" was "${value}", and was compared with ${text('matches')}.`,
        ]),
    ...(Array.isArray(claims) ? [`The token has ${claims.join(', ')}.`] : []),
  ]
}

/** What the site asked for, where that was at fault. */
function askedFor(steps: readonly SignInStep[]): string[] {
  const uri = textOf(steps[0], 'redirectUri')
  return uri === undefined ? [] : [`Its redirect_uri is "${uri}".`]
}

function textOf(step: SignInStep | undefined, name: string): string | undefined {
  const value = step?.[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}

function ofStarted({ steps }: SignIn): Verdict {
  const [because, todo] = UNDER_WAY[steps.at(-1)?.step ?? ''] ?? BEGUN
  return { canSignIn: false, code: null, because, todo, act: null }
}

type BecauseAndTodo = readonly [because: string, todo: string]

const BEGUN: BecauseAndTodo = [
  'It was begun, and nobody has been sent to an identity provider yet.',
  'The person: go on, or begin again.',
]

/** How far an attempt came that has not ended, by its last step. */
const UNDER_WAY: Readonly<Record<string, BecauseAndTodo>> = {
  'sent-to-idp': [
    'They were sent to the identity provider, and have not come back.',
    'The person: go on there, or begin again at the site. If the identity provider shows an error ' +
      "of its own, the customer's administrator: compare the sign-in redirect URI of the application " +
      'there with the callback address of the connection, and see whether the person is assigned.',
  ],
  'token-verified': [
    'They came back from the identity provider, and their browser has not asked for the rest.',
    'The person: begin again at the site.',
  ],
}
