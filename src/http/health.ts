/**
 * Health, for whoever restarts or routes to this node: live says that the process turns, ready
 * that it can serve. Up or down and no more (SEC D-5). Metrics only where the settings ask for them.
 */
import { type Answer, type Area, type Door, HttpRefusal } from './area.ts'
import { DATA_HEADERS } from './headers.ts'

export interface HealthGiven {
  /** Resolves when this node can serve; throws when it cannot. */
  readonly ready: () => Promise<void>
  /** The metrics' text, or undefined when they are not offered. */
  readonly metrics: (() => Promise<{ type: string; text: string }>) | undefined
}

export function healthArea({ ready, metrics }: HealthGiven): Area {
  const doors = [
    door('/health/live', async () => up(200, 'up')),
    door('/health/ready', async () => {
      try {
        await ready()
        return up(200, 'up')
      } catch {
        return up(503, 'down')
      }
    }),
  ]
  if (metrics !== undefined)
    doors.push(
      door('/metrics', async () => {
        const { type, text } = await metrics()
        return { status: 200, headers: { 'content-type': type }, body: text }
      }),
    )
  return {
    name: 'health',
    prefix: '',
    canonicalPaths: true,
    doors,
    refuse: (thrown) => {
      const status = thrown instanceof HttpRefusal ? thrown.status : 500
      return up(status, status === 404 ? 'not found' : 'refused')
    },
  }
}

function door(path: string, answer: () => Promise<Answer>): Door {
  return {
    methods: ['GET', 'HEAD'],
    path,
    bodyLimit: () => 0,
    admit: async () => {},
    answer,
  }
}

function up(status: number, text: string): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...DATA_HEADERS },
    body: JSON.stringify({ status: text }),
  }
}
