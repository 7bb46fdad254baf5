import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SignIn } from '../signin/index.ts'
import { verdictOfAttempt } from './attempt.ts'
import { refused, type Verdict } from './known.ts'

const AT = '2026-11-02T09:00:00.000Z'
const attempt = (
  change: Partial<SignIn>,
  ...steps: readonly (Readonly<Record<string, unknown>> & { readonly step: string })[]
): SignIn => ({
  ...{ signInId: 'sgn_1', tenantId: 'ten_1', clientId: 'sit_1', connectionId: 'con_1' },
  ...{ identityId: null, outcome: 'refused', code: null, startedAt: new Date(AT), endedAt: null },
  ...change,
  steps: [{ step: 'started' }, ...steps].map((step) => ({ ...step, at: AT })),
})
const CAN: Verdict = {
  canSignIn: true,
  code: null,
  because: 'Active.',
  todo: 'Nothing.',
  act: null,
}

test('a refusal keeps its own code and words, whatever the person can do by now', () => {
  const message = 'Okta:jane is deactivated in the identity provider.'
  const gone = attempt({ code: 'identity_inactive' }, { step: 'refused', message })
  const held = refused('identity_inactive', 'Held.', 'The operator: decide.', 'hold list')
  const paused = refused('fqn_not_found', 'Paused.', 'The operator: go on.', 'sync resume')

  const ways = [undefined, CAN, held, paused].map((now) => verdictOfAttempt(gone, now))

  for (const { canSignIn, code, because } of ways)
    assert.deepEqual([canSignIn, code, because], [false, 'identity_inactive', message])
  assert.deepEqual(
    ways.map(({ todo, act }) => [todo.replace(/customer.*/, '…'), act]),
    [
      ['The …', null],
      ['Nothing any more: Active. Let them sign in again.', null],
      ['The operator: decide.', 'hold list'],
      ['By now it is fqn_not_found: Paused. The operator: go on.', 'sync resume'],
    ],
  )
})

test('what was seen is said beside the message, and what came after the refusal is not', () => {
  const refusal = {
    step: 'refused',
    message: 'It was refused.',
    ...{ check: 'OAUTH_JWT_CLAIM_COMPARISON_FAILED', problem: 'unexpected "aud"' },
  }
  const sentBack = { step: 'sent-back', error: 'access_denied' }

  const { because } = verdictOfAttempt(attempt({ code: 'token_refused' }, refusal, sentBack), CAN)

  assert.equal(
    because,
    'It was refused. The check that failed: OAUTH_JWT_CLAIM_COMPARISON_FAILED: unexpected "aud".',
  )
})

test('who acts is said of a refusal without a message too, and of one that sign-ins seldom meet', () => {
  const suspended = verdictOfAttempt(
    attempt({ code: 'tenant_suspended' }, { step: 'refused' }),
    undefined,
  )
  const rare = verdictOfAttempt(attempt({ code: 'unavailable' }, { step: 'refused' }), undefined)

  assert.deepEqual(
    [suspended.because, suspended.act, rare.todo],
    [
      'It was refused with tenant_suspended.',
      'tenant resume',
      'It is for nobody, then the operator.',
    ],
  )
})

test('whoever is in, or on the way, is not called refused', () => {
  const consented = attempt({ outcome: 'signed-in' }, { step: 'signed-in', administrator: 'ada' })
  const back = attempt({ outcome: 'started' }, { step: 'sent-to-idp' }, { step: 'token-verified' })
  const inactive = refused('identity_inactive', 'Gone.', 'Assign them.')

  assert.equal(verdictOfAttempt(consented, undefined).canSignIn, true)
  assert.equal(verdictOfAttempt(consented, inactive), inactive)
  assert.match(verdictOfAttempt(back, undefined).because, /came back from the identity provider/)
  assert.match(verdictOfAttempt(attempt({ outcome: 'started' }), CAN).because, /was begun/)
})
