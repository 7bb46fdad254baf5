import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { TOLD } from './refused-clients.ts'

test('each reason that a client is told is one that there is', () => {
  const files = globSync([
    'node_modules/oidc-provider/lib/**/*.js',
    'node_modules/jose/dist/webapi/util/errors.js',
    'src/signin/{payloads,provider}.ts',
  ])
  const sources = files.map((file) => readFileSync(file, 'utf8')).join('\n')
  const isGiven = (reason: string) =>
    sources.includes(reason) ||
    sources.includes(reason.replace(/^(authorization code|refresh token) /, '${label} '))

  const never = Object.keys(TOLD).filter((reason) => !isGiven(reason))

  assert.deepEqual(never, [], 'the library says it in other words now')
})

test('what a client is told may stand in a header and in JSON as it is (RFC 6749 section 5.2)', () => {
  for (const words of Object.values(TOLD)) assert.match(words, /^[ !#-[\]-~]+$/)
})
