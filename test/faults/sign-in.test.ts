/** What happens in the middle of a sign-in: a database that cannot answer for a moment, a person who leaves. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import pg from 'pg'
import type { Batch } from '../../src/db/index.ts'
import { isBatch } from '../support/statements.ts'
import { done, startWorld } from '../support/world.ts'

test('what the identity provider sent is not lost where the database is too slow to say who that is', async (t) => {
  const world = await startWorld(t, { kind: 'oin', auth: 'header' })
  const nadia = await world.hire('Nadia', 'Osei')
  await world.settle()
  const cancelled = cancelOnce(world.app.database.appPool, 'claim-type-mapping-find')

  const { outcome } = await world.signIn(nadia)

  assert.deepEqual([cancelled(), outcome], [true, 'signed-in'])
})

// SEC F-13, R-8
test('whoever is deactivated while the answer is made gets nothing of it, and learns why', async (t) => {
  const world = await startWorld(t, { kind: 'oin', auth: 'header' })
  const nadia = await world.hire('Nadia', 'Osei')
  await world.settle()
  const browser = world.browserOf(nadia)
  // They were looked up, and the answer to the site is being made.
  onceAfter(world.app.database.appPool, 'staged-active-and-not-held', async () => {
    await done(world.provisioning.unassign(nadia))
    await world.settle()
  })

  const attempt = await world.signIn(nadia)

  assert.deepEqual([attempt.outcome, attempt.code], ['refused', 'identity_inactive'])
  assert.equal(attempt.page.status, 403)
  const logged = await world.readSignIn(attempt)
  assert.deepEqual([logged.outcome, logged.code], ['refused', 'identity_inactive'])
  const cookies = browser.cookiesAt(world.app.url).map(({ name }) => name)
  assert.deepEqual(
    cookies.filter((name) => name.includes('session')),
    [],
  )
})

// SEC F-13, R-8
for (const mode of ['query', 'fragment', 'form_post'])
  test(`whoever is deactivated while a silent request is answered is sent back to the site (${mode})`, async (t) => {
    const world = await startWorld(t, { kind: 'oin', auth: 'header' })
    const nadia = await world.hire('Nadia', 'Osei')
    await world.settle()
    const redirectUri = 'https://silent.example/back'
    const { id: clientId } = await world.admin.createSite({
      tenant: world.tenant.id,
      name: 'Silent',
      redirectUris: [redirectUri],
    })
    assert.equal((await world.signIn(nadia)).outcome, 'signed-in')
    const cookie = world
      .browserOf(nadia)
      .cookiesAt(world.app.url)
      .map(({ name, value }) => `${name}=${value}`)
    onceAfter(world.app.database.appPool, 'staged-active-and-not-held', async () => {
      await done(world.provisioning.unassign(nadia))
      await world.settle()
    })
    const asked = new URLSearchParams({
      ...{ client_id: clientId, redirect_uri: redirectUri, response_type: 'code', scope: 'openid' },
      ...{ prompt: 'none', state: 'st', response_mode: mode },
      ...{ code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM' },
      code_challenge_method: 'S256',
    })

    const answer = await fetch(`${world.tenant.authority}/connect/authorize?${asked}`, {
      redirect: 'manual',
      headers: { cookie: cookie.join('; '), accept: 'text/html' },
    })

    const { to, said } = await answeredIn(mode, answer)
    assert.equal(to, redirectUri)
    assert.deepEqual(
      ['error', 'state', 'iss', 'code'].map((name) => said.get(name)),
      ['login_required', 'st', world.tenant.authority, null],
    )
    assert.equal(answer.headers.get('set-cookie'), null)
    const [, reference = ''] = /(sgn_\w+)/.exec(said.get('error_description') ?? '') ?? []
    const { items } = await world.admin.listSignIns({ tenant: world.tenant.id, limit: 1 })
    const { id, outcome, code } = items[0] ?? {}
    assert.deepEqual([id, outcome, code], [reference, 'refused', 'identity_inactive'])
  })

/** Where the browser takes what the site hears, and what that is. */
async function answeredIn(mode: string, answer: Response) {
  if (mode === 'form_post') {
    const page = await answer.text()
    const inputs = page.matchAll(/type="hidden" name="([^"]*)" value="([^"]*)"/g)
    const said = new Map([...inputs].map(([, name = '', value = '']) => [name, value]))
    const to = /<form method="post" action="([^"]*)"/.exec(page)?.[1]
    return { to, said: { get: (name: string) => said.get(name) ?? null } }
  }
  assert.equal(answer.status, 303)
  const { origin, pathname, search, hash } = new URL(answer.headers.get('location') ?? '')
  const said = new URLSearchParams(mode === 'query' ? search : hash.slice(1))
  return { to: `${origin}${pathname}`, said }
}

/** Once, before the answer to the next statement of that name is heard. */
function onceAfter(pool: pg.Pool, name: string, act: () => Promise<void>): void {
  let isDone = false
  pool.on('acquire', (client) => {
    const query = client.query.bind(client) as (...asked: unknown[]) => unknown
    client.query = ((...asked: unknown[]) => {
      const batch = batchWith(asked, name)
      if (batch !== undefined && !isDone) {
        isDone = true
        const { resolve } = batch.answer
        batch.answer.resolve = (rows) => void act().then(() => resolve(rows))
      }
      return query(...asked)
    }) as typeof client.query
  })
}

/** The next statement of that name is cancelled, as after too long a time. @returns whether it was */
function cancelOnce(pool: pg.Pool, name: string): () => boolean {
  let isDone = false
  const tooLate = Object.assign(new pg.DatabaseError('canceling statement', 0, 'error'), {
    code: '57014',
  })
  pool.on('acquire', (client) => {
    const query = client.query.bind(client) as (...asked: unknown[]) => unknown
    client.query = ((...asked: unknown[]) => {
      const batch = batchWith(asked, name)
      if (batch === undefined || isDone) return query(...asked)
      isDone = true
      return batch.answer.reject(tooLate)
    }) as typeof client.query
  })
  return () => isDone
}

function batchWith([asked]: readonly unknown[], name: string): Batch | undefined {
  const has = isBatch(asked) && asked.statements.some((statement) => statement.name === name)
  return has ? asked : undefined
}
