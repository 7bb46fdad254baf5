/** One connection, and what is asked again when it changes. */
import { queryOptions } from '@tanstack/react-query'
import { api, type Reply } from './api.ts'
import type { Connection } from './tenants.ts'

export type OneConnection = Reply<'readConnection'>
export interface OfConnection {
  readonly tenant: string
  readonly connection: OneConnection
}

export const connectionQuery = (tenant: string, connection: string) =>
  queryOptions({
    queryKey: ['connection', tenant, connection],
    queryFn: () => api.readConnection({ tenant, connection: connection as Connection['id'] }),
  })

/** The keys of what shows a connection of a tenant. */
export const connectionsChange = (tenant: string) => [
  ['tenant', tenant],
  ['connection', tenant],
]

/** Whether people can be sent to its identity provider. */
export function isSignInSetUp(connection: Connection): boolean {
  const { issuer, hasClientSecret, authentication } = connection
  return issuer !== null && (hasClientSecret || authentication === 'private_key_jwt')
}
