/**
 * Browsers hold every redirect after a form to where that form may end (CSP `form-action`), and where a site or an
 * identity provider leads on to, nobody knows. So no form of ours is answered by a redirect: a page goes there instead
 * (docs/decisions/0055-a-form-is-answered-by-a-page.md).
 */
import type { KoaContextWithOIDC } from 'oidc-provider'

/** Takes the redirect out of the library's answer to a form. @returns where it led; undefined where the answer is another */
export function takeFromForm({ oidc, response }: KoaContextWithOIDC): string | undefined {
  const to: unknown = response.headers['location']
  if (oidc.route !== 'end_session_confirm' || typeof to !== 'string') return undefined
  response.remove('location')
  response.status = 200
  return to
}
