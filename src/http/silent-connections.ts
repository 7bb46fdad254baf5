/**
 * Connections on which nothing has been said yet, such as browsers open in case they need one. Node counts
 * them as busy, so a server that closes would wait for them.
 */
import type { Server } from 'node:http'
import type { Socket } from 'node:net'

/** @returns what closes those that there are */
export function watchSilentConnections(server: Server): () => void {
  const open = new Set<Socket>()
  server.on('connection', (socket) => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
  })
  return () => {
    for (const socket of open) if (socket.bytesRead === 0) socket.destroy()
  }
}
