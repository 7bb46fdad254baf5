/**
 * saml-jackson (Ory Polis), embedded as its manual says: its own tables, its own store. What it lacks
 * is a server, and gets a bare Fastify.
 */
import fastify from 'fastify'
import { loadPeer } from './install.ts'

interface Jackson {
  readonly directorySyncController: {
    readonly directories: {
      create(directory: { tenant: string; product: string; type: string }): Promise<{
        data: { id: string; scim: { secret: string } } | null
      }>
    }
    readonly requests: {
      handle(
        request: {
          method: string
          body: unknown
          directoryId: string
          resourceType: string
          resourceId: string | undefined
          apiSecret: string | null
          query: { count: number; startIndex: number; filter: string | undefined }
        },
        happened: () => Promise<void>,
      ): Promise<{ status: number; data: unknown }>
    }
  }
}

const { default: startJackson } = loadPeer('@boxyhq/saml-jackson') as {
  default: (options: unknown) => Promise<Jackson>
}
const quiet = () => undefined
const { directorySyncController } = await startJackson({
  externalUrl: 'http://127.0.0.1',
  samlPath: '/saml',
  db: { engine: 'sql', type: 'postgres', url: process.argv[2] ?? '' },
  noAnalytics: true,
  logger: { info: quiet, warn: quiet },
})
const { data: directory } = await directorySyncController.directories.create({
  tenant: 'acme',
  product: 'bench',
  type: 'okta-scim-v2',
})
if (directory === null) throw new Error('saml-jackson made no directory.')

const app = fastify()
app.addContentTypeParser(
  'application/scim+json',
  { parseAs: 'string' },
  app.getDefaultJsonParser('error', 'error'),
)
for (const url of ['/scim/:type', '/scim/:type/:id'])
  app.all<{ Params: { type: string; id?: string }; Querystring: Record<string, string> }>(
    url,
    async ({ method, body, params, query, headers }, reply) => {
      const request = {
        method,
        body,
        directoryId: directory.id,
        resourceType: params.type.toLowerCase(),
        resourceId: params.id,
        apiSecret: /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1] ?? null,
        query: {
          count: Number(query['count']),
          startIndex: Number(query['startIndex']),
          filter: query['filter'],
        },
      }
      const { status, data } = await directorySyncController.requests.handle(request, () =>
        Promise.resolve(),
      )
      return reply.code(status).send(data)
    },
  )
const url = await app.listen({ host: '127.0.0.1', port: 0 })
process.send?.({ baseUrl: `${url}/scim`, token: directory.scim.secret })
// Whoever started it is gone: nobody else has a use for it.
process.once('disconnect', () => process.exit())
