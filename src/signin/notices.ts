/**
 * Logout notices (OpenID Connect Back-Channel Logout 1.0): one owed to each site for each session
 * that ended, kept as a row until the site has said yes, with the receipt (SEC O-9).
 *
 * Rows of our own and not jobs of a queue: a notice is owed by the transaction that ends the
 * session, behind its tenant's wall. A node takes what is due by moving its next try, so a node
 * that dies with it leaves it to the others.
 */
import { importJWK, SignJWT } from 'jose'
import type { Selectable } from 'kysely'
import type { Database } from '../db/index.ts'
import type { TenantId } from '../lib/index.ts'
import { type Owed, oweNotices } from '../sessions/index.ts'
import { authorityOf } from '../tenants/index.ts'
import type { Given } from './given.ts'
import type { Keys } from './keys.ts'

const TICK_MS = 1_000
/** All tenants are asked so often for what another node left, and for what is owed or due here at once. */
const ASK_EVERY_MS = 30_000
/** Ticks: by then a transaction that owes something has ended. */
const ASKS_WHEN_OWED = 60
/** How long a node has for what it took. */
const TAKEN_MS = 30_000
const AT_ONCE = 20
const GIVE_UP_MS = 24 * 60 * 60 * 1_000
const MOST_WAIT_MS = 60 * 60 * 1_000
const EVENT = 'http://schemas.openid.net/event/backchannel-logout'

type Notice = Selectable<Database['logout_delivery']>

export function createNotices(
  given: Pick<
    Given,
    'db' | 'clock' | 'newId' | 'log' | 'tenants' | 'tallies' | 'outbound' | 'publicUrl'
  > & {
    readonly keys: Keys
  },
) {
  const { db, clock, log } = given
  let timer: NodeJS.Timeout | undefined
  let round: Promise<void> | undefined
  let stopped = false
  let askAt = 0
  let asksOwed = 0

  async function work(): Promise<void> {
    const now = clock().getTime()
    if (asksOwed === 0 && now < askAt) return
    asksOwed = Math.max(0, asksOwed - 1)
    askAt = now + ASK_EVERY_MS
    try {
      for (const tenantId of await tenantsWithDue(given)) {
        const notices = await takeDue(given, tenantId)
        // There may be more than was taken.
        if (notices.length === AT_ONCE) askAt = 0
        const later = await Promise.all(notices.map((notice) => deliver(given, notice)))
        for (const at of later) askAt = Math.min(askAt, at?.getTime() ?? askAt)
      }
    } catch (error) {
      askAt = 0
      log.warn({ err: error, event: 'signin.notices.postponed' }, 'will be tried at the next poll')
    }
  }

  function again(afterMs: number): void {
    if (stopped) return
    clearTimeout(timer)
    timer = setTimeout(() => {
      round = work().finally(() => {
        round = undefined
        again(TICK_MS)
      })
    }, afterMs)
  }

  return {
    start: () => again(0),
    /** Something is owed once a transaction has ended, which may be a while from now. */
    wake(): void {
      asksOwed = ASKS_WHEN_OWED
      if (round === undefined) again(50)
    },
    async stop(): Promise<void> {
      stopped = true
      clearTimeout(timer)
      await round
    },
    /** Takes out a batch of the notices owed before an instant that are not tried any more. @returns how many */
    async sweep(tenantId: TenantId, before: Date): Promise<number> {
      const [swept] = await db.inTenantOnce<{ rows: number }>(tenantId, 'notices-sweep', SWEEP, [
        tenantId,
        before,
      ])
      return swept?.rows ?? 0
    },
    async owe(tenantId: TenantId, owed: Owed, cause: string): Promise<void> {
      await db.inTenant(tenantId, (trx) =>
        oweNotices({ ...given, clock }, trx, tenantId, [owed], cause),
      )
      this.wake()
    },
  }
}

export type Notices = ReturnType<typeof createNotices>

type Sending = Parameters<typeof createNotices>[0]

/** Ids sort by birth, so the oldest come first along the key. */
const SWEEP = `
  with gone as (
    delete from logout_delivery
     where tenant_id = $1 and delivery_id in (
       select delivery_id from logout_delivery
        where tenant_id = $1 and created_at < $2 and next_try_at is null
        order by delivery_id limit 5000)
    returning 1)
  select count(*) as rows from gone`

async function tenantsWithDue({ db, clock }: Sending): Promise<TenantId[]> {
  const rows = await db.operatorWide((trx) =>
    trx
      .selectFrom('logout_delivery')
      .select('tenant_id')
      .distinct()
      .where('next_try_at', '<=', clock())
      .execute(),
  )
  return rows.map((row) => row.tenant_id)
}

async function takeDue({ db, clock }: Sending, tenantId: TenantId): Promise<Notice[]> {
  const now = clock()
  return db.inTenant(tenantId, (trx) =>
    trx
      .updateTable('logout_delivery')
      .set((e) => ({
        tries: e('tries', '+', 1),
        next_try_at: new Date(now.getTime() + TAKEN_MS),
      }))
      .where('tenant_id', '=', tenantId)
      .where('delivery_id', 'in', (due) =>
        due
          .selectFrom('logout_delivery')
          .select('delivery_id')
          .where('tenant_id', '=', tenantId)
          .where('next_try_at', '<=', now)
          .orderBy('next_try_at')
          .limit(AT_ONCE)
          .forUpdate()
          .skipLocked(),
      )
      .returningAll()
      .execute(),
  )
}

/** @returns when to try again; null: never */
async function deliver(given: Sending, notice: Notice): Promise<Date | null> {
  const { tenants, db, clock, log } = given
  const { tenant_id: tenantId, delivery_id: deliveryId, site_id: siteId, tries } = notice
  const site = await tenants.readClient(tenantId, siteId)
  const uri = site?.kind === 'site' ? site.backchannelLogoutUri : null
  const answer = uri === null ? 'the site has no address for it' : await post(given, notice, uri)
  const now = clock()
  const done = answer === 'ok' || uri === null
  const isOver = now.getTime() - notice.created_at.getTime() > GIVE_UP_MS
  const nextTryAt = done || isOver ? null : new Date(now.getTime() + waitAfter(tries))
  await db.inTenant(tenantId, (trx) =>
    trx
      .updateTable('logout_delivery')
      .set({
        answer,
        delivered_at: answer === 'ok' ? now : null,
        failed_at: !done && isOver ? now : null,
        next_try_at: nextTryAt,
      })
      .where('tenant_id', '=', tenantId)
      .where('delivery_id', '=', deliveryId)
      .execute(),
  )
  const afterMs = now.getTime() - notice.created_at.getTime()
  if (answer === 'ok') given.tallies.told(tenantId, afterMs)
  else if (!done && isOver) given.tallies.told(tenantId, undefined)
  log.info({ event: 'signin.notice.sent', tenantId, deliveryId, siteId, tries, answer })
  return nextTryAt
}

/** 2 s, 4 s, … up to an hour. */
function waitAfter(tries: number): number {
  return Math.min(MOST_WAIT_MS, 1_000 * 2 ** Math.min(tries, 20))
}

/** @returns `ok`, or why not, in few words */
async function post(given: Sending, notice: Notice, uri: string): Promise<string> {
  try {
    const body = new URLSearchParams({ logout_token: await logoutToken(given, notice) })
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const { tenant_id: tenantId, site_id: of } = notice
    const asker = { tenantId, of }
    const { status } = await given.outbound(uri, { asker, method: 'POST', headers, body })
    return status === 200 || status === 204 ? 'ok' : `the site answered ${status}`
  } catch (error) {
    return error instanceof Error ? error.message.slice(0, 200) : 'failed'
  }
}

/** Back-Channel Logout section 2.4. */
async function logoutToken(
  { keys, clock, newId, publicUrl }: Sending,
  { tenant_id: tenantId, site_id: siteId, identity_id: subject, sid }: Notice,
): Promise<string> {
  const [key] = await keys.signingKeys(tenantId)
  if (key === undefined) throw new Error('There is no signing key.')
  const now = Math.floor(clock().getTime() / 1000)
  return new SignJWT({ sid, events: { [EVENT]: {} } })
    .setProtectedHeader({ alg: 'RS256', typ: 'logout+jwt', ...(key.kid && { kid: key.kid }) })
    .setIssuer(authorityOf(publicUrl, tenantId))
    .setAudience(siteId)
    .setSubject(subject)
    .setIssuedAt(now)
    .setExpirationTime(now + 120)
    .setJti(newId('log'))
    .sign(await importJWK(key, 'RS256'))
}
