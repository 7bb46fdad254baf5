/**
 * What a page says after an act: that it was done and what came of it, or what went wrong.
 *
 * At Okta a refusal by an application is no failure of the act but a new task for the administrator,
 * who would look in vain for it if the page said only that the act was done.
 */
import type { Okta } from '../okta.ts'
import { runAct } from './acts.ts'

/** `leadsTo`: the administrator must go there next, to let an application in. */
export type Told = { said: string } | { failed: string } | { leadsTo: string }

export async function doAndTell(okta: Okta, act: string, input: unknown): Promise<Told> {
  const earlier = new Map(okta.apps.map((app) => [app, app.tasks.length]))
  try {
    const result = await runAct(okta, act, input)
    const [task, ...more] = okta.apps.flatMap((app) => app.tasks.slice(earlier.get(app) ?? 0))
    if (task) {
      const words = [task.sentence, task.detail].filter(Boolean).join(': ')
      return { failed: more.length === 0 ? words : `${words} (and ${more.length} more tasks)` }
    }
    const shown = Object.entries(typeof result === 'object' && result !== null ? result : {})
    const [, leadsTo] = shown.find(([key]) => key === 'authorizeUrl') ?? []
    if (typeof leadsTo === 'string') return { leadsTo }
    const brief = Array.isArray(result)
      ? [`${result.length} of them`]
      : shown.flatMap(([key, value]) => (BRIEF.has(key) ? [`${key} ${String(value)}`] : []))
    return { said: `Done: ${act.replaceAll('-', ' ')}. ${brief.join(', ')}` }
  } catch (error) {
    return { failed: error instanceof Error ? error.message : String(error) }
  }
}

/** What is short enough to be read on a page. */
const BRIEF = new Set(['login', 'name', 'hired', 'started', 'clientId', 'clientSecret'])
