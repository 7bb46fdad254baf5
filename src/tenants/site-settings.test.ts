import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { cleanSettings, type SiteSettings } from './site-settings.ts'

const SITE: SiteSettings = {
  name: 'Intranet',
  redirectUris: ['https://intranet.example/cb'],
  postLogoutRedirectUris: [],
  backchannelLogoutUri: null,
  initiateLoginUri: null,
  jwks: null,
  refreshTokens: false,
  jwksUri: null,
  parRequired: false,
  directoryAccess: false,
  gatewayOrigin: null,
}

const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const shortRsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey
const kid = 'one'

test('of the keys of a site the public part is kept', () => {
  const key = ec.publicKey.export({ format: 'jwk' })

  const { jwks } = cleanSettings({ ...SITE, jwks: { keys: [{ ...key, kid, note: 'ours' }] } })

  assert.deepEqual(JSON.parse(jwks ?? ''), { keys: [{ ...key, kid }] })
})

test('a key that is private, secret, weak, nameless or none is refused, with why', () => {
  const publicKey = ec.publicKey.export({ format: 'jwk' })
  for (const [key, why] of [
    [{ ...ec.privateKey.export({ format: 'jwk' }), kid }, /"one" is private or secret/],
    [{ kty: 'oct', k: 'c2VjcmV0', kid }, /is private or secret/],
    [{ ...shortRsa.export({ format: 'jwk' }), kid }, /shorter than 2,048 bits/],
    [publicKey, /has no "kid"/],
    [{ ...publicKey, kid, crv: 'P-521' }, /of no kind taken here/],
    [{ ...publicKey, kid, x: 'AA' }, /not a public key in JWK form/],
    [{ kid }, /of no kind taken here/],
  ] as const)
    assert.throws(() => cleanSettings({ ...SITE, jwks: { keys: [key] } }), why)
})

test('an address that a browser is sent to is https, and exact', () => {
  for (const change of [
    { initiateLoginUri: 'http://intranet.example/login' },
    { initiateLoginUri: 'javascript:alert(1)' },
    { initiateLoginUri: 'https://intranet.example/login#x' },
    { redirectUris: ['https://user@intranet.example/cb'] },
  ])
    assert.throws(() => cleanSettings({ ...SITE, ...change }), { code: 'invalid_input' })
})
