/**
 * The administrator's pages: people, groups and applications, each with what can be done to it.
 *
 * They need no script. A form posts to `/sim/do/<act>` and leads back to the page that it stood on,
 * which then says what happened.
 */
import type { FastifyInstance } from 'fastify'
import { type Html, html, page } from '../html.ts'
import type { Okta } from '../okta.ts'
import { appPage, appsPage } from './apps-page.ts'
import { appIn, groupIn, personIn, searchPeople } from './find.ts'
import { groupPage, groupsPage } from './groups-page.ts'
import { peoplePage, personPage } from './people-page.ts'
import { doAndTell } from './told.ts'

/** A page without its frame. */
export interface Shown {
  readonly title: string
  readonly body: Html
}

interface Visit {
  readonly Querystring: { said?: string; failed?: string; q?: string; offset?: string }
}

const ACCENT = '#4338ca'
const PEOPLE_A_PAGE = 25

export function addPages(control: FastifyInstance, okta: Okta): void {
  const get = (path: string, show: (query: Visit['Querystring'], named: string) => Shown) =>
    control.get<Visit & { Params: { named?: string } }>(path, ({ query, params }, reply) => {
      const { title, body } = show(query, params.named ?? '')
      return reply.type('text/html').send(
        page({
          owner: `${okta.org.domain} · simulated Okta`,
          title,
          accent: ACCENT,
          wide: true,
          body: html`${NAVIGATION}${notice(query)}${body}`,
        }),
      )
    })

  get('/sim', ({ q = '', offset = '0' }) => {
    const limits = { words: q, offset: Number(offset) || 0, limit: PEOPLE_A_PAGE }
    return peoplePage(okta, searchPeople(okta, limits), q)
  })
  get('/sim/people/:named', (_, named) => personPage(okta, personIn(okta, named)))
  get('/sim/groups', () => groupsPage(okta))
  get('/sim/groups/:named', (_, named) => groupPage(okta, groupIn(okta, named)))
  get('/sim/apps', () => appsPage(okta))
  get('/sim/apps/:named', (_, named) => appPage(okta, appIn(okta, named)))

  control.post<{ Params: { act: string }; Body: Record<string, string> | undefined }>(
    '/sim/do/:act',
    async ({ params, body }, reply) => {
      const back = body?.['back']?.startsWith('/sim') ? body['back'] : '/sim'
      const told = await doAndTell(okta, params.act, body)
      if ('leadsTo' in told) return reply.redirect(told.leadsTo, 303)
      const target = new URL(back, okta.url)
      for (const key of ['said', 'failed']) target.searchParams.delete(key)
      for (const [key, value] of Object.entries(told)) target.searchParams.set(key, value)
      return reply.redirect(target.pathname + target.search, 303)
    },
  )
}

const NAVIGATION = html`<nav aria-label="Administration">
  <a href="/sim">People</a> · <a href="/sim/groups">Groups</a> ·
  <a href="/sim/apps">Applications</a>
</nav>`

function notice({ said, failed }: Visit['Querystring']): Html {
  if (failed !== undefined) return html`<p class="alarm" role="alert">${failed}</p>`
  return html`${said !== undefined && html`<p role="status">${said}</p>`}`
}
