/** What of the inner network a connection may reach: nothing, unless an operator allows it (SEC X-3). */
import {
  type Actor,
  type ConnectionId,
  innerHost,
  laterThan,
  Refusal,
  type TenantId,
} from '../lib/index.ts'
import { changeConnection, lockConnection, presentConnection } from './connection-rows.ts'
import type { Connection, Given } from './types.ts'

export function createInternalHosts({ db, audit, clock }: Given) {
  return {
    /**
     * What its identity provider may be at, beyond the public internet: an operator's decision, since whoever
     * sets up a connection chooses where we connect to (SEC X-3). It holds from the next request on.
     * @throws Refusal `invalid_input` naming what cannot be allowed; `conflict` where the connection was changed
     *         since it was read (SEC C-7)
     */
    async setInternalHosts(
      actor: Actor,
      tenantId: TenantId,
      connectionId: ConnectionId,
      texts: readonly string[],
      replaces?: Date,
    ): Promise<Connection> {
      const hosts = [...new Set(texts.map(cleanInnerHost))].toSorted()
      return db.inTenant(tenantId, async (trx) => {
        const before = await lockConnection(trx, tenantId, connectionId, replaces)
        const row = await changeConnection(trx, tenantId, connectionId, {
          internal_hosts: hosts,
          changed_at: laterThan(before.changed_at, clock()),
        })
        await audit.record(trx, tenantId, actor, {
          act: 'tenants.internal-hosts.set',
          object: connectionId,
          details: { before: before.internal_hosts, after: hosts },
        })
        return presentConnection(row)
      })
    },
  }
}

function cleanInnerHost(text: string): string {
  const host = innerHost(text)
  if (host !== undefined) return host
  throw new Refusal(
    'invalid_input',
    `"${text.slice(0, 100)}" cannot be allowed: give a host name without scheme and port, or an address or ` +
      'range of a private network (10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10, fc00::/7).',
  )
}
