/**
 * Server-sent events on the wire, written and read (HTML Living Standard §9.2): an event has a name,
 * data as JSON, and an id that the reader hands back to go on from there.
 */
export interface StreamEvent {
  readonly event: string
  readonly id: string
  readonly data: unknown
}

/** Asks a reader to come back after this long when the stream ends. */
export const RETRY = 'retry: 2000\n\n'
/** Says that the stream is alive. */
export const HEARTBEAT = ':\n\n'

export function writeEvent({ event, id, data }: StreamEvent): string {
  // JSON escapes line ends, so the data is one line.
  return `event: ${event}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`
}

/** Three heartbeats. */
const SILENT_MS = 30_000

/**
 * Each event of a stream, to its end. What is no event, such as a heartbeat, is passed over.
 * @throws Error when nothing comes for so long, not even that: whoever told it cannot be reached
 */
export async function* readEvents(
  body: ReadableStream<Uint8Array>,
  silentMs = SILENT_MS,
): AsyncGenerator<StreamEvent> {
  let text = ''
  const decoder = new TextDecoder()
  for await (const bytes of whileAlive(body, silentMs)) {
    text += decoder.decode(bytes, { stream: true })
    const blocks = text.split('\n\n')
    text = blocks.pop() ?? ''
    for (const block of blocks) {
      const fields = new Map(block.split('\n').map(fieldOf))
      const data = fields.get('data')
      if (data === undefined) continue
      const event = fields.get('event') ?? 'message'
      yield { event, id: fields.get('id') ?? '', data: JSON.parse(data) }
    }
  }
}

function fieldOf(line: string): [name: string, value: string] {
  const [, name = '', value = ''] = /^([^:]*):? ?(.*)$/.exec(line) ?? []
  return [name, value]
}

async function* whileAlive(
  body: ReadableStream<Uint8Array>,
  silentMs: number,
): AsyncGenerator<Uint8Array> {
  const reader = body.getReader()
  try {
    for (;;) {
      const { done, value } = await soon(reader.read(), silentMs)
      if (done) return
      yield value
    }
  } finally {
    reader.cancel().catch(() => undefined)
  }
}

/** @throws Error when it takes longer */
async function soon<Value>(coming: Promise<Value>, withinMs: number): Promise<Value> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(
    () => late.reject(new Error(`Nothing was said for ${withinMs / 1000} s.`)),
    withinMs,
  )
  try {
    return await Promise.race([coming, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
