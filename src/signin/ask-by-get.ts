/**
 * A request for a sign-in may come as a form (OpenID Connect Core section 3.1.2.1). The browser brings it again in the address,
 * and then with its cookies, which it keeps back from a form of another site (SEC W-1). What is no part of a request stays behind.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Refusal } from '../lib/index.ts'
import type { Given } from './given.ts'
import { readForm } from './read-text.ts'
import { sendOn } from './respond.ts'

/** Of an address, which the edge holds to the same. */
const MOST = 8 * 1024

/** What is asked at the authorization endpoint (OpenID Connect Core section 3.1.2.1, RFC 7636, RFC 8707, RFC 9126). */
const ASKED = new Set([
  ...['client_id', 'redirect_uri', 'response_type', 'response_mode', 'scope', 'state', 'nonce'],
  ...['code_challenge', 'code_challenge_method', 'request', 'request_uri', 'resource', 'claims'],
  ...['prompt', 'max_age', 'acr_values', 'login_hint', 'id_token_hint', 'display', 'ui_locales'],
  'claims_locales',
])

interface Asking {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly url: URL
}

/** @throws Refusal `request_refused` for what no address can hold */
export async function askByGet(
  { publicUrl }: Pick<Given, 'publicUrl'>,
  { request, response, url }: Asking,
): Promise<void> {
  const form = [...(await readForm(request, MOST))].filter(([name]) => ASKED.has(name))
  const to = `${url.pathname}?${new URLSearchParams(form)}`
  if (to.length > MOST)
    throw new Refusal(
      'request_refused',
      'As an address the request is longer than 8 KiB, the limit here.',
    )
  sendOn(response, publicUrl + to)
}
