import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startApp } from '../../test/support/app.ts'
import { createTestClock } from '../../test/support/clock.ts'
import { isRefused } from '../../test/support/refused.ts'
import { JPEG, PNG } from '../../test/support/pictures.ts'
import { CARD, contrast, readableOn, textOn } from './colours.ts'
import { rasterOf } from './raster.ts'

test('a picture is known by its bytes', () => {
  assert.deepEqual(rasterOf(PNG), { type: 'image/png', width: 8, height: 4 })
  assert.deepEqual(rasterOf(JPEG), { type: 'image/jpeg', width: 8, height: 4 })

  const none = [
    Buffer.alloc(0),
    PNG.subarray(0, 20),
    JPEG.subarray(0, 30),
    Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'),
    Buffer.from('GIF89a'),
    Buffer.concat([PNG.subarray(0, 16), Buffer.alloc(17)]),
    Buffer.from('ffd8ffff0000ffff0000', 'hex'),
  ]
  for (const bytes of none) assert.equal(rasterOf(bytes), undefined, bytes.toString('hex'))
})

test('contrast is what WCAG says, and whatever cannot be read is moved until it can', () => {
  assert.equal(contrast('#000000', '#ffffff'), 21)
  assert.equal(contrast('#767676', '#ffffff').toFixed(2), '4.54')
  for (const colour of ['#000000', '#ffffff', '#ffcc00', '#1d4ed8', '#ff0000', '#777777']) {
    assert.ok(contrast(colour, textOn(colour)) >= 4.5)
    for (const card of Object.values(CARD))
      assert.ok(contrast(readableOn(card, colour), card) >= 4.5, `${colour} on ${card}`)
  }
  assert.equal(readableOn(CARD.light, '#1d4ed8'), '#1d4ed8')
})

test('a brand is set in part, served, and taken away; what is unreadable or no picture changes nothing', async (t) => {
  const app = await startApp(t, { clock: createTestClock() })
  const { tenant, handover } = await app.onboard('Acme')
  const set = (change: object) => app.admin.changeBranding({ tenant: 'Acme', ...change })
  const logo = PNG.toString('base64')

  await set({ name: 'Acme & Söhne', accent: '#0F766E', logo })
  const shown = await set({ accentDark: '#5eead4' })

  // SEC C-7
  await assert.rejects(set({ name: null, replaces: null }), isRefused('conflict', /Somebody else/))
  const again = await set({ replaces: shown.changedAt })
  await assert.rejects(set({ replaces: shown.changedAt }), isRefused('conflict', /Somebody else/))
  const { changedAt, ...rest } = again
  assert.deepEqual(rest, {
    name: 'Acme & Söhne',
    accent: '#0f766e',
    accentDark: '#5eead4',
    logo: { type: 'image/png', width: 8, height: 4 },
  })
  for (const [change, why] of [
    [{ accent: '#ffcc00' }, /contrast of 1\.\d\d .* cannot be read.*nearest.* #[0-9a-f]{6}/],
    [{ accent: 'red' }, /no colour/],
    [{ accentDark: '#111111' }, /dark accent/],
    [{ name: 'a\u202eb' }, /invisible/],
    [{ logo: Buffer.from('<svg/>').toString('base64') }, /neither a PNG nor a JPEG/],
    [{ logo: Buffer.concat([PNG, Buffer.alloc(131_072)]).toString('base64') }, /scale it down/],
    [{ logo: 'no base64!' }, /logo/],
  ] as const)
    await assert.rejects(set(change), isRefused('invalid_input', why))
  assert.deepEqual(await app.admin.readBranding({ tenant: 'Acme' }), again)
  const brand = (file: string) => fetch(`${handover.client.authority}/brand/${file}`)
  const picture = await brand('logo')
  assert.equal(picture.headers.get('content-type'), 'image/png')
  assert.equal(picture.headers.get('x-content-type-options'), 'nosniff')
  assert.equal(picture.headers.get('content-security-policy'), "default-src 'none'; sandbox")
  assert.deepEqual(Buffer.from(await picture.arrayBuffer()), PNG)
  const style = await (await brand('style.css')).text()
  assert.match(style, /--accent: #0f766e; --on-accent: #ffffff[^]*dark[^]*--accent: #5eead4/)
  const page = await (await fetch(`${handover.client.authority}/connect/authorize`, HTML)).text()
  assert.match(page, new RegExp(`brand/style.css\\?v=${Date.parse(String(changedAt))}"`))
  assert.match(page, /alt="Acme &amp; Söhne" width="8" height="4"/)
  await set({ name: null, accent: null, accentDark: null, logo: null })
  for (const file of ['logo', 'style.css', 'x']) assert.equal((await brand(file)).status, 404)
  const plain = await (await fetch(`${handover.client.authority}/connect/authorize`, HTML)).text()
  assert.match(plain, /<p class="brand">Acme<\/p>/, 'its own name')
  const { rows } = await app.database.ownerPool.query(
    `select count(*)::int as n from audit_log where tenant_id = $1 and act = 'tenants.branding.changed'`,
    [tenant.id],
  )
  assert.deepEqual(rows, [{ n: 4 }])
})

const HTML = { headers: { accept: 'text/html' } }
