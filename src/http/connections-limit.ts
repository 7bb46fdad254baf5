/** How many connections one address may hold open at a time (SEC L-5). A listed proxy speaks for many. */
import type { Server } from 'node:http'

const MOST = 512

export function limitConnections(server: Server, trustedProxies: readonly string[]): void {
  const open = new Map<string, number>()
  server.on('connection', (socket) => {
    const address = socket.remoteAddress ?? ''
    if (trustedProxies.includes(address)) return
    const count = (open.get(address) ?? 0) + 1
    open.set(address, count)
    socket.once('close', () => {
      const left = (open.get(address) ?? 1) - 1
      if (left === 0) open.delete(address)
      else open.set(address, left)
    })
    if (count > MOST) socket.destroy()
  })
}
