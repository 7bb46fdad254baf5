/**
 * The directory API: people and groups of one tenant, and what happens to them, for sites that an operator lets
 * read them. Its routes are those of the admin API that read identities, at `/t/{tenant}/directory`: same inputs,
 * handlers and replies, and nothing of its own but who may.
 *
 * The tenant in the path is where the token is looked for: a token of another is not there (SEC I-1, I-8).
 */
import { DIRECTORY_ROUTES, type Route, routes } from '../contract/index.ts'
import { isId, Refusal, type SiteId } from '../lib/index.ts'
import type { Signin } from '../signin/index.ts'
import { type AdminParts, handlers } from './admin/index.ts'
import type { Area, Door, Exchange } from './area.ts'
import { bearerOf } from './authenticate.ts'
import { adminAnswer } from './errors.ts'
import { DATA_HEADERS } from './headers.ts'
import type { Log } from './log.ts'
import { pass, type RateLimits } from './rate-limits.ts'
import { inputOf } from './route-input.ts'

export interface DirectoryGiven extends AdminParts {
  readonly signin: Signin
  readonly limits: RateLimits
  readonly log: Log
}

export function directoryArea(given: DirectoryGiven): Area {
  return {
    name: 'directory',
    prefix: '/t',
    canonicalPaths: false,
    doors: DIRECTORY_ROUTES.map((name) => doorOf(given, name)),
    refuse: (thrown, exchange) => adminAnswer(thrown, exchange, given.log),
  }
}

function doorOf(given: DirectoryGiven, name: (typeof DIRECTORY_ROUTES)[number]): Door {
  const route: Route = routes[name]
  return {
    methods: ['GET'],
    path: route.path.replace('/admin/v1/tenants/{tenant}', '/{tenant}/directory'),
    bodyLimit: () => 0,
    measuredAs: 'directory',
    async admit(exchange) {
      const siteId = await siteOf(given, exchange)
      exchange.seen['credentialId'] = siteId
      const isSearch = new URLSearchParams(exchange.query).has('q')
      await pass(given.limits.take(siteId, isSearch ? 'search' : 'read'))
    },
    async answer(exchange) {
      exchange.seen['act'] = name
      const handle = handlers[name] as (parts: AdminParts, input: unknown) => unknown
      const reply = route.reply.parse(await handle(given, inputOf(route, exchange, undefined)))
      return {
        status: 200,
        headers: { 'content-type': 'application/json; charset=utf-8', ...DATA_HEADERS },
        body: JSON.stringify(reply),
      }
    },
  }
}

/** @throws Refusal `not_authenticated`, the same for whatever is not right; `tenant_suspended` */
async function siteOf(
  { signin, tenants, limits }: DirectoryGiven,
  exchange: Exchange,
): Promise<SiteId> {
  const tenantId = exchange.params['tenant']
  const token = bearerOf(exchange, { bare: false })
  const siteId =
    isId('ten', tenantId) && token !== undefined
      ? await signin.readDirectoryToken(tenantId, token)
      : undefined
  if (siteId === undefined || !isId('ten', tenantId)) {
    await pass(limits.take(exchange.address, 'failed-authentication'))
    throw new Refusal(
      'not_authenticated',
      'Send an access token for this directory, with the scope directory.read, as `Authorization: Bearer …`.',
    )
  }
  if ((await tenants.findTenant(tenantId)).suspendedAt !== null)
    throw new Refusal('tenant_suspended', 'This tenant is suspended. Ask the operator why.')
  return siteId
}
