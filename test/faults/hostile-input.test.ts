/**
 * Hostile SCIM: hundreds of requests made up to break something, by a client with a good token.
 *
 * Whatever comes, the answer is in time and no 500, a refusal has a SCIM body that says why and has
 * changed nothing, and another customer's rows stay as they are. The seed is told and repeats a run.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { startApp, type TestApp } from '../support/app.ts'
import { GROUP, hostile, type Hostile, USER } from '../support/hostile-scim.ts'
import { seeded } from '../support/seed.ts'

const ERROR = 'urn:ietf:params:scim:api:messages:2.0:Error'

/** All that a tenant's clients can change, in one line. */
async function fingerprint({ database }: TestApp, tenantId: string): Promise<string> {
  const { rows } = await database.ownerPool.query<{ all: string }>(
    `select md5(coalesce((select string_agg(r::text, ',' order by resource_id) from resource r
                           where tenant_id = $1), '') ||
                coalesce((select string_agg(m::text, ',' order by group_id, member_id) from member m
                           where tenant_id = $1), '')) as all`,
    [tenantId],
  )
  return rows[0]?.all ?? ''
}

test('hostile requests are answered in time, refused in words, and change nothing they may not', async (t) => {
  const app = await startApp(t) // SEC P-2 to P-10, P-15
  const acme = await app.onboard('Acme')
  const birch = await app.onboard('Birch')
  const send = async (
    { baseUrl, token }: { baseUrl: string; token: string },
    { method, path, headers: more, body }: Hostile,
  ) => {
    const response = await fetch(baseUrl + path, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { 'content-type': 'application/scim+json' }),
        ...more,
      },
      ...(body !== undefined && { body }),
      signal: AbortSignal.timeout(5_000),
    })
    return {
      status: response.status,
      type: response.headers.get('content-type'),
      text: await response.text(),
    }
  }
  const create = async (at: typeof acme, path: string, body: object) => {
    const asked = { method: 'POST', path, headers: {}, body: JSON.stringify(body) }
    return String(JSON.parse((await send(at.handover.scim, asked)).text).id)
  }
  const person = { schemas: [USER], userName: 'nadia@acme.example', active: true }
  const ids = {
    '{user}': await create(acme, '/Users', person),
    '{group}': await create(acme, '/Groups', { schemas: [GROUP], displayName: 'Field Ops' }),
    '{other}': await create(birch, '/Users', person),
  }
  const withIds = (text: string) =>
    Object.entries(ids).reduce((filled, [place, id]) => filled.replaceAll(place, id), text)
  const neighbour = await fingerprint(app, birch.tenant.id)
  let before = await fingerprint(app, acme.tenant.id)
  const seen = new Map<number, number>()

  await fc.assert(
    fc.asyncProperty(hostile, async (made) => {
      const asked = { ...made, path: withIds(made.path), body: made.body && withIds(made.body) }
      const { status, text, type } = await send(acme.handover.scim, asked)
      const now = await fingerprint(app, acme.tenant.id)
      seen.set(status, (seen.get(status) ?? 0) + 1)

      assert.ok(status < 500 || status === 501, `${status} ${text}`)
      if (status >= 400) {
        const answer = JSON.parse(text)
        assert.match(type ?? '', /^application\/scim\+json/)
        assert.deepEqual([answer.schemas, answer.status], [[ERROR], String(status)])
        assert.ok(typeof answer.detail === 'string' && answer.detail.length > 10, text)
        assert.doesNotMatch(text, /\bat \w+ \(|node_modules|syntax error at|relation "/)
        assert.equal(now, before, 'a refused request changed something')
      }
      before = now
    }),
    { ...seeded(t), numRuns: 300 },
  )

  assert.equal(await fingerprint(app, birch.tenant.id), neighbour)
  assert.equal(Object.hasOwn(Object.prototype, 'active'), false)
  assert.equal((await fetch(`${app.url}/health/ready`)).status, 200)
  assert.deepEqual(
    app.log.filter((line) => line.includes('http.request.failed')),
    [],
  )
  t.diagnostic(JSON.stringify(Object.fromEntries([...seen].toSorted(([a], [b]) => a - b))))
  for (const status of [200, 400, 404]) assert.ok(seen.has(status), `no ${status} among them`)
})
