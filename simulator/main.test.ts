import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url))

function start(...options: string[]) {
  const child = spawn(process.execPath, [MAIN, ...options], { stdio: ['ignore', 'pipe', 'pipe'] })
  const said = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk: Buffer) => (said.stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (said.stderr += chunk.toString()))
  return { child, said }
}

test('a simulated Okta started by itself says where it listens, answers there, and ends when told', async (t) => {
  const { child, said } = start('--domain', 'beta.example', '--port', '0', '--people', '3')
  t.after(() => child.kill('SIGKILL'))
  while (!said.stdout.includes('\n')) await once(child.stdout, 'data')

  const url = /^listening (http:\/\/127\.0\.0\.1:\d+)\n$/.exec(said.stdout)?.[1] ?? ''
  const discovery = await fetch(`${url}/.well-known/openid-configuration`)
  const { issuer } = (await discovery.json()) as { issuer: string }
  const told = await fetch(`${url}/sim/api`)
  const { people } = (await told.json()) as { people: number }
  const page = await (await fetch(`${url}/sim`)).text()
  child.kill('SIGTERM')
  const [code] = await once(child, 'exit')

  assert.equal(issuer, url)
  assert.equal(people, 3)
  assert.match(page, /beta\.example/)
  assert.equal(code, 0)
  // Nothing else is printed: no notices of the libraries.
  assert.deepEqual(said, { stdout: `listening ${url}\n`, stderr: '' })
})

test('a port or a number of people that is none is refused with exit 2, both at once', async () => {
  const { child, said } = start('--port', 'high', '--people', 'many')

  const [code] = await once(child, 'close')

  assert.equal(code, 2)
  assert.match(said.stderr, /--port must be a whole number/)
  assert.match(said.stderr, /--people must be a whole number/)
})
