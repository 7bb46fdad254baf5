import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Progress } from '../etl/index.ts'
import type { Identity } from '../identity/index.ts'
import type { StagedPerson } from '../sync/index.ts'
import type { ClaimTypeMapping, Connection } from '../tenants/index.ts'
import type { Known } from './known.ts'
import { verdictOf } from './verdict.ts'

const AT = new Date('2026-11-02T09:00:00Z')
const ISSUER = 'https://acme.okta.example'
const connection: Connection = {
  tenantId: 'ten_1',
  connectionId: 'con_1',
  name: 'Okta',
  kind: 'okta',
  label: 'Okta',
  issuer: ISSUER,
  clientId: 'c',
  hasClientSecret: true,
  authentication: 'client_secret',
  internalHosts: [],
  disabledAt: null,
  createdAt: AT,
  changedAt: AT,
}
const mapping: ClaimTypeMapping = {
  mappingId: 'ctm_1',
  connectionId: 'con_1',
  issuer: ISSUER,
  claimType: 'sub',
  matches: 'externalId',
  originalIssuer: null,
  originalIssuerClaim: null,
  caution: null,
  createdAt: AT,
}
const staged: StagedPerson = {
  resourceId: 'usr_1',
  connectionId: 'con_1',
  userName: 'jane',
  externalId: '00u1',
  active: true,
  version: 1,
  createdAt: AT,
  modifiedAt: AT,
}
const identity: Identity = {
  identityId: 'idn_1',
  connectionId: 'con_1',
  resourceId: 'usr_1',
  kind: 'person',
  state: 'active',
  label: 'Okta',
  name: 'jane',
  fqn: 'Okta:jane',
  externalId: '00u1',
  displayName: null,
  givenName: null,
  familyName: null,
  email: null,
  locale: null,
  properties: {},
  managerResourceId: null,
  joinedTo: null,
  joinedFrom: [],
  sourceState: null,
  createdAt: AT,
  changedAt: AT,
  erasedAt: null,
}
const progress: Progress = {
  pausedReason: null,
  waiting: 0,
  oldestWaitingAt: null,
  quarantined: [],
  heldAt: null,
  keptAt: null,
  hasLeft: false,
}
const aside = {
  resourceId: 'usr_1',
  memberId: null,
  connectionId: 'con_1',
  reason: 'Its name is empty.',
  tries: 5,
  requestId: 'req_1',
  writtenAt: AT,
  quarantinedAt: AT,
  skipped: null,
} as const
const good: Known = {
  tenant: { suspendedAt: null },
  connection,
  others: [],
  mappings: [mapping],
  staged,
  identity,
  sources: [],
  progress,
  alike: new Map([['con_1', [identity]]]),
}

test('whoever was erased is said to be, whatever else is missing', () => {
  const erased: Identity = { ...identity, state: 'deleted', erasedAt: AT }
  const known = { ...good, identity: erased, staged: undefined }
  const bare = { ...connection, issuer: null }

  for (const one of [
    known,
    { ...known, connection: bare },
    { ...known, tenant: { suspendedAt: AT } },
  ])
    assert.match(verdictOf(one).because, /was erased on /)
})

test('somebody who is active and mapped can sign in', () => {
  assert.deepEqual(verdictOf(good), {
    canSignIn: true,
    code: null,
    because: `Okta:jane is active and found by the mapping of ${ISSUER}.`,
    todo: 'Nothing. If they are refused all the same, ask them for the reference on the page.',
    act: null,
  })
})

test('each thing that stands in the way is named with its code and who acts', () => {
  const paused = { ...progress, pausedReason: 'maintenance', waiting: 1, oldestWaitingAt: AT }
  const cases: [string, Partial<Known>, string | null, RegExp][] = [
    ['suspended', { tenant: { suspendedAt: AT } }, 'tenant_suspended', /tenant resume/],
    [
      'disabled',
      { connection: { ...connection, disabledAt: AT } },
      'connection_not_ready',
      /enable/,
    ],
    [
      'no OIDC',
      { connection: { ...connection, issuer: null } },
      'connection_not_ready',
      /set-oidc/,
    ],
    [
      'no secret',
      { connection: { ...connection, hasClientSecret: false } },
      'connection_not_ready',
      /set-oidc/,
    ],
    ['no mapping', { mappings: [] }, 'claim_type_mapping_not_found', /mapping create/],
    [
      'a mapping of another issuer',
      { mappings: [{ ...mapping, issuer: 'https://else.example' }] },
      'claim_type_mapping_not_found',
      /mapping create/,
    ],
    ['paused', { identity: undefined, progress: paused }, 'fqn_not_found', /sync resume/],
    [
      'set aside',
      { identity: undefined, progress: { ...progress, quarantined: [aside] } },
      'fqn_not_found',
      /sync retry/,
    ],
    [
      'left out',
      {
        identity: undefined,
        progress: {
          ...progress,
          quarantined: [{ ...aside, skipped: { at: AT, reason: 'A test account.' } }],
        },
      },
      'fqn_not_found',
      /sync retry/,
    ],
    [
      'deactivated',
      { identity: { ...identity, state: 'inactive' }, staged: { ...staged, active: false } },
      'identity_inactive',
      /reactivate/,
    ],
    [
      'inactive by a rule',
      { identity: { ...identity, state: 'inactive' } },
      'identity_inactive',
      /that rule is right.*rule show/,
    ],
    [
      'deleted',
      { identity: { ...identity, state: 'deleted' }, staged: undefined },
      'identity_inactive',
      /assign or reactivate/,
    ],
    [
      'no externalId',
      { identity: { ...identity, externalId: null }, staged: { ...staged, externalId: null } },
      'user_not_found',
      /send externalId/,
    ],
    [
      'deactivated, not loaded',
      {
        staged: { ...staged, active: false },
        progress: { ...progress, waiting: 1, hasLeft: true },
      },
      'identity_inactive',
      /assign or reactivate/,
    ],
    [
      'held, with access cut',
      { progress: { ...progress, heldAt: AT, hasLeft: true } },
      'identity_inactive',
      /release or discard them\. hold list/,
    ],
    [
      'two who answer to one claim',
      { alike: new Map([['con_1', [identity, { ...identity, identityId: 'idn_3' }]]]) },
      'identity_ambiguous',
      /deactivate all but one/,
    ],
    ['nobody', { identity: undefined, staged: undefined }, 'user_not_found', /Provision User/],
  ]

  for (const [what, change, code, todo] of cases) {
    const verdict = verdictOf({ ...good, ...change })

    assert.deepEqual([what, verdict.canSignIn, verdict.code], [what, false, code])
    assert.match(`${verdict.todo} ${verdict.act}`, todo, what)
    assert.ok(verdict.because.length > 10, what)
  }
})

test('what only waits is loaded by the sign-in itself, and is no reason', () => {
  const waiting = { ...progress, waiting: 1, oldestWaitingAt: AT }

  assert.ok(verdictOf({ ...good, identity: undefined, progress: waiting }).canSignIn)
  assert.ok(
    verdictOf({ ...good, identity: { ...identity, state: 'inactive' }, progress: waiting })
      .canSignIn,
    'a reactivation that is under way',
  )
})

test('somebody who should be out and is held by the brake is told as such', () => {
  const held = { ...good, progress: { ...progress, heldAt: AT } }
  const verdict = verdictOf({ ...held, staged: { ...staged, active: false } })

  assert.ok(verdict.canSignIn)
  assert.match(verdict.because, /^Okta:jane has left in the identity provider, and the brake holds/)
  assert.match(
    verdictOf(held).because,
    /^Okta:jane is to be inactive by the rule for active of Okta, and the brake holds/,
  )
  assert.match(verdict.todo, /release or discard/)
  assert.equal(verdict.act, 'hold list')
})

test('somebody who should be out and is kept by a decision is told as such', () => {
  const verdict = verdictOf({
    ...good,
    staged: { ...staged, active: false },
    progress: { ...progress, keptAt: AT },
  })

  assert.ok(verdict.canSignIn)
  assert.match(verdict.because, /^Okta:jane has left .* is kept all the same, since 2026-11-02/)
  assert.match(verdict.todo, /release them/)
  assert.equal(verdict.act, 'hold list')
})

test('a pause does not matter to somebody who is loaded', () => {
  const paused = { ...progress, pausedReason: 'maintenance', waiting: 1, oldestWaitingAt: AT }

  assert.ok(verdictOf({ ...good, progress: paused }).canSignIn)
})

test('a change that is held up matters to a sign-in where it is of what the mapping compares', () => {
  const paused = { ...progress, pausedReason: 'maintenance', waiting: 1, oldestWaitingAt: AT }
  const byName = [{ ...mapping, matches: 'userName' }] as const
  const cases: [string, Partial<Known>, boolean][] = [
    ['a rename, by externalId', { staged: { ...staged, userName: 'jane.doe' } }, true],
    ['another externalId', { staged: { ...staged, externalId: '00u2' } }, false],
    [
      'a rename, by userName',
      { mappings: byName, staged: { ...staged, userName: 'jane.doe' } },
      false,
    ],
    [
      'letter case, by userName',
      { mappings: byName, staged: { ...staged, userName: 'Jane' } },
      true,
    ],
  ]

  for (const [what, change, canSignIn] of cases) {
    const verdict = verdictOf({ ...good, progress: paused, ...change })

    assert.deepEqual([what, verdict.canSignIn], [what, canSignIn])
  }
})

test('whom a rule makes inactive is not said to be deactivated in the identity provider', () => {
  const verdict = verdictOf({ ...good, identity: { ...identity, state: 'inactive' } })

  assert.equal(
    verdict.because,
    'Okta:jane is active in the identity provider, and made inactive by the rule for active of Okta.',
  )
})

test('who is one person at several connections comes in through any that lets them, and of each other it says why not', () => {
  const labs = { ...connection, connectionId: 'con_2', label: 'Labs' } as const
  const ofLabs = { ...mapping, mappingId: 'ctm_2', connectionId: 'con_2' } as const
  const atLabs: Identity = {
    ...{ ...identity, identityId: 'idn_2', connectionId: 'con_2', resourceId: 'usr_2' },
    ...{ state: 'joined', joinedTo: 'idn_1', sourceState: 'active' },
  }
  const person = { ...identity, joinedFrom: ['idn_2'], sourceState: 'active' } as const
  const joined: Known = {
    ...good,
    ...{ identity: person, sources: [person, atLabs], others: [labs], mappings: [mapping, ofLabs] },
  }
  const unset = { ...connection, issuer: null }
  const through = (label: string) =>
    `Through ${label}: Okta:jane is active and found by the mapping of ${ISSUER}.`
  const cases: [Partial<Known>, string | null, string][] = [
    [{}, null, through('Okta')],
    [
      { connection: unset },
      null,
      `${through('Labs')} Not through Okta: The connection con_1 has no OpenID Connect application yet.`,
    ],
    [
      { mappings: [mapping] },
      null,
      `${through('Okta')} Not through Labs: No claim type mapping stands for the issuer ${ISSUER} of con_2.`,
    ],
    [
      { sources: [person, { ...atLabs, externalId: null }] },
      null,
      `${through('Okta')} Not through Labs: The mapping compares the claim "sub" with externalId, and this person has none.`,
    ],
    [
      // What is set aside of the other source changes nothing about who is found.
      {
        ...{ connection: labs, others: [connection] },
        staged: { ...staged, resourceId: 'usr_2', connectionId: 'con_2', userName: 'jane.b' },
        sources: [person, { ...atLabs, name: 'jane.b' }],
        progress: { ...progress, quarantined: [{ ...aside, resourceId: 'usr_2' }] },
      },
      null,
      through('Labs'),
    ],
    [
      { connection: unset, others: [{ ...labs, disabledAt: AT }] },
      'connection_not_ready',
      'Not through Okta: The connection con_1 has no OpenID Connect application yet. Not through Labs: The connection con_2 is disabled.',
    ],
    [
      {
        connection: unset,
        identity: { ...person, state: 'inactive', sourceState: 'inactive' },
        staged: { ...staged, active: false },
      },
      'identity_inactive',
      'Okta:jane is deactivated in the identity provider.',
    ],
  ]

  for (const [change, code, because] of cases) {
    const verdict = verdictOf({ ...joined, ...change })

    assert.deepEqual(
      [verdict.canSignIn, verdict.code, verdict.because],
      [code === null, code, because],
    )
  }
})
