/**
 * The one way out: discovery, keys, tokens and logout notices leave through this and nothing else
 * (SEC X-1).
 *
 * A customer chooses where we connect to, so the address is checked, not the name: each address that
 * the name has must be one of the public internet, or of what an operator has allowed for the connection that
 * asks, and the connection goes to the address that was checked. Redirects are not followed, answers are bounded in time and size,
 * and each asker has a lane of its own to each host.
 *
 * Where our own public URL is plain http on this machine, as in the demo and in tests, loopback is
 * allowed too: there is nobody else's network to reach.
 */
import { lookup as resolve, type LookupAddress } from 'node:dns'
import { type Agent, type ClientRequest, request as plainRequest } from 'node:http'
import { request as tlsRequest } from 'node:https'
import { BlockList, isIP, type LookupFunction, type Socket } from 'node:net'
import { isPublic, reachesInner } from '../lib/index.ts'
import type { Asker, Lanes } from './lanes.ts'
import { nobodyAnswered, NotAllowed, Unreachable } from './unreachable.ts'

const CONNECT_MS = 3_000
const TOTAL_MS = 5_000
const MOST_BYTES = 1024 * 1024
const PORTS = new Set(['', '443', '8443'])

export interface OutboundRequest {
  readonly asker: Asker
  /** Somebody tries it by hand: it is asked even where nobody has answered of late. */
  readonly byHand?: boolean | undefined
  readonly method?: string | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly body?: string | URLSearchParams | undefined
  /** Of the inner network, what the connection that this is for may reach. */
  readonly internalHosts?: readonly string[]
  /** Another limit than the mebibyte that any answer has. */
  readonly mostBytes?: number | undefined
  /** Another than the 5 seconds that any call has. */
  readonly mostMs?: number | undefined
}

/** As `fetch`, for text bodies. Rejects with `Unreachable`; at once, where the asker's lane to that host says so. */
export type Outbound = (url: string, request: OutboundRequest) => Promise<Response>

const LOCAL = new BlockList()
LOCAL.addSubnet('127.0.0.0', 8)
LOCAL.addAddress('::1', 'ipv6')

export function createOutbound({
  publicUrl,
  lanes,
}: {
  readonly publicUrl: string
  readonly lanes: Lanes
}): Outbound {
  const atHome = new URL(publicUrl).protocol === 'http:'
  const isAllowed = (host: string, address: string, { internalHosts = [] }: OutboundRequest) =>
    isPublic(address) || (atHome && isLocal(address)) || reachesInner(internalHosts, host, address)

  const lookingUp =
    (given: OutboundRequest): LookupFunction =>
    (host, options, done) =>
      resolve(host, { ...options, all: true }, (error, addresses) => {
        if (error !== null) return done(error, [])
        if (
          addresses.length === 0 ||
          !addresses.every(({ address }) => isAllowed(host, address, given))
        )
          return done(new NotAllowed('Its address may not be connected to.'), [])
        const [first] = addresses as [LookupAddress, ...LookupAddress[]]
        return options.all === true
          ? done(null, addresses)
          : done(null, first.address, first.family)
      })

  return async (url, given) => {
    const target = new URL(url)
    const host = target.hostname.replace(/^\[|\]$/g, '')
    const isPlain = target.protocol === 'http:' && atHome
    if (target.protocol !== 'https:' && !isPlain) throw new NotAllowed('Its address is not https.')
    if (target.username !== '' || target.password !== '')
      throw new NotAllowed('Its address holds a user name or password.')
    if (!PORTS.has(target.port) && !atHome) throw new NotAllowed('Its port is not 443 or 8443.')
    // `lookup` is not asked for what is an address already.
    if (isIP(host) !== 0 && !isAllowed(host, host, given))
      throw new NotAllowed('Its address may not be connected to.')
    const { asker, byHand = false, internalHosts = [], mostMs = TOTAL_MS } = given
    const signal = AbortSignal.timeout(mostMs)
    // No address is asked for where a connection is kept: what one may reach of the inner network is kept for nobody.
    const keeps = internalHosts.length === 0
    return lanes.go({ asker, target, keeps, byHand, signal }, (agent) =>
      send(target, isPlain ? plainRequest : tlsRequest, given, {
        ...{ agent, signal, lookup: lookingUp(given) },
      }),
    )
  }
}

function isLocal(address: string): boolean {
  return LOCAL.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6')
}

function send(
  target: URL,
  request: typeof tlsRequest,
  { method = 'GET', headers = {}, body, mostBytes = MOST_BYTES }: OutboundRequest,
  by: {
    readonly agent: Agent | false
    readonly signal: AbortSignal
    readonly lookup: LookupFunction
  },
): Promise<Response> {
  const text = body?.toString()
  const { promise, resolve: answer, reject } = Promise.withResolvers<Response>()
  const length = text === undefined ? {} : { 'content-length': String(Buffer.byteLength(text)) }
  const sent = request(
    target,
    {
      ...{ method, ...by },
      headers: { ...headers, ...length, 'accept-encoding': 'identity' },
    },
    (response) => {
      const chunks: Buffer[] = []
      let size = 0
      response.on('data', (chunk: Buffer) => {
        size += chunk.length
        if (size <= mostBytes) return void chunks.push(chunk)
        reject(new Unreachable(`Its answer is larger than ${sizeOf(mostBytes)}.`))
        // Not with the error: at the last part of an answer nobody listens for it any more, and the process would end.
        sent.destroy()
      })
      response.on('error', (error) => reject(asUnreachable(error)))
      response.on('end', () => {
        const status = response.statusCode ?? 500
        const isEmpty = status === 204 || status === 205 || status === 304
        answer(
          new Response(isEmpty ? null : Buffer.concat(chunks), {
            status,
            headers: Object.entries(response.headers).flatMap(([name, value]) =>
              value === undefined ? [] : [[name, String(value)] as [string, string]],
            ),
          }),
        )
      })
    },
  )
  sent.on('error', (error) => reject(asUnreachable(error)))
  sent.once('socket', (socket) => giveUpLate(sent, socket))
  sent.end(text)
  return promise
}

function giveUpLate(sent: ClientRequest, socket: Socket): void {
  if (!socket.connecting) return
  const timer = setTimeout(() => sent.destroy(), CONNECT_MS)
  for (const [emitter, event] of [
    [socket, 'encrypted' in socket ? 'secureConnect' : 'connect'],
    [sent, 'close'],
  ] as const)
    emitter.once(event, () => clearTimeout(timer))
}

function sizeOf(bytes: number): string {
  return bytes < 2 ** 20 ? `${bytes / 2 ** 10} KiB` : `${bytes / 2 ** 20} MiB`
}

function asUnreachable(error: Error): Unreachable {
  return error instanceof Unreachable ? error : nobodyAnswered(error)
}
