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

/** Each event of a stream, to its end. What is no event, such as a heartbeat, is passed over. */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<StreamEvent> {
  let text = ''
  const decoder = new TextDecoder()
  for await (const bytes of body) {
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
