/**
 * What the requests of one sign-in ask again and again, read once and believed for `BELIEVED_MS`: as long
 * as a SCIM credential is, so that what another node changes bites within 5 s (SEC T-6, I-11), and what
 * this one changes at once. What is not there is not remembered.
 */
import { type Clock, remember, type TenantId } from '../lib/index.ts'

const BELIEVED_MS = 2000

interface Believed {
  readonly tenantId: TenantId
  readonly value: unknown
  readonly until: number
}

type Read<Rest extends readonly string[], T> = (tenantId: TenantId, ...rest: Rest) => Promise<T>

export function createKnown(clock: Clock) {
  const believed = new Map<string, Believed>()
  return {
    /** `read`, believing what it said before. `name` tells it from the others. */
    believing<Rest extends readonly string[], T>(name: string, read: Read<Rest, T>): Read<Rest, T> {
      return async (tenantId, ...rest) => {
        const key = JSON.stringify([name, tenantId, ...rest])
        const now = clock().getTime()
        const recent = believed.get(key)
        if (recent !== undefined && recent.until > now) return recent.value as T
        const value = await read(tenantId, ...rest)
        believed.delete(key)
        if (value !== undefined)
          remember(believed, key, { tenantId, value, until: now + BELIEVED_MS })
        return value
      }
    },

    forget(tenantId: TenantId): void {
      for (const [key, one] of believed) if (one.tenantId === tenantId) believed.delete(key)
    },
  }
}
