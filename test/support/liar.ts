/** A server that gives the same answer to everything, whatever it was asked. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Always {
  readonly status: number
  readonly type: string
  readonly body: string
}

/** Listening on a free port of this machine; it ends with the test. @returns its URL */
export async function startLiar(
  t: { after(act: () => Promise<void>): void },
  { status, type, body }: Always,
): Promise<string> {
  const server = createServer((request, response) => {
    request.resume()
    response.writeHead(status, { 'content-type': type }).end(body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
