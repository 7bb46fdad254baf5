import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { gatewayHeaders } from './headers.ts'

const PERSON = { sub: 'idn_1', fqn: 'Acme:nadia', groups: [], roles: [] }
const group = (fqn: string) => ({ id: 'idn_2', fqn, name: fqn })

test('what a directory says is in one header each, and is read back from it', () => {
  const anyText = fc.string({ unit: 'grapheme', maxLength: 60 })
  fc.assert(
    fc.property(
      anyText,
      anyText,
      fc.array(anyText.filter(Boolean), { maxLength: 4 }),
      (fqn, email, groups) => {
        const headers = gatewayHeaders({ ...PERSON, fqn, email, groups: groups.map(group) })

        for (const value of Object.values(headers)) assert.match(value, /^(?! )[\x20-\x7e]*(?<! )$/)
        assert.equal(decodeURIComponent(headers['x-rollcall-fqn'] ?? ''), fqn)
        assert.equal(decodeURIComponent(headers['x-rollcall-email'] ?? ''), email)
        const list = headers['x-rollcall-groups'] ?? ''
        assert.deepEqual(list === '' ? [] : list.split(',').map(decodeURIComponent), groups)
      },
    ),
  )
})

test('a name that breaks a line is one header with the break encoded', () => {
  const { 'x-rollcall-name': name } = gatewayHeaders({ ...PERSON, name: 'A\r\nX-Admin: 1, 100%' })

  assert.equal(name, 'A%0D%0AX-Admin: 1%2C 100%25')
})

test('groups that do not fit are left out whole, and a header says that some are', () => {
  const many = Array.from({ length: 100 }, (_, index) => group(`Acme:${'g'.repeat(40)}${index}`))

  const headers = gatewayHeaders({ ...PERSON, groups: many })

  const told = headers['x-rollcall-groups']?.split(',') ?? []
  assert.deepEqual(
    told,
    many.slice(0, told.length).map(({ fqn }) => fqn),
  )
  assert.ok(told.length > 30 && told.join(',').length <= 2048)
  assert.equal(headers['x-rollcall-truncated'], 'groups')
})

test('every header is there, also where nothing is known', () => {
  assert.deepEqual(gatewayHeaders(PERSON), {
    'x-rollcall-identity': 'idn_1',
    'x-rollcall-fqn': 'Acme:nadia',
    'x-rollcall-name': '',
    'x-rollcall-email': '',
    'x-rollcall-groups': '',
    'x-rollcall-roles': '',
    'x-rollcall-truncated': '',
  })
})
