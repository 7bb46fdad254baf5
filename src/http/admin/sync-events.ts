/**
 * A watch of a tenant as events: the pipeline when it has changed, and the news of its runs. An
 * event's id is what its reader knows of the runs by then, so that any node can go on from it.
 */
import type { z } from 'zod'
import type { syncRoutes } from '../../contract/index.ts'
import { type KnownRuns, type Look, newsOfRuns } from '../../etl/index.ts'
import { isId, Refusal } from '../../lib/index.ts'
import { presentPipeline, presentRun } from './present-sync.ts'

type Event = z.input<typeof syncRoutes.followSync.reply>

/** @param known  undefined for whoever begins to listen */
export async function* eventsOf(
  looks: AsyncIterable<Look | undefined>,
  known: KnownRuns | undefined,
): AsyncGenerator<Event | undefined> {
  let knows = known
  let told = ''
  for await (const look of looks) {
    if (look === undefined) {
      yield undefined
      continue
    }
    const { news, known: after } = newsOfRuns(knows, look.runs, look.at)
    // Until all of the news is told, whoever comes back is told all of it again.
    for (const [index, { event, run }] of news.entries()) {
      const id = idOf(index === news.length - 1 ? after : (knows ?? after))
      yield { event, id, data: presentRun(run) }
    }
    knows = after
    const data = presentPipeline(look.status)
    const text = JSON.stringify(data)
    if (text !== told) yield { event: 'pipeline', id: idOf(after), data }
    else if (news.length === 0) yield undefined
    told = text
  }
}

const NONE = 'none'
const MOST_IDS = 60

function idOf({ newest, open }: KnownRuns): string {
  return [newest ?? NONE, ...open].join('.')
}

/** @throws Refusal `invalid_input` for what is no id of ours */
export function knownFrom(lastEventId: string | undefined): KnownRuns | undefined {
  if (lastEventId === undefined || lastEventId === '') return undefined
  const [newest = '', ...open] = lastEventId.split('.')
  const isOurs =
    (newest === NONE || isId('run', newest)) &&
    open.length < MOST_IDS &&
    open.every((id) => isId('run', id))
  if (isOurs) return { newest: newest === NONE ? null : newest, open }
  throw new Refusal(
    'invalid_input',
    'Last-Event-ID is no id of this stream. Send the id of its last event, or none.',
  )
}
