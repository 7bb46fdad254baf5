/**
 * A browser as the admin API meets one, and the person in front of it: keeps the cookies that it is
 * given, says where its writes come from, and reads its authenticator app.
 */
import { parseSetCookie } from 'cookie'
import { createClient } from '../../src/contract/index.ts'
import type { Clock } from '../../src/lib/index.ts'
import { totpOf } from '../../src/operators/totp.ts'
import type { TestApp } from './app.ts'

export type Visitor = ReturnType<typeof createVisitor>

export const PASSWORD = 'seven quiet otters on a raft'

/** @param origin  of our pages, where that is not where the server listens */
export function createVisitor({ url, origin = url }: { url: string; origin?: string }) {
  const cookies = new Map<string, string>()
  const visit: typeof fetch = async (input, init) => {
    const headers = new Headers(init?.headers)
    if (cookies.size > 0)
      headers.set('cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '))
    if (!headers.has('origin')) headers.set('origin', origin)
    const response = await fetch(input, { ...init, headers })
    for (const line of response.headers.getSetCookie()) {
      const { name, value, maxAge } = parseSetCookie(line)
      if (maxAge === 0) cookies.delete(name)
      else cookies.set(name, value ?? '')
    }
    return response
  }
  return { cookies, fetch: visit, api: createClient({ url, fetch: visit }) }
}

/** The code that an authenticator app shows now; `later` steps of thirty seconds from now. */
export function codeNow(secret: string, clock: Clock, later = 0): string {
  return totpOf(secret, Math.floor(clock().getTime() / 30_000) + later)
}

/** The first operator, signed in, with what they sign in with. */
export async function becomeOperator(
  { app, url }: Pick<TestApp, 'app' | 'url'>,
  clock: Clock,
  visitor = createVisitor({ url }),
) {
  let code = ''
  await app.operators.offerFirstOperator(async (offered) => void (code = offered))
  return { ...(await becomeOperatorBy(code, clock, visitor)), code }
}

/** The same by the code that a server printed. */
export async function becomeOperatorBy(code: string, clock: Clock, visitor: Visitor) {
  const email = 'ada@platform.example'
  const begun = await visitor.api.beginFirstOperator({
    code,
    name: 'Ada',
    email,
    password: PASSWORD,
  })
  const { enrolment, totp } = begun
  const done = await visitor.api.completeEnrolment({
    enrolment,
    totp: codeNow(totp.secret, clock),
  })
  return { ...visitor, email, secret: totp.secret, recoveryCodes: done.recoveryCodes }
}

/** Somebody who followed that link of an invitation, signed in, with what they sign in with. */
export async function acceptInvitation({ url }: { url: string }, clock: Clock, link: string) {
  const visitor = createVisitor({ url })
  const [page = '', code = ''] = link.split('#')
  const { enrolment, totp } = await visitor.api.acceptInvitation({ code, password: PASSWORD })
  await visitor.api.completeEnrolment({ enrolment, totp: codeNow(totp.secret, clock) })
  return { ...visitor, page, code, secret: totp.secret }
}
