import assert from 'node:assert/strict'
import { test } from 'node:test'
import { networkOf } from './network.ts'

// SEC C-5, L-1
test('all addresses of one line are one: of IPv6 the first 64 bits, of IPv4 the address', () => {
  const same = {
    '2001:db8:1:2::1': '2001:db8:1:2::/64',
    '2001:DB8:1:2:ffff:ffff:ffff:ffff': '2001:db8:1:2::/64',
    '2001:0db8:0001:0002:0:0:0:1': '2001:db8:1:2::/64',
    '2001:db8:1:3::1': '2001:db8:1:3::/64',
    '2001:db8::1': '2001:db8:0:0::/64',
    '::1': '0:0:0:0::/64',
    '64:ff9b::192.0.2.1': '64:ff9b:0:0::/64',
    'fe80::1%eth0': 'fe80:0:0:0::/64',
    '::ffff:192.0.2.7': '192.0.2.7',
    '192.0.2.7': '192.0.2.7',
    ten_abc: 'ten_abc',
  }

  for (const [address, network] of Object.entries(same)) assert.equal(networkOf(address), network)
})
