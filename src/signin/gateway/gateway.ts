/**
 * The gateway: signs people in at sites that speak no OpenID Connect. The reverse proxy before such
 * a site asks here about each request, and hands on to here what is below `/.rollcall/` of the
 * site's own origin, so that our cookie there is the site's and bound to its host.
 *
 *   check     200 with headers, or 401: for nginx's auth_request
 *   forward   200 with headers, or a redirect to sign in: for Traefik's and Caddy's forward auth
 *   start     to the Authority, which the site is a client of like others, with code and PKCE
 *   callback  back from there: the code is redeemed here and nowhere else
 *   sign-out  to the Authority's page, which asks and ends the session
 *   style.css of our pages there
 */
import type { AccountClaims } from 'oidc-provider'
import type { SiteId } from '../../lib/index.ts'
import { authorityOf } from '../../tenants/index.ts'
import { sendOn, sendRefusal, sendStyle } from '../respond.ts'
import { gatewayHeaders } from './headers.ts'
import { type GatewayGiven, isGateway, type Knock } from './knock.ts'
import { comeBack, start } from './sign-in.ts'
import { createVisitors } from './visitors.ts'

export type Gateway = ReturnType<typeof createGateway>
export type GatewayDoor = 'check' | 'forward' | 'start' | 'callback' | 'sign-out' | 'style.css'

export function createGateway(given: GatewayGiven) {
  const visitorOf = createVisitors(given)
  const doors: Readonly<Record<GatewayDoor, (knock: Knock) => Promise<void>>> = {
    check: async (knock) => {
      const visitor = await visitorOf(knock)
      return visitor === undefined ? refuseStranger(knock) : letIn(knock, visitor)
    },
    forward: async (knock) => {
      const visitor = await visitorOf(knock)
      return visitor === undefined ? sendStranger(knock) : letIn(knock, visitor)
    },
    start: sendToStart,
    callback: (knock) => comeBack(given, knock),
    'style.css': async ({ response }) => sendStyle(response),
    'sign-out': async ({ at, site, response }) => {
      const url = new URL(`${authorityOf(given.publicUrl, at.tenantId)}/connect/endsession`)
      url.searchParams.set('client_id', site.clientId)
      // And stays there: the site would send whoever is signed out to sign in, where no form of ours may lead.
      sendOn(response, url.href)
    },
  }

  async function sendToStart(knock: Knock): Promise<void> {
    return isPage(knock) ? start(given, knock) : refuseStranger(knock)
  }

  /** Whether somebody is in may be asked without end, and what begins here is limited as at `start`. */
  async function sendStranger(knock: Knock): Promise<void> {
    const retrySeconds = isPage(knock) ? knock.takePermit('sign-in') : undefined
    if (retrySeconds === undefined) return sendToStart(knock)
    sendRefusal(knock.request, knock.response, { code: 'too_many_requests', retrySeconds })
  }

  return {
    /** @throws Refusal for the page of the person */
    async answer(visit: Omit<Knock, 'site'>, siteId: SiteId, door: GatewayDoor): Promise<void> {
      const { request, response, at } = visit
      const site = await given.tenants.readClient(at.tenantId, siteId)
      if (isGateway(site)) return doors[door]({ ...visit, site })
      // nginx takes nothing but 401 and 403 for a no.
      sendRefusal(request, response, { code: 'not_found', status: 403 })
    },
  }
}

/** Only somebody who looks at a page is sent to sign in: a script could not follow. */
function isPage({ request }: Knock): boolean {
  return (request.headers['sec-fetch-mode'] ?? 'navigate') === 'navigate'
}

function letIn({ response }: Knock, claims: AccountClaims): void {
  response.writeHead(200, { ...gatewayHeaders(claims), 'content-length': '0' }).end()
}

function refuseStranger({ request, response }: Knock): void {
  sendRefusal(request, response, { code: 'not_authenticated' })
}
