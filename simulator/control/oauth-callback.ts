/**
 * Where an Authority sends the administrator's browser back to when they have connected an
 * application by OAuth 2.0. The path is Okta's own; only the host differs.
 */
import type { FastifyInstance } from 'fastify'
import { html, page } from '../html.ts'
import type { Okta } from '../okta.ts'
import { appIn } from './find.ts'

export function addOauthCallback(control: FastifyInstance, okta: Okta): void {
  control.get<{ Params: { named: string } }>(
    '/admin/app/cpc/:named/oauth/callback',
    async ({ params, url }, reply) => {
      const app = appIn(okta, params.named)
      const failure = await app.finishOauth(okta.url + url).then(
        () => undefined,
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
      )
      if (failure === undefined)
        return reply.redirect(`/sim/apps/${encodeURIComponent(app.name)}?said=Connected.`, 303)
      const body = html`<p class="alarm" role="alert">${failure}</p>
        <p><a href="/sim/apps/${encodeURIComponent(app.name)}">Back to ${app.name}</a></p>`
      const owner = `${okta.org.domain} · simulated Okta`
      const shown = page({ owner, title: 'Not connected', accent: '#4338ca', body })
      return reply.code(400).type('text/html').send(shown)
    },
  )
}
