/** A DNS server on this machine that knows the text records that a test gives it (RFC 1035). */
import { createSocket } from 'node:dgram'

export interface Dns {
  /** As the setting wants it: address and port. */
  readonly server: string
  /** By name; changed at any time. */
  readonly records: Map<string, string[]>
}

const TXT = 16

export async function startDns(t: { after(act: () => Promise<void>): void }): Promise<Dns> {
  const records = new Map<string, string[]>()
  const socket = createSocket('udp4')
  socket.on('message', (query, from) => {
    const { name, end } = nameAt(query, 12)
    const found = query.readUInt16BE(end) === TXT ? (records.get(name) ?? []) : []
    socket.send(answerTo(query, end + 4, found), from.port, from.address)
  })
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  t.after(() => new Promise((resolve) => socket.close(resolve)))
  return { server: `127.0.0.1:${socket.address().port}`, records }
}

/** The question's name, and where it ends. */
function nameAt(query: Buffer, start: number): { name: string; end: number } {
  const labels: string[] = []
  let at = start
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length))
    at += 1 + length
  }
  return { name: labels.join('.').toLowerCase(), end: at + 1 }
}

/** The question again, and a record for each text; NXDOMAIN where there is none. */
function answerTo(query: Buffer, end: number, texts: readonly string[]): Buffer {
  const head = Buffer.from(query.subarray(0, 12))
  head.writeUInt16BE(texts.length > 0 ? 0x8580 : 0x8583, 2)
  head.writeUInt16BE(1, 4)
  head.writeUInt16BE(texts.length, 6)
  head.writeUInt32BE(0, 8)
  return Buffer.concat([head, query.subarray(12, end), ...texts.map(recordOf)])
}

/** Longer texts are cut into strings of 255, as a DNS does. */
function recordOf(text: string): Buffer {
  const strings = (text.match(/.{1,255}/g) ?? []).map((part) =>
    Buffer.concat([Buffer.from([part.length]), Buffer.from(part, 'latin1')]),
  )
  const data = Buffer.concat(strings)
  const fixed = Buffer.alloc(12)
  fixed.writeUInt16BE(0xc00c, 0)
  fixed.writeUInt16BE(TXT, 2)
  fixed.writeUInt16BE(1, 4)
  fixed.writeUInt32BE(1, 6)
  fixed.writeUInt16BE(data.length, 10)
  return Buffer.concat([fixed, data])
}
