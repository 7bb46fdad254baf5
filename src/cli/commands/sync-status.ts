/** sync status: the pipeline once, or as it changes. */
import type { AdminClient } from '../../contract/index.ts'
import { type Context, Misuse } from '../context.ts'
import { COME_BACK_MS, mayPass } from './come-back.ts'
import { drawLine, drawNews, drawPanel, type Pipeline } from './pipeline.ts'

export interface StatusOptions {
  readonly follow?: boolean
  readonly untilIdle?: boolean
  readonly json?: boolean
}

type PipelineEvent =
  ReturnType<AdminClient['followSync']> extends AsyncIterable<infer E> ? E : never

export async function status(
  context: Context,
  tenant: string,
  { follow, untilIdle, json }: StatusOptions,
): Promise<void> {
  if (follow === true && untilIdle === true)
    throw new Misuse('Give one of --follow and --until-idle.')
  const { client, terminal, show } = context
  if (follow !== true && untilIdle !== true) {
    const shown = await client().readSync({ tenant })
    return show(json, shown, `${drawLine(shown)}\n`)
  }
  const tell = json === true ? tellMachine : terminal.interactive ? panel() : tellLines
  for await (const event of events(context, tenant)) {
    terminal.out(tell(event))
    if (untilIdle === true && event.event === 'pipeline' && event.data.waiting === 0) return
  }
}

/** Goes on when the server has ended the stream, as it does when it is started again. */
async function* events(
  { client, terminal }: Context,
  tenant: string,
): AsyncGenerator<PipelineEvent> {
  let lastEventId: string | undefined
  let wasThere = false
  let isTold = false
  for (;;) {
    try {
      for await (const event of client().followSync({ tenant }, { lastEventId })) {
        lastEventId = event.id
        wasThere = true
        isTold = false
        yield event
      }
      wasThere = true
    } catch (error) {
      if (!mayPass(error) || !wasThere) throw error
    }
    if (!isTold) terminal.err('The server has ended the stream. Trying again until it is back.\n')
    isTold = true
    await terminal.wait(COME_BACK_MS)
  }
}

const tellMachine = (event: PipelineEvent): string => `${JSON.stringify(event)}\n`

/** For a file or a pipe. */
function tellLines({ event, data }: PipelineEvent): string {
  return `${event === 'pipeline' ? drawLine(data) : drawNews(event, data)}\n`
}

/** For a person: what happens to runs, line by line, and below it the panel, drawn over itself. */
function panel(): (event: PipelineEvent) => string {
  let most = 0
  let lines = 0
  let shown: Pipeline | undefined
  return ({ event, data }) => {
    const above = lines === 0 ? '' : `\u001B[${lines}A\u001B[J`
    if (event === 'pipeline') shown = data
    const news = event === 'pipeline' ? '' : `${drawNews(event, data)}\n`
    most = shown === undefined || shown.waiting === 0 ? 0 : Math.max(most, shown.waiting)
    const drawn = shown === undefined ? '' : drawPanel(shown, most)
    lines = drawn.split('\n').length - 1
    return above + news + drawn
  }
}
