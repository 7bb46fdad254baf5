/** Puts the folder's parts together, and looks again and again: what ends soon, and what is owed. */
import { type Actor, Refusal, type TenantId } from '../lib/index.ts'
import type { Expiring } from '../explain/index.ts'
import type { Given } from './given.ts'
import {
  countOwed,
  type Delivery,
  listDeliveries,
  oweWarnings,
  recordAnswer,
  sweepWarnings,
  takeDue,
  tenantsWithDue,
} from './outbox.ts'
import { createSend } from './send.ts'
import { createSettings } from './settings.ts'
import type { Warning } from './texts.ts'

const TICK_MS = 1_000
/** All tenants are asked so often, and sooner by the node that owes something: nothing here is urgent. */
const ASK_EVERY_MS = 30_000
const LOOK_EVERY_MS = 60 * 60_000
const DAY_MS = 24 * 60 * 60_000
/** How many days before the end; of a grant, from fourteen on (SEC T-10). */
const DAYS = [1, 7, 30] as const
const DAYS_OF_GRANTS = [1, 7, 14] as const

export type Warnings = ReturnType<typeof createWarnings>

export function createWarnings(given: Given) {
  const { clock, log, newId } = given
  const settings = createSettings(given)
  const send = createSend(given, settings)
  let lookedAt = 0
  let askedAt = 0
  const askSoon = () => void (askedAt = 0)

  async function lookAhead(): Promise<void> {
    const now = clock()
    if (now.getTime() - lookedAt < LOOK_EVERY_MS) return
    const byTenant = Map.groupBy(await given.expiring(30), ({ tenant }) => tenant?.tenantId)
    for (const [tenantId, ending] of byTenant) {
      // What is of the platform is on the overview.
      if (tenantId === undefined) continue
      const warnings = ending.flatMap((each) => warningOf(each, now) ?? [])
      const who = await settings.readWarningSettings(tenantId)
      if ((await oweWarnings(given, tenantId, who, warnings)).length > 0) askSoon()
    }
    lookedAt = now.getTime()
  }

  async function deliver(tenantId: TenantId, delivery: Delivery): Promise<void> {
    const { deliveryId, channel, tries } = delivery
    const answer = await send(tenantId, delivery)
    await recordAnswer(given, tenantId, delivery, answer)
    log.info({ event: 'warnings.delivery.sent', tenantId, deliveryId, channel, tries, answer })
  }

  const rounds = createRounds(async () => {
    try {
      await lookAhead()
      const now = clock().getTime()
      if (now - askedAt < ASK_EVERY_MS) return
      askedAt = now
      for (const tenantId of await tenantsWithDue(given)) {
        // There may be more than was taken.
        askSoon()
        const due = await takeDue(given, tenantId)
        await Promise.all(due.map((delivery) => deliver(tenantId, delivery)))
      }
    } catch (error) {
      askSoon()
      log.warn({ err: error, event: 'warnings.round.postponed' }, 'will be tried at the next poll')
    }
  })

  return {
    ...settings,
    /** Whether there is an SMTP server to send by. */
    sendsEmail: given.smtp.url !== undefined,

    /**
     * Owes everybody who is warned at a tenant a test.
     * @throws Refusal `conflict` when nobody is
     */
    async testWarnings(actor: Actor, tenantId: TenantId): Promise<Delivery[]> {
      const who = await settings.readWarningSettings(tenantId)
      if (who.emails.length === 0 && who.webhookUrl === null)
        throw new Refusal('conflict', 'Nobody is warned here. Say first who is to be.', {
          command: 'warning set',
        })
      const id = newId('wrn')
      await given.audit.recordAlone(tenantId, actor, {
        act: 'warnings.test.sent',
        object: id,
        details: {},
      })
      const owed = await oweWarnings(given, tenantId, who, [testOf(id, clock())])
      askSoon()
      return owed
    },
    listDeliveries: (tenantId: TenantId, ask: { limit: number; after?: string | undefined }) =>
      listDeliveries(given, tenantId, ask),
    /** Over all tenants. */
    owed: () => countOwed(given),
    sweep: (tenantId: TenantId, before: Date) => sweepWarnings(given, tenantId, before),

    ...rounds,
  }
}

function testOf(id: string, expiresAt: Date): Warning {
  return { kind: 'test', id, name: '', connectionId: null, expiresAt, days: 0 }
}

/** Again and again, one round after the other. */
function createRounds(work: () => Promise<void>) {
  let timer: NodeJS.Timeout | undefined
  let round: Promise<void> | undefined
  let stopped = false

  function again(afterMs: number): void {
    if (stopped) return
    timer = setTimeout(() => {
      round = work().finally(() => again(TICK_MS))
    }, afterMs)
  }

  return {
    start: () => again(0),
    async stop(): Promise<void> {
      stopped = true
      clearTimeout(timer)
      await round
    },
  }
}

/** What is to be told of it now, if anything: by the nearest of the days before its end. */
function warningOf(
  { kind, id, name, connectionId, expiresAt }: Expiring,
  now: Date,
): Warning | undefined {
  const leftMs = expiresAt.getTime() - now.getTime()
  const steps = kind === 'oauth-grant' ? DAYS_OF_GRANTS : DAYS
  const days = steps.find((each) => leftMs <= each * DAY_MS)
  if (leftMs <= 0 || days === undefined) return undefined
  return { kind, id, name, connectionId, expiresAt, days }
}
