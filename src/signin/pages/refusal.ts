/**
 * The page of a refusal. For the person: what happened in neutral words, what to do, and a reference
 * to quote; the reason in full is in the sign-in log under that reference (SEC N-4).
 */
import { REFUSALS, type RefusalCode } from '../../lib/index.ts'
import { html } from './html.ts'
import { page, type Page } from './layout.ts'

export interface Shown {
  readonly code: RefusalCode
  /** Undefined where there is no attempt to look up. */
  readonly reference: string | undefined
  /** What the developer or operator needs at once; text of our own, or an error code. */
  readonly detail?: string | undefined
  /** What the person was on the way to, as far as that is known. */
  readonly site?: string | undefined
  readonly tenant?: string | undefined
  readonly waiting?: Waiting | undefined
  /** Where a form ends the attempt, and the origin of the site that the browser then comes back to. */
  readonly wayBack?: { readonly action: string; readonly endsAt: string } | undefined
}

export interface Waiting {
  readonly stage: string
  readonly sinceSeconds: number
  /** Undefined where it depends on somebody's decision. */
  readonly estimateSeconds: number | undefined
}

/** In what a page says: title, what happened, what to do. */
const WORDS: Partial<Record<RefusalCode, readonly [title: string, what: string, todo: string]>> = {
  user_not_found: [
    'Your account is not here yet',
    'You signed in at your organization, but it has not handed your account over to this service.',
    'Ask your IT department to assign you to this application, or to push your account again.',
  ],
  claim_type_mapping_not_found: [
    'Sign-in is not set up completely',
    'You signed in at your organization, but this service has not been told how to recognize its accounts.',
    'There is nothing you can do here. Tell your IT department or the support of this service.',
  ],
  fqn_not_found: [
    'Your account is on its way',
    'Your organization has handed your account over, and it is not loaded yet.',
    'You need not do anything: this page tries again by itself and takes you on as soon as your account is there.',
  ],
  identity_inactive: [
    'Your account is not active',
    'Your organization has deactivated your account for this service.',
    'If you think that is wrong, ask your IT department to activate it again.',
  ],
  identity_ambiguous: [
    'Your account is not clear',
    'Two active accounts of your organization answer to the same name, so neither is signed in.',
    'Ask your IT department to rename or to unassign one of the two.',
  ],
  connection_not_ready: [
    'Sign-in is not available yet',
    'The connection to your organization is not set up completely or is disabled.',
    'Tell your IT department or the support of this service.',
  ],
  idp_error: [
    'Your organization did not let you in',
    'Its sign-in service sent you back with an error.',
    'Most often you are not assigned to this application there. Ask your IT department.',
  ],
  idp_unreachable: [
    'Your organization cannot be reached',
    'Its sign-in service did not answer in time.',
    'Try again in a moment. If it goes on, tell your IT department.',
  ],
  token_refused: [
    'Your sign-in could not be verified',
    'What the sign-in service of your organization sent did not pass verification.',
    'Try again. If it goes on, tell your IT department or the support of this service.',
  ],
  flow_expired: [
    'This sign-in has ended',
    'It was started too long ago, in another browser, or has been used already.',
    'Go back to the site and sign in again.',
  ],
  request_refused: [
    'The site asked for something it may not have',
    'The request to sign you in was refused before it began.',
    'Go back to the site and try again. If it goes on, the developer of the site needs the detail below.',
  ],
  not_permitted: [
    'You may not allow this',
    'You signed in, but your account is not named as an administrator of this connection.',
    'Ask the operator of this service to add you as an administrator.',
  ],
  tenant_suspended: [
    'This service is suspended for your organization',
    'Nobody of your organization can sign in at the moment.',
    'Ask your IT department, who can speak to the operator of this service.',
  ],
  not_found: [
    'There is nothing here',
    'The address is not one of this service.',
    'Go back to the site and sign in again.',
  ],
  too_many_requests: [
    'Too many sign-ins at once',
    'There were more sign-ins from your network than can be served at a time.',
    'Wait some seconds, then go back to the site and sign in again.',
  ],
}

const OTHERWISE = [
  'Something went wrong on our side',
  'Your sign-in could not be finished.',
  'Try again in a moment. If it goes on, tell the support of this service.',
] as const

const RETRY_SECONDS = 3

export function refusalPage(shown: Shown): Page {
  const { code, reference, detail, waiting, site, tenant, wayBack } = shown
  const [title, what, todo] = WORDS[code] ?? OTHERWISE
  return page({
    status: REFUSALS[code].status,
    title,
    refreshSeconds: waiting && RETRY_SECONDS,
    formsEndAt: wayBack ? [wayBack.endsAt] : [],
    body: html`<p>${what}</p>
      <p>
        ${todo}${reference !== undefined && ' Quote the reference below, by which they find what happened.'}
      </p>
      ${waiting && waitingRows(waiting)}
      ${
        wayBack &&
        html`<form method="post" action="${wayBack.action}">
          <p class="actions">
            <button class="quiet" type="submit">Back to ${site ?? 'where you came from'}</button>
          </p>
        </form>`
      }
      <dl>
        ${
          site !== undefined &&
          html`<dt>Site</dt>
            <dd>${site}</dd>`
        }
        ${
          tenant !== undefined &&
          html`<dt>Organization</dt>
            <dd>${tenant}</dd>`
        }
        ${
          reference !== undefined &&
          html`<dt>Reference</dt>
            <dd><code>${reference}</code></dd>`
        }
        <dt>Code</dt>
        <dd><code>${code}</code></dd>
        ${
          detail !== undefined &&
          html`<dt>Detail</dt>
            <dd>${detail}</dd>`
        }
      </dl>`,
  })
}

function waitingRows({ stage, sinceSeconds, estimateSeconds }: Waiting) {
  return html`<dl role="status">
    <dt>Stage</dt>
    <dd>${stage}</dd>
    <dt>Waiting for</dt>
    <dd>${inWords(sinceSeconds)}</dd>
    <dt>Expected</dt>
    <dd>
      ${
        estimateSeconds === undefined
          ? 'when somebody has seen to it'
          : `in about ${inWords(estimateSeconds)}`
      }
    </dd>
  </dl>`
}

function inWords(seconds: number): string {
  const [amount, unit] =
    seconds < 90
      ? [seconds, 'second']
      : seconds < 5400
        ? [Math.round(seconds / 60), 'minute']
        : [Math.round(seconds / 3600), 'hour']
  return `${amount} ${unit}${amount === 1 ? '' : 's'}`
}
