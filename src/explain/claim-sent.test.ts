import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SignIn } from '../signin/index.ts'
import type { ClaimTypeMapping } from '../tenants/index.ts'
import { claimSentIn } from './claim-sent.ts'

const AT = '2026-11-02T09:00:00.000Z'
const ISSUER = 'https://acme.okta.example'
const MAPPING: ClaimTypeMapping = {
  ...{ mappingId: 'ctm_1', connectionId: 'con_1', issuer: ISSUER, claimType: 'email' },
  ...{ matches: 'userName', originalIssuer: null, originalIssuerClaim: null, caution: null },
  createdAt: new Date(AT),
}
const OF_BIRCH = { ...MAPPING, originalIssuer: '0oaBirch', originalIssuerClaim: 'idp' }
type Step = Readonly<Record<string, unknown>> & { readonly step: string }

function saw(...steps: readonly Step[]): SignIn {
  return {
    ...{ signInId: 'sgn_1', tenantId: 'ten_1', clientId: 'sit_1', connectionId: 'con_1' },
    ...{ identityId: null, outcome: 'started', code: null, startedAt: new Date(AT), endedAt: null },
    steps: steps.map((step) => ({ issuer: ISSUER, at: AT, ...step })),
  }
}

test('the latest token that was seen says whether the claim comes', () => {
  const had = { step: 'signed-in', claimType: 'email', value: 'jane@acme.example' }
  const bySub = saw(
    { step: 'token-verified', subject: '00u1' },
    { step: 'signed-in', claimType: 'sub', value: '00u1' },
  )
  const without = { step: 'refused', claimType: 'upn', claims: ['iss', 'sub', 'email_verified'] }
  const empty = { step: 'refused', claimType: 'email', claims: ['iss', 'sub', 'email'] }
  const other = { step: 'refused', claimType: 'upn', claims: ['iss', 'email'] }
  const tested = (claims: object) => saw({ step: 'token-verified', claims })
  const cases: [string, readonly SignIn[], boolean | null][] = [
    ['nobody was here', [], null],
    ['it was not asked for', [bySub], null],
    ['it was found', [bySub, saw(had), saw(without)], true],
    ['it is not there any more', [saw(without), saw(had)], false],
    ['it is there, without text', [saw(empty)], false],
    ['it came beside the one that was missed', [saw(other)], true],
    ['a test had it', [tested({ sub: '00u1', email: 'j… (9)' })], true],
    ['a test had it, not as text', [tested({ sub: '00u1', email: 7 })], false],
    ['a token of another issuer', [saw({ ...without, issuer: 'https://else.example' })], null],
    ['one of another original issuer', [saw({ ...without, originalIssuer: '0oaBirch' })], null],
  ]

  for (const [what, signIns, isSent] of cases)
    assert.deepEqual([what, claimSentIn(signIns, MAPPING).isSent], [what, isSent])
  assert.match(claimSentIn([saw(empty)], MAPPING).caution ?? '', /It has iss, sub\.$/)
  assert.match(claimSentIn([], MAPPING).caution ?? '', /not known/)
  assert.equal(claimSentIn([saw(had)], MAPPING).caution, null)
})

test('of people of an original issuer their own tokens say it', () => {
  const refused = { step: 'refused', claims: ['iss', 'idp'] }

  const of = (step: Step) => claimSentIn([saw(step)], OF_BIRCH).isSent

  assert.equal(of(refused), null)
  assert.equal(of({ ...refused, originalIssuer: '0oaElm' }), null)
  assert.equal(of({ ...refused, originalIssuer: '0oaBirch' }), false)
  assert.equal(of({ step: 'token-verified', claims: { idp: '0oaBirch', email: 'j… (9)' } }), true)
})
