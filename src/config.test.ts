import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigError, readCliConfig, readConfig } from './config.ts'

const problemsOf = (env: Record<string, string>): readonly string[] => {
  try {
    readConfig(env)
    return []
  } catch (error) {
    assert.ok(error instanceof ConfigError)
    return error.problems
  }
}

test('without any setting the server knows what to do', () => {
  const config = readConfig({ HOME: '/root', OTHER_THING: 'x' })

  assert.equal(config.ROLLCALL_PORT, 8080)
  assert.equal(config.ROLLCALL_HOST, '127.0.0.1')
  assert.equal(config.ROLLCALL_PUBLIC_URL, undefined)
  assert.equal(config.ROLLCALL_RATE_LIMITS, true)
  assert.deepEqual(config.ROLLCALL_TRUSTED_PROXIES, [])
})

test('every problem is told at once, and a value is never repeated', () => {
  const problems = problemsOf({
    ROLLCALL_PORT: '80800',
    ROLLCALL_DATABASE_URL: 'hunter2-canary',
    ROLLCALL_ETL_POLL_SECONDS: '0.5',
    ROLLCALL_RATE_LIMITS: 'yes',
    ROLLCALL_PUBLIC_URL: 'http://id.example.com',
    ROLLCALL_PROT: '8080',
    ROLLCALL_ANYTHING_ELSE: '1',
  })

  assert.deepEqual(problems, [
    'ROLLCALL_PROT is not a setting. ROLLCALL_PORT is.',
    'ROLLCALL_ANYTHING_ELSE is not a setting.',
    'ROLLCALL_PORT must be a port number, 0 to 65535.',
    'ROLLCALL_PUBLIC_URL must be an https:// address; http:// is for this machine only.',
    'ROLLCALL_DATABASE_URL must be a PostgreSQL connection string, postgres://user:password@host:5432/database.',
    'ROLLCALL_RATE_LIMITS must be one of on, off.',
    'ROLLCALL_ETL_POLL_SECONDS must be a whole number of seconds, 1 to 3600.',
  ])
})

test('a public URL is https, or http for this machine, and has no path', () => {
  for (const value of ['https://id.example.com', 'http://localhost:8080', 'http://127.0.0.1:1/'])
    assert.deepEqual(problemsOf({ ROLLCALL_PUBLIC_URL: value }), [], value)
  for (const value of [
    'id.example.com',
    'ftp://id.example.com',
    'https://id.example.com/sso',
    'https://id.example.com?x=1',
    'https://me:word@id.example.com',
    'http://localhost.evil.example',
  ])
    assert.equal(problemsOf({ ROLLCALL_PUBLIC_URL: value }).length, 1, value)
})

test('a setting that is set to nothing is as if it were not set', () => {
  assert.equal(readConfig({ ROLLCALL_PORT: '' }).ROLLCALL_PORT, 8080)
})

test('trusted proxies are addresses and networks', () => {
  const config = readConfig({ ROLLCALL_TRUSTED_PROXIES: '10.0.0.0/8, ::1,192.0.2.7' })

  assert.deepEqual(config.ROLLCALL_TRUSTED_PROXIES, ['10.0.0.0/8', '::1', '192.0.2.7'])
  assert.equal(problemsOf({ ROLLCALL_TRUSTED_PROXIES: 'proxy.example' }).length, 1)
})

test("the server knows the command line's settings, and the other way round", () => {
  assert.deepEqual(problemsOf({ ROLLCALL_URL: 'https://id.example.com' }), [])
  const config = readCliConfig({ ROLLCALL_ADMIN_TOKEN: ' rca_x\n', ROLLCALL_LOG_LEVEL: 'loud' })
  assert.equal(config.ROLLCALL_ADMIN_TOKEN, 'rca_x')
})
