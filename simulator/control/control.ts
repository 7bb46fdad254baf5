/**
 * The administrator's side of the simulated Okta: an API under `/sim/api` and pages under `/sim`.
 *
 * Both do the same acts (acts.ts). It asks for no password, for it holds only invented people and
 * listens on loopback only; but it takes no orders from other people's web pages.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Okta } from '../okta.ts'
import { ACTS, runAct } from './acts.ts'
import { appIn, groupIn, Misused, personIn, searchPeople } from './find.ts'
import { addOauthCallback } from './oauth-callback.ts'
import { addPages } from './pages.ts'
import { viewApp, viewGroup, viewPerson } from './view.ts'

const MOST_PEOPLE = 200

export function addControl(routes: FastifyInstance, okta: Okta): void {
  void routes.register(async (control) => {
    control.addHook('onRequest', refuseStrangers)
    control.setErrorHandler((error, _, reply) => {
      const status = error instanceof Misused ? error.status : 400
      return reply.code(status).send({ error: error instanceof Error ? error.message : 'failed' })
    })
    addApi(control, okta)
    addPages(control, okta)
    addOauthCallback(control, okta)
  })
}

function addApi(control: FastifyInstance, okta: Okta): void {
  control.get('/sim/api', () => ({
    issuer: okta.issuer,
    domain: okta.org.domain,
    people: okta.org.people.size,
    groups: okta.org.groups.size,
    apps: okta.apps.map(viewApp),
    acts: Object.fromEntries(
      Object.entries(ACTS).map(([name, { needs, may = [] }]) => [name, { needs, may }]),
    ),
  }))

  control.get<{ Querystring: { q?: string; offset?: string; limit?: string } }>(
    '/sim/api/people',
    ({ query: { q = '', offset, limit } }) => {
      const page = searchPeople(okta, {
        words: q,
        offset: wholeNumber(offset, 0),
        limit: Math.min(wholeNumber(limit, 25), MOST_PEOPLE),
      })
      return { ...page, people: page.people.map((person) => viewPerson(okta, person)) }
    },
  )
  control.get<{ Params: { named: string } }>('/sim/api/people/:named', ({ params }) =>
    viewPerson(okta, personIn(okta, params.named)),
  )
  control.get('/sim/api/groups', () => ({
    groups: [...okta.org.groups.values()].map((group) => viewGroup(okta, group)),
  }))
  control.get<{ Params: { named: string } }>('/sim/api/groups/:named', ({ params }) => {
    const group = groupIn(okta, params.named)
    return { ...viewGroup(okta, group), memberIds: [...group.members] }
  })
  control.get<{ Params: { app: string } }>('/sim/api/apps/:app', ({ params }) => {
    const app = appIn(okta, params.app)
    return { ...viewApp(app), tasks: app.tasks, exchanges: app.exchanges }
  })

  control.post<{ Params: { act: string } }>('/sim/api/:act', ({ params, body }) =>
    runAct(okta, params.act, body),
  )
}

/** A browser says where a request comes from; a program says nothing and is welcome. */
async function refuseStrangers(request: FastifyRequest, reply: FastifyReply) {
  const site = request.headers['sec-fetch-site']
  const fromElsewhere = site === 'cross-site' || site === 'same-site'
  if (request.method !== 'GET' && fromElsewhere)
    return reply.code(403).send({ error: 'Another site asked for this.' })
}

function wholeNumber(text: string | undefined, otherwise: number): number {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : otherwise
}
