/**
 * What an operator may allow beyond the public internet, for one connection: a host of the inner network by its
 * name, an address there, or a range (SEC X-3). Never this machine, nor what is next to it by its link,
 * where clouds keep their credentials. Pure.
 */
import { BlockList, isIP } from 'node:net'

/** RFC 1918, RFC 6598 and RFC 4193. */
const INNER = [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['100.64.0.0', 10],
  ['fc00::', 7],
] as const

/** Of clouds that answer for themselves within those. */
const METADATA = new BlockList()
METADATA.addAddress('100.100.100.200')
METADATA.addAddress('fd00:ec2::254', 'ipv6')

const HOST =
  /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/

/** @returns the host, address or range as it is kept; undefined for what cannot be allowed */
export function innerHost(text: string): string | undefined {
  const given = text.trim().toLowerCase()
  const [address = '', bits, ...more] = given.split('/')
  if (isIP(address) === 0) return HOST.test(given) && /[a-z]/.test(given) ? given : undefined
  if (more.length > 0 || (bits !== undefined && !/^\d{1,3}$/.test(bits))) return undefined
  const width = isIP(address) === 4 ? 32 : 128
  const length = Number(bits ?? width)
  const isWithin = INNER.some(
    ([network, least]) => length >= least && within(network, least, address),
  )
  return isWithin && length <= width ? given : undefined
}

/** Whether `host`, which has that address, may be connected to. @param allowed  as `innerHost` gives them */
export function reachesInner(allowed: readonly string[], host: string, address: string): boolean {
  const isInner = INNER.some(([network, bits]) => within(network, bits, address))
  if (!isInner || METADATA.check(address, kindOf(address))) return false
  return allowed.some((each) => {
    const [network = '', bits] = each.split('/')
    if (isIP(network) === 0) return each === host.toLowerCase()
    return within(network, Number(bits ?? (isIP(network) === 4 ? 32 : 128)), address)
  })
}

function within(network: string, bits: number, address: string): boolean {
  if (isIP(address) === 0 || isIP(address) !== isIP(network)) return false
  const range = new BlockList()
  range.addSubnet(network, bits, kindOf(network))
  return range.check(address, kindOf(address))
}

function kindOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 4 ? 'ipv4' : 'ipv6'
}
