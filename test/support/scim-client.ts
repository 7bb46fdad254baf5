/** The least of a SCIM client, for tests that speak to a server and are not about an identity provider. */
import assert from 'node:assert/strict'
import { USER } from './scim.ts'

export type Json = Readonly<Record<string, unknown>>

export interface Answer {
  readonly status: number
  readonly retryAfter: string | null
  readonly etag: string | null
  readonly body: Json
}

export interface ScimAddress {
  readonly baseUrl: string
  readonly token: string
}

/** @throws TypeError when the connection breaks */
export async function call(
  address: ScimAddress | undefined,
  method: string,
  path: string,
  body?: Json,
): Promise<Answer> {
  const response = await fetch(`${address?.baseUrl}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${address?.token}`,
      ...(body && { 'content-type': 'application/scim+json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return {
    status: response.status,
    retryAfter: response.headers.get('retry-after'),
    etag: response.headers.get('etag'),
    body: text === '' ? {} : (JSON.parse(text) as Json),
  }
}

/** @returns the id of the person who was created */
export async function createUser(
  address: ScimAddress,
  user: Json & { readonly userName: string },
): Promise<string> {
  const { status, body } = await call(address, 'POST', '/Users', { schemas: [USER], ...user })
  assert.equal(status, 201, JSON.stringify(body))
  return String(body['id'])
}
