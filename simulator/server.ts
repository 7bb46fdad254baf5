/**
 * An HTTP server on loopback that knows its address before it has anything to serve.
 *
 * An issuer and a redirect URI hold the address in them, and the port may be any free one, so the
 * server listens first and is given its routes after that. Until then it answers nothing.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import fastifyFormbody from '@fastify/formbody'
import fastify, { type FastifyInstance } from 'fastify'

/** Answers a request; false for what is not its own. */
export type Answer = (request: IncomingMessage, response: ServerResponse) => boolean

export interface Listening {
  /** Without a slash at its end. */
  readonly url: string
  /** Puts the routes in. `answer`, if there is one, is asked first; they take the rest. */
  readonly serve: (routes: FastifyInstance, answer?: Answer) => Promise<void>
  readonly close: () => Promise<void>
}

/** A Fastify that is not bound to a socket of its own. */
export async function createRoutes(): Promise<FastifyInstance> {
  const app = fastify()
  await app.register(fastifyFormbody)
  return app
}

export async function listen(port: number): Promise<Listening> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('The server has no port.')

  return {
    url: `http://127.0.0.1:${address.port}`,
    serve: async (routes, answer) => {
      await routes.ready()
      server.on('request', (request, response) => {
        if (!answer?.(request, response)) routes.routing(request, response)
      })
    },
    close: () => closed(server),
  }
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()))
    server.closeAllConnections()
  })
}
