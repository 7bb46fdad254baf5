/**
 * One address in front of several nodes: each request goes to the next of them, whatever connection
 * it comes by, so that two requests of one browser never meet the same node in a row.
 */
import { createServer, type IncomingMessage, request } from 'node:http'

export interface Balancer {
  readonly url: string
  /** Ports of this machine, to choose from in turn. */
  readonly lead: (ports: readonly string[]) => void
  /** From now on nothing gets through, and nobody hears of it. */
  readonly swallow: () => void
  readonly close: () => Promise<void>
}

export async function createBalancer(): Promise<Balancer> {
  let ports: readonly string[] = []
  let count = 0
  let swallows = false
  const answers = new Set<IncomingMessage>()
  const server = createServer((incoming, outgoing) => {
    if (swallows) return
    const { method, url: path, headers } = incoming
    const port = ports[(count += 1) % ports.length]
    const to = { host: '127.0.0.1', port, method, path, headers, agent: false } as const
    const forward = request(to, (answer) => {
      const { connection: _, ...said } = answer.headers
      outgoing.writeHead(answer.statusCode ?? 502, said)
      answers.add(answer.once('close', () => answers.delete(answer)))
      answer.pipe(outgoing)
    })
    forward.on('error', () => outgoing.destroy())
    incoming.pipe(forward)
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', () => resolve()))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}`,
    lead: (to) => void (ports = to),
    swallow: () => {
      swallows = true
      for (const answer of answers) answer.unpipe()
    },
    close: async () => {
      const closed = new Promise<void>((resolve) => void server.close(() => resolve()))
      server.closeAllConnections()
      await closed
    },
  }
}
