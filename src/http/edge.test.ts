import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bearerOf } from './authenticate.ts'
import { checkPath } from './canonical-path.ts'

const read = (values: readonly string[], query = '', bare = true) =>
  bearerOf(
    {
      headers: { authorization: values[0] },
      rawHeaders: values.flatMap((value) => ['Authorization', value]),
      query,
    },
    { bare },
  )

test('a token is read from one Authorization header, its scheme in any case or left out', () => {
  assert.equal(read(['Bearer rcs_x']), 'rcs_x') // SEC T-4
  assert.equal(read(['bEARER   rcs_x ']), 'rcs_x')
  assert.equal(read(['rcs_x']), 'rcs_x')
  assert.equal(read(['rcs_x'], '', false), undefined)
})

test('another scheme, two headers, more words or a token in the URL are no credential', () => {
  assert.equal(read([]), undefined) // SEC T-4
  assert.equal(read(['Basic rcs_x']), undefined)
  assert.equal(read(['Bearer rcs_x extra']), undefined)
  assert.equal(read(['Bearer rcs_x', 'Bearer rcs_x']), undefined)
  assert.equal(read(['Bearer rcs_x'], 'access_token=rcs_x'), undefined)
  assert.equal(read(['Bearer rcs_x'], 'count=1&access_token=rcs_x'), undefined)
})

test('a path has one spelling; any other is refused', () => {
  const plain = ['/scim/v2/con_x/Users', '/scim/v2/con_x/Users/a.b', '/scim/v2/con_x/Users/%C3%A9']
  const odd = [
    '/scim//v2/con_x/Users',
    '/scim/v2/../admin/v1/tenants',
    '/scim/v2/%2e%2E/admin',
    '/scim/v2/./con_x',
    '/scim/v2/con_x%2fUsers',
    '/scim/v2/con_x%5CUsers',
    '/scim/v2/con_x\\Users',
    '/scim/v2/con_x/%2555sers',
    '/scim/v2/con_x/%00',
    '/scim/v2/con_x/%',
    '/scim/v2/con_x/%zz',
  ]

  for (const path of plain) checkPath(path) // SEC P-1
  for (const path of odd) assert.throws(() => checkPath(path), /plain form/, path)
})
