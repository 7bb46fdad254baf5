/**
 * How many requests of one tenant are worked on at a time (SEC L-4): the rest of that tenant's wait
 * their turn, so that a flood from one leaves the database to the others. Who would wait longer
 * than two seconds is asked to come back (L-3).
 */
import { TooManyRequests } from './errors.ts'

const AT_ONCE = 16
const MOST_WAIT_MS = 2000
const RETRY_SECONDS = 5

interface Tenant {
  running: number
  /** In the order they came; each is called when its turn has come. */
  readonly waiting: Set<() => void>
}

export type FairShare = ReturnType<typeof createFairShare>

export function createFairShare() {
  const tenants = new Map<string, Tenant>()
  return {
    /** Runs `work` when it is its turn. @throws TooManyRequests after two seconds of waiting */
    async run<T>(tenantId: string, work: () => Promise<T>): Promise<T> {
      const tenant = tenants.get(tenantId) ?? { running: 0, waiting: new Set() }
      tenants.set(tenantId, tenant)
      if (tenant.running < AT_ONCE) tenant.running += 1
      else await turn(tenant)
      try {
        return await work()
      } finally {
        pass(tenant)
        if (tenant.running === 0) tenants.delete(tenantId)
      }
    },
  }
}

/** Whoever ends hands its place to the first who waits, so `running` stays as it is. */
function pass(tenant: Tenant): void {
  const [next] = tenant.waiting
  if (next === undefined) {
    tenant.running -= 1
    return
  }
  tenant.waiting.delete(next)
  next()
}

function turn({ waiting }: Tenant): Promise<void> {
  return new Promise((resolve, reject) => {
    const begin = () => {
      clearTimeout(late)
      resolve()
    }
    const late = setTimeout(() => {
      waiting.delete(begin)
      reject(new TooManyRequests(RETRY_SECONDS))
    }, MOST_WAIT_MS)
    waiting.add(begin)
  })
}
