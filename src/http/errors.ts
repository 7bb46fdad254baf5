/**
 * The one place where what was thrown becomes an answer: SCIM's form below /scim, the problem form
 * below /admin. A refusal says what to do; anything else is our bug, and its caller gets a number
 * to quote while the log gets the error (SEC P-15).
 */
import type { Problem } from '../contract/index.ts'
import { linesOf, Refusal, Unavailable } from '../lib/index.ts'
import { errorBody, ScimError } from '../scim/index.ts'
import { type Answer, type Exchange, HttpRefusal } from './area.ts'
import { DATA_HEADERS } from './headers.ts'
import type { Log } from './log.ts'

const SCIM_TYPE = 'application/scim+json'

/** Too many requests of one kind; in whole seconds, as Okta obeys them (SEC L-2). */
export class TooManyRequests extends Error {
  readonly retrySeconds: number

  constructor(retrySeconds: number) {
    super(`Too many requests. Wait ${retrySeconds} seconds and go on.`)
    this.name = 'TooManyRequests'
    this.retrySeconds = retrySeconds
  }
}

export function scimAnswer(thrown: unknown, exchange: Exchange, log: Log): Answer {
  const answer = (
    status: number,
    detail: string,
    headers: Readonly<Record<string, string>> = {},
    scimType?: string,
  ): Answer => ({
    status,
    headers: { 'content-type': SCIM_TYPE, ...DATA_HEADERS, ...headers },
    body: errorBody(status, detail, scimType),
  })
  if (thrown instanceof ScimError) return answer(thrown.status, thrown.message, {}, thrown.scimType)
  if (thrown instanceof HttpRefusal) return answer(thrown.status, thrown.message, thrown.headers)
  if (thrown instanceof Refusal) return answer(thrown.status, thrown.message)
  if (thrown instanceof TooManyRequests || thrown instanceof Unavailable) {
    // 429 and not 503 when we are away: Okta waits for the one and gives up on the other (L-3).
    if (thrown instanceof Unavailable) logTrouble(log, exchange, thrown)
    const detail =
      thrown instanceof Unavailable
        ? `The service is busy for a moment. Wait ${thrown.retrySeconds} seconds and try again.`
        : thrown.message
    return answer(429, detail, { 'retry-after': String(thrown.retrySeconds) })
  }
  logBug(log, exchange, thrown)
  return answer(500, bugMessage(exchange))
}

export function adminAnswer(thrown: unknown, exchange: Exchange, log: Log): Answer {
  const { requestId } = exchange
  const answer = (
    status: number,
    error: Omit<Problem['error'], 'requestId'>,
    headers: Readonly<Record<string, string>> = {},
  ): Answer => ({
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...DATA_HEADERS, ...headers },
    body: JSON.stringify({ error: { ...error, requestId } } satisfies Problem),
  })
  exchange.seen['code'] = codeOf(thrown)
  if (thrown instanceof InvalidInput)
    return answer(400, {
      code: thrown.code,
      message: thrown.message,
      problems: [...thrown.problems],
    })
  if (thrown instanceof Refusal)
    return answer(
      thrown.status,
      {
        ...{ code: thrown.code, message: thrown.message },
        ...(thrown.command !== undefined && { command: thrown.command }),
      },
      {
        ...(thrown.status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
        ...(thrown.retrySeconds === undefined ? {} : { 'retry-after': `${thrown.retrySeconds}` }),
      },
    )
  if (thrown instanceof HttpRefusal)
    return answer(thrown.status, { code: codeOf(thrown), message: thrown.message }, thrown.headers)
  if (thrown instanceof TooManyRequests)
    return answer(
      429,
      { code: 'too_many_requests', message: thrown.message },
      { 'retry-after': String(thrown.retrySeconds) },
    )
  if (thrown instanceof Unavailable) {
    logTrouble(log, exchange, thrown)
    return answer(
      503,
      { code: 'unavailable', message: `${thrown.message} Try again in a moment.` },
      { 'retry-after': String(thrown.retrySeconds) },
    )
  }
  logBug(log, exchange, thrown)
  return answer(500, { code: 'internal', message: bugMessage(exchange) })
}

/** An input that its schema refuses: every problem at once, each with where it is. */
export class InvalidInput extends Refusal {
  readonly problems: readonly { at: string; message: string }[]

  constructor(problems: readonly { at: string; message: string }[]) {
    super('invalid_input', problems.map(({ at, message }) => `${at}: ${message}`).join('; '))
    this.name = 'InvalidInput'
    this.problems = problems
  }
}

function codeOf(thrown: unknown): string {
  if (thrown instanceof Refusal) return thrown.code
  if (thrown instanceof HttpRefusal) return thrown.status === 404 ? 'not_found' : 'invalid_input'
  if (thrown instanceof TooManyRequests) return 'too_many_requests'
  return thrown instanceof Unavailable ? 'unavailable' : 'internal'
}

function bugMessage({ requestId }: Exchange): string {
  return `Something went wrong on our side. Quote ${requestId} to support.`
}

function logTrouble(log: Log, { requestId, seen }: Exchange, error: Unavailable): void {
  log.warn({ event: 'http.request.postponed', requestId, ...seen, error: linesOf(error) })
}

function logBug(log: Log, { requestId, seen }: Exchange, thrown: unknown): void {
  log.error({ event: 'http.request.failed', requestId, ...seen, error: linesOf(thrown) })
}
