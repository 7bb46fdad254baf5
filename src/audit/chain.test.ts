import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import type { TenantId } from '../lib/index.ts'
import { BEGINNING, brokenAt, hashOf, type Link, type LinkedRow } from './chain.ts'

const ACME: TenantId = 'ten_acme'

function entryOf(before: Link, details: Record<string, unknown> = {}): LinkedRow {
  const entry = {
    ...{ audit_id: 'aud_1', actor: 'key:abc', act: 'tenants.site.created', object: 'sit_1' },
    ...{ outcome: 'done' as const, address: '198.51.100.7', request_id: 'req_1', details },
    happened_at: new Date('2026-01-02T03:04:05.678Z'),
  }
  return { ...entry, position: before.position + 1, hash: hashOf(ACME, before, entry) }
}

test('the hash of an entry is of the JSON text that the reference gives', () => {
  const first = entryOf(BEGINNING, { b: [{ d: 1, c: null }], a: 'ü' })
  const second = entryOf(first)

  const text =
    '["rollcall-audit-1","ten_acme",1,"","aud_1","key:abc","tenants.site.created","sit_1","done",' +
    '"198.51.100.7","req_1","2026-01-02T03:04:05.678Z",{"a":"ü","b":[{"c":null,"d":1}]}]'
  assert.equal(first.hash.toString('hex'), createHash('sha256').update(text).digest('hex'))
  assert.equal(brokenAt(ACME, BEGINNING, first), undefined)
  assert.equal(brokenAt(ACME, first, second), undefined)
})

test('whatever of an entry is changed breaks the chain there', () => {
  // SEC G-2
  const entry = entryOf(BEGINNING, { before: 1 })

  for (const change of [
    ...[{ actor: 'key:abd' }, { act: 'tenants.site.removed' }, { object: 'sit_2' }],
    ...[{ outcome: 'refused' }, { address: null }, { request_id: 'req_2' }, { audit_id: 'aud_2' }],
    ...[{ happened_at: new Date('2026-01-02T03:04:05.679Z') }, { details: { before: 2 } }],
    { hash: hashOf('ten_birch', BEGINNING, entry) },
  ] as Partial<LinkedRow>[]) {
    const broken = brokenAt(ACME, BEGINNING, { ...entry, ...change })

    const auditId = change.audit_id ?? 'aud_1'
    assert.deepEqual(broken, { position: 1, auditId, problem: 'altered' }, JSON.stringify(change))
  }
})

test('where an entry is taken away the chain is broken, at its position', () => {
  const first = entryOf(BEGINNING)
  const second = entryOf(first)
  const third = entryOf(second)

  assert.deepEqual(brokenAt(ACME, first, third), {
    ...{ position: 2, auditId: null, problem: 'missing' },
  })
  assert.deepEqual(brokenAt(ACME, first, { ...third, position: 2 }), {
    ...{ position: 2, auditId: 'aud_1', problem: 'altered' },
  })
})
