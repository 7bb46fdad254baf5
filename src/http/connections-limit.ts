/** How many connections the network of one line may hold open at a time (SEC L-5). A listed proxy speaks for many. */
import type { Server } from 'node:http'
import { BlockList, isIP } from 'node:net'
import { networkOf } from '../lib/index.ts'

const MOST = 512

/** @param trustedProxies  addresses or networks, as the settings give them */
export function limitConnections(server: Server, trustedProxies: readonly string[]): void {
  const open = new Map<string, number>()
  const isProxy = listOf(trustedProxies)
  server.on('connection', (socket) => {
    const { remoteAddress = '' } = socket
    if (isProxy(remoteAddress)) return
    const line = networkOf(remoteAddress)
    const count = (open.get(line) ?? 0) + 1
    open.set(line, count)
    socket.once('close', () => {
      const left = (open.get(line) ?? 1) - 1
      if (left === 0) open.delete(line)
      else open.set(line, left)
    })
    if (count > MOST) socket.destroy()
  })
}

function listOf(networks: readonly string[]): (address: string) => boolean {
  const list = new BlockList()
  for (const network of networks) {
    const [address = '', bits] = network.split('/')
    if (bits === undefined) list.addAddress(address, kindOf(address))
    else list.addSubnet(address, Number(bits), kindOf(address))
  }
  return (address) => isIP(address) !== 0 && list.check(address, kindOf(address))
}

function kindOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 4 ? 'ipv4' : 'ipv6'
}
