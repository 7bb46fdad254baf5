/**
 * A SCIM client over HTTP: authorised, paced, recorded, and retried as Okta retries.
 *
 * A request that fails is thrown; one that succeeds gives the body, if it is a JSON object. An
 * access token that the server no longer takes is renewed once and the request repeated.
 */
import type { RecordedExchange } from '../app.ts'
import { type Json, objectOf } from './bodies.ts'
import { Refused, Unusable } from './failures.ts'
import type { Answer, Method, Request, Sender } from './http.ts'
import type { Gate } from './pace.ts'
import type { Retry } from './retry.ts'

export interface Credential {
  /** The `Authorization` field as it is to be sent now. */
  readonly authorization: () => Promise<string>
  /** Puts another in place of one that was refused; absent where there is none to be had. */
  readonly renew?: (refused: string) => Promise<void>
}

/** Throws `Refused`, `Unreachable`, and `Unusable` when the credential is not there. */
export type Send = (method: Method, path: string, body?: Json) => Promise<Json>

export interface Client {
  /** One request, repeated as long as that is of use. For what may be done twice. */
  readonly send: Send
  /** One request and no repetition, to be part of a step that is repeated as a whole. */
  readonly sendOnce: Send
  readonly retry: Retry
}

export function createClient({
  sender,
  credential,
  gate,
  retry,
  exchanged,
}: {
  sender: Sender
  credential: Credential
  gate: Gate
  retry: Retry
  exchanged: (exchange: RecordedExchange) => void
}): Client {
  const exchange = async (request: Request): Promise<Answer> => {
    const { method, path } = request
    const at = Date.now()
    const startMs = performance.now()
    const record = (status: number) =>
      exchanged({ at, method, path, status, ms: Math.round(performance.now() - startMs) })
    try {
      const answer = await sender.send(request)
      record(answer.status)
      return answer
    } catch (error) {
      record(0)
      throw error
    }
  }

  const sendOnce: Send = (method, path, body) =>
    gate(async () => {
      const authorization = await credential.authorization()
      let answer = await exchange({ method, path, body, authorization })
      if (answer.status === 401 && credential.renew) {
        await credential.renew(authorization)
        const renewed = await credential.authorization()
        answer = await exchange({ method, path, body, authorization: renewed })
      }
      return bodyOf(answer)
    })

  return {
    sendOnce,
    send: (method, path, body) => retry(() => sendOnce(method, path, body)),
    retry,
  }
}

function bodyOf({ status, body, retryAfter }: Answer): Json {
  if (status >= 200 && status < 300) return objectOf(body)
  const { detail } = objectOf(body)
  throw new Refused(status, typeof detail === 'string' ? detail : undefined, retryAfter)
}

/** The resources of a ListResponse; 404 for "none" is put up with when something is looked for. */
export async function find(send: Send, path: string): Promise<Json | undefined> {
  try {
    return listOf(await send('GET', path)).resources[0]
  } catch (error) {
    if (error instanceof Refused && error.status === 404) return undefined
    throw error
  }
}

/** Reads a ListResponse (RFC 7644 §3.4.2). Throws `Unusable` for anything else. */
export function listOf(body: Json): { totalResults: number; resources: readonly Json[] } {
  const { totalResults, Resources = [] } = body
  if (!Number.isInteger(totalResults) || !Array.isArray(Resources))
    throw new Unusable('the answer is not a ListResponse: totalResults must be an integer')
  return { totalResults: Number(totalResults), resources: Resources.map(objectOf) }
}

/** The `id` of what was created. Throws `Unusable` when it is not in the answer. */
export function idOf(body: Json, type: 'user' | 'group'): string {
  if (typeof body.id === 'string' && body.id !== '') return body.id
  throw new Unusable(`the server returned empty ${type}`)
}

/** A query for the one resource with this value, encoded and quoted as Okta does. */
export function lookup(type: 'Users' | 'Groups', attribute: string, value: string): string {
  const filter = encodeURIComponent(`${attribute} eq ${JSON.stringify(value)}`)
  return `/${type}?filter=${filter}&startIndex=1&count=100`
}
