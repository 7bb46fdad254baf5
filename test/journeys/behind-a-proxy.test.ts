/** The server behind a proxy that is set up by the example of the guide: what passes, and whose address is believed. */
import assert from 'node:assert/strict'
import { request } from 'node:http'
import { test } from 'node:test'
import { freePort } from '../../src/free-port.ts'
import { startApp } from '../support/app.ts'
import { FRONTS, having, startProxy } from '../support/proxies.ts'

const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group'

/** The status of a GET by a client at another address of this machine. */
function askFrom(localAddress: string, url: string, headers: Record<string, string>) {
  return new Promise<number | undefined>((resolve, reject) => {
    request(url, { localAddress, headers }, (answer) => {
      answer.resume().on('end', () => resolve(answer.statusCode))
    })
      .on('error', reject)
      .end()
  })
}

for (const front of FRONTS) {
  // SEC G-5
  test(
    `behind ${front.name} what is for the world is reached, nothing else is, and each client has its own address`,
    having(front),
    async (t) => {
      const origin = `http://127.0.0.1:${await freePort('127.0.0.1')}`
      const { url, admin, onboard } = await startApp(t, {
        config: {
          ROLLCALL_PUBLIC_URL: origin,
          ROLLCALL_TRUSTED_PROXIES: ['127.0.0.1'],
          ROLLCALL_METRICS: true,
        },
      })
      await startProxy(t, front, { origin, siteUrl: url, gatewayUrl: url })
      const { tenant, connection, handover } = await onboard('acme')
      const statusOf = async (path: string) => (await fetch(`${origin}${path}`)).status

      // 503 as long as nobody has built the console.
      for (const path of ['/console', '/console/people', '/setup'])
        assert.notEqual(await statusOf(path), 404, path)
      assert.equal(await statusOf('/admin/v1/session/ways'), 200)
      assert.equal(await statusOf(`/t/${tenant.id}/.well-known/openid-configuration`), 200)
      for (const path of ['/metrics', '/health/ready', '/tx', '/'])
        assert.equal(await statusOf(path), 404, path)

      const { baseUrl, token } = handover.scim
      const authorization = `Bearer ${token}`
      const headers = { authorization, 'x-forwarded-for': '203.0.113.9' }
      assert.equal(await askFrom('127.0.0.9', `${baseUrl}/Users`, headers), 200)
      const tokens = await admin.listTokens({ tenant: tenant.id, connection: connection.id })
      assert.equal(tokens.items[0]?.lastUsedFrom, '127.0.0.9')

      const long = await fetch(`${baseUrl}/Groups`, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/scim+json' },
        body:
          JSON.stringify({ schemas: [GROUP], displayName: 'All' }) + ' '.repeat(7 * 1024 * 1024),
      })
      assert.equal(long.status, 201)
    },
  )
}
