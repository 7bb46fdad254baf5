/** Whom an address stands for when tries are counted. Pure. */
import { isIP } from 'node:net'

/**
 * The network that one line has: of IPv6 the first 64 bits, since whoever has such an address has as many
 * as they like (RFC 6177), and of IPv4, also where it is written as IPv6, the address. Any other text is
 * given back as it is.
 */
export function networkOf(address: string): string {
  if (isIP(address) !== 6) return address
  const [, dotted] = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address) ?? []
  if (dotted !== undefined) return dotted
  const [head = '', tail] = address.replace(/%.*$/, '').toLowerCase().split('::')
  const groups = (text: string | undefined) =>
    text === undefined || text === '' ? [] : text.split(':')
  const [before, behind] = [groups(head), groups(tail)]
  const written = behind.length + (behind.at(-1)?.includes('.') === true ? 1 : 0)
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - written)
  const all = [...before, ...Array.from({ length: zeros }, () => '0'), ...behind]
  return `${all
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`
}
