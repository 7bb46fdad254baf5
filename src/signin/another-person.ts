/**
 * Somebody signs in where another person has a session: a form of the library's ends that one, and its answer leads back
 * to the sign-in, from there to the site, and on to wherever the site leads. Browsers hold all of that to where the
 * form may end, which nobody knows (`onwardPage`); so a page goes there instead.
 */
import type { KoaContextWithOIDC } from 'oidc-provider'

/** Takes the redirect out of such an answer. @returns where it led; undefined where the answer is another */
export function takeFromForm({ oidc, response }: KoaContextWithOIDC): string | undefined {
  const to: unknown = response.headers['location']
  const leadsBack = typeof to === 'string' && to.startsWith(`${oidc.issuer}/connect/authorize/`)
  if (oidc.route !== 'end_session_confirm' || !leadsBack) return undefined
  response.remove('location')
  response.status = 200
  return to
}
