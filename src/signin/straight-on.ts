/**
 * Whoever needs no page of ours on the way to their identity provider goes there from the site's own request;
 * the address that asks (`/sign-in/…`) is for everybody else (docs/decisions).
 */
import type { KoaContextWithOIDC } from 'oidc-provider'
import type { TenantId } from '../lib/index.ts'
import { createCookieJar } from './cookies.ts'
import { FLOW_KEPT_SECONDS, flowCookie } from './flows.ts'
import { homeCookie } from './home.ts'
import { beginAtOnce, type SignInGiven } from './sign-in.ts'

/** Where the provider sends a browser that it has a question for. */
export function questionUrl(tenantId: TenantId, uid: string): string {
  return `/t/${tenantId}/sign-in/${uid}`
}

/** Changes an answer that leads to the question, where nobody has to be asked. */
export async function sendStraightOn(
  given: SignInGiven,
  tenantId: TenantId,
  ctx: KoaContextWithOIDC,
): Promise<void> {
  const interaction = ctx.oidc.entities.Interaction
  if (interaction === undefined || interaction.prompt.name === 'consent') return
  if (ctx.response.get('location') !== questionUrl(tenantId, interaction.uid)) return
  const jar = createCookieJar(given.publicUrl)
  const remembered = jar.read(ctx.req, homeCookie(tenantId))
  const begun = await beginAtOnce(given, tenantId, interaction, remembered)
  if (begun === undefined) return
  const { state, handle } = begun.flow
  ctx.append('set-cookie', jar.write(flowCookie(state), handle, FLOW_KEPT_SECONDS))
  ctx.set('location', begun.to)
  ctx.body = ''
}
