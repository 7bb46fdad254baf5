import assert from 'node:assert/strict'
import { test } from 'node:test'
import { innerHost, reachesInner } from './inner-network.ts'

// SEC X-3
test('what may be allowed is a host name, or an address or range that is private as a whole', () => {
  const kept = [
    ...['idp.corp.example', 'idp', '10.1.2.3', '10.0.0.0/8', '172.16.5.0/24', '192.168.1.0/32'],
    ...['100.64.0.0/10', 'fd12:3456::1', 'fd12:3456::/32'],
  ]
  const refused = [
    ...['', ' ', 'https://idp.corp.example', 'idp.corp.example:8443', 'idp/24', '-idp', 'a..b'],
    ...['1.1.1.1', '0.0.0.0/0', '10.0.0.0/7', '172.16.0.0/11', '10.0.0.0/33', '10.0.0.0/8/8'],
    ...['10.0.0.0/x', '10.0.0.0/', '10.1', '127.0.0.1', '127.0.0.0/8', '169.254.169.254', '::1'],
    ...['fe80::1', '::/0', 'fc00::/6', 'fd00::/129', '2606:4700::1111', '::ffff:10.0.0.1'],
    ...['*.corp.example', 'x'.repeat(64), '10.0.0.1,10.0.0.2'],
  ]

  assert.deepEqual(kept.map(innerHost), kept)
  assert.deepEqual(
    refused.filter((text) => innerHost(text) !== undefined),
    [],
  )
  assert.equal(innerHost(' IdP.Corp.Example '), 'idp.corp.example')
})

// SEC X-3
test('what is allowed leads to private addresses of that host or range, and to nothing else', () => {
  const allowed = ['idp.corp.example', '10.1.0.0/16', 'fd12::1']
  const reached = [
    ['idp.corp.example', '192.168.7.7'],
    ['IDP.corp.example', 'fd99::9'],
    ['elsewhere.example', '10.1.2.3'],
    ['10.1.255.255', '10.1.255.255'],
    ['any', 'fd12::1'],
  ] as const
  const notReached = [
    ['other.corp.example', '192.168.7.7'],
    ['evil-idp.corp.example', '192.168.7.7'],
    ['elsewhere.example', '10.2.0.1'],
    ['any', 'fd12::2'],
    ['idp.corp.example', '127.0.0.1'],
    ['idp.corp.example', '169.254.169.254'],
    ['idp.corp.example', '100.100.100.200'],
    ['idp.corp.example', 'fd00:ec2::254'],
    ['idp.corp.example', '::1'],
    ['idp.corp.example', '0.0.0.0'],
    ['any', '::ffff:10.1.2.3'],
  ] as const

  const may = ([host, address]: readonly [string, string]) => reachesInner(allowed, host, address)
  assert.deepEqual(
    reached.filter((each) => !may(each)),
    [],
  )
  assert.deepEqual(notReached.filter(may), [])
  assert.equal(reachesInner([], '10.1.2.3', '10.1.2.3'), false)
})
