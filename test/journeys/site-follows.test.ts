/** A site keeps its own list of people: it reads all of them once, and from then on what happens to them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startWorld, type World } from '../support/world.ts'

interface Read {
  readonly status: number
  readonly body: {
    readonly items: readonly Happened[]
    readonly next: number | null
    readonly error?: { readonly code: string; readonly message: string }
  }
}

interface Happened {
  readonly position: number
  readonly kind: string
  readonly identityId: string
  readonly changes: Readonly<Record<string, unknown>>
}

/** A site that may read, with what the guide says that a site does. */
async function startReader({ admin, tenant }: World) {
  const { authority } = tenant
  const { id, clientSecret } = await admin.createSite({
    tenant: tenant.id,
    name: 'Rota',
    redirectUris: ['https://rota.example/callback'],
    directoryAccess: true,
  })
  const asked = { scope: 'directory.read', resource: `${authority}/directory` }
  const granted = await fetch(`${authority}/connect/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${id}:${clientSecret}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', ...asked }),
  })
  const { access_token: token } = (await granted.json()) as { access_token: string }
  const read = async (path: string, at = authority): Promise<Read> => {
    const headers = { authorization: `Bearer ${token}` }
    const answer = await fetch(`${at}/directory/${path}`, { headers })
    return { status: answer.status, body: (await answer.json()) as Read['body'] }
  }
  return { id, read }
}

// SEC I-1, I-8
test('a site follows what happens to people, in order and once each, and nothing of another tenant', async (t) => {
  const world = await startWorld(t, { kind: 'oin', auth: 'bearer' })
  const { admin, tenant, okta, hire, settle, identityOf } = world
  const birch = await startWorld(t, { kind: 'oin', auth: 'bearer', name: 'Birch', on: world.app })
  const nadia = await hire('Nadia', 'Osei')
  await settle()
  const { id } = await identityOf(nadia)
  const { read } = await startReader(world)
  const latest = (await read('events/latest?limit=1')).body.items[0]?.position ?? 0
  assert.equal(latest, 1)

  await okta.rename(nadia, { login: 'nadia.mensah@acme.example' })
  await settle()
  await birch.hire('Bo', 'Birch')
  await birch.settle()
  await okta.leave(nadia)
  await settle()
  const first = await read(`events?after=${latest}&limit=1`)
  const second = await read(`events?after=${first.body.next}`)

  const told = [...first.body.items, ...second.body.items]
  assert.deepEqual(
    told.map(({ position, identityId }) => [position, identityId]),
    told.map((_, index) => [latest + 1 + index, id]),
  )
  const kinds = told.map(({ kind }) => kind)
  assert.deepEqual([kinds[0], kinds.at(-1)], ['person.renamed', 'person.deactivated'])
  assert.equal(second.body.next, null)
  const last = told.at(-1)?.position ?? 0
  assert.deepEqual((await read(`events?after=${last}`)).body, { items: [], next: null })
  const { items } = await admin.listEvents({ tenant: tenant.id, after: latest })
  assert.deepEqual(told, items, 'as the admin API has them')
  const ahead = await read(`events?after=${last + 1}`)
  assert.deepEqual([ahead.status, ahead.body.error?.code], [409, 'position_ahead'])
  assert.match(ahead.body.error?.message ?? '', new RegExp(`after=${last}\\.`))
  for (const path of ['events', 'events/latest'])
    assert.equal((await read(path, birch.tenant.authority)).status, 401)
})

// SEC F-13
test('a site that may read no more hears of nothing', async (t) => {
  const world = await startWorld(t, { kind: 'oin', auth: 'bearer' })
  const { admin, tenant } = world
  const { id, read } = await startReader(world)
  assert.equal((await read('events')).status, 200)

  await admin.changeSite({ tenant: tenant.id, site: id, directoryAccess: false })

  for (const path of ['events', 'events/latest']) assert.equal((await read(path)).status, 401)
})
