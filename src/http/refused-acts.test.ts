import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startApp } from '../../test/support/app.ts'
import { ApiError, createClient } from '../contract/index.ts'

test('what somebody is refused is in the audit log of theirs, with what they asked and from where', async (t) => {
  const { admin, url, onboard } = await startApp(t) // SEC G-2, C-2
  const { tenant } = await onboard('Acme')
  const { tenant: birch } = await onboard('Birch')
  const { key: token, id } = await admin.createKey({
    ...{ tenant: tenant.id, name: 'reader', role: 'tenant-viewer' },
  })
  const reader = createClient({ url, token })
  const refusedWith = (code: string) => (error: unknown) =>
    error instanceof ApiError && error.code === code
  const { key: ofOwn, id: ownId } = await admin.createKey({
    ...{ tenant: tenant.id, name: 'own', role: 'tenant-admin' },
  })
  const own = createClient({ url, token: ofOwn })
  const site = { tenant: tenant.id, name: 'Own', redirectUris: ['https://own.example/cb'] }
  const wrong = createClient({ url, token: 'rca_wrong' })

  await assert.rejects(reader.createSite(site), refusedWith('not_permitted'))
  await assert.rejects(reader.readTenant({ tenant: birch.id }), refusedWith('not_found'))
  await assert.rejects(reader.readSite({ tenant: tenant.id, site: 'sit_x' }), ApiError)
  await assert.rejects(own.createSite(site), refusedWith('not_permitted'))
  await assert.rejects(wrong.listTenants({}), refusedWith('not_authenticated'))

  const refusedIn = (items: Awaited<ReturnType<typeof reader.listAudit>>['items']) =>
    items
      .filter(({ outcome }) => outcome === 'refused')
      .map(({ actor, object, details, address }) =>
        [actor, object, details['code'], address].join(' '),
      )
      .toSorted((a, b) => a.localeCompare(b))
  assert.deepEqual(refusedIn((await admin.listAudit({ tenant: tenant.id })).items), [
    ...[
      `key:${id} createSite not_permitted 127.0.0.1`,
      `key:${id} readTenant not_found 127.0.0.1`,
      `key:${ownId} createSite not_permitted 127.0.0.1`,
    ].toSorted((a, b) => a.localeCompare(b)),
  ])
  assert.deepEqual(refusedIn((await admin.listAudit({ tenant: birch.id })).items), [])
  assert.deepEqual(refusedIn((await admin.listPlatformAudit({})).items), [
    'visitor:127.0.0.1 listTenants not_authenticated 127.0.0.1',
  ])
})
