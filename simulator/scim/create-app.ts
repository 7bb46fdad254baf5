/** Puts an application together: reading down is reading who depends on whom. */
import { setTimeout as wait } from 'node:timers/promises'
import type { App, AppAuth, AppSettings } from '../app.ts'
import type { Org } from '../org.ts'
import { createClient, type Credential } from './client.ts'
import { createAiwDialect } from './dialects/aiw.ts'
import { createOinDialect } from './dialects/oin.ts'
import { createGroupJobs } from './groups.ts'
import { createSender } from './http.ts'
import { createReads } from './import.ts'
import { createLinks } from './links.ts'
import { createMembers } from './members.ts'
import { createOauth } from './oauth.ts'
import { createGate, type Pace } from './pace.ts'
import { createRecord } from './record.ts'
import { createRetry, type Sleep } from './retry.ts'
import { createUserJobs } from './users.ts'

export interface CreateAppSettings extends AppSettings {
  readonly org: Org
  readonly pace: Pace
  /** Requests under way at once. */
  readonly concurrency: number
  /** Where the administrator's browser returns to; only OAuth needs it. */
  readonly oauthRedirectUri?: string | undefined
  readonly sleep?: Sleep
}

const TIME_LIMIT_MS = 60_000
const DIALECTS = { oin: createOinDialect, aiw: createAiwDialect }

/**
 * An application that Okta provisions over SCIM. Sends nothing by itself; each method ends when the
 * server has answered or Okta has given up, and refusals are outcomes and tasks, not exceptions.
 */
export function createApp(settings: CreateAppSettings): App {
  const { name, kind, baseUrl, auth, org, pace, concurrency, sleep = sleepFor } = settings
  const oauthRedirectUri = settings.oauthRedirectUri ?? ''
  const oauth = createOauth(oauthRedirectUri)
  const fixed = auth.mode === 'oauth' ? undefined : createStaticCredential(auth)
  const record = createRecord()
  const links = createLinks()
  const sender = createSender({ baseUrl, connections: concurrency, timeLimitMs: TIME_LIMIT_MS })
  const client = createClient({
    sender,
    credential: fixed ?? oauth,
    gate: createGate(pace, concurrency, sleep),
    retry: createRetry(sleep),
    exchanged: record.exchanged,
  })
  const given = { client, dialect: DIALECTS[kind](client), links, record }

  return {
    name,
    kind,
    baseUrl,
    authMode: auth.mode,
    tasks: record.tasks,
    exchanges: record.exchanges,
    writes: record.writes,
    scimIdOf: links.scimIdOf,
    ...createReads(given),
    ...createUserJobs({ ...given, concurrency }),
    ...createGroupJobs({ ...given, members: createMembers({ ...given, org }) }),
    oauthRedirectUri,
    changeToken: (token) => fixed?.change(token),
    get oauth() {
      return oauth.oauth
    },
    startOauth: oauth.startOauth,
    finishOauth: oauth.finishOauth,
    refreshOauth: oauth.refreshOauth,
    close: sender.close,
  }
}

/** The two forms of a static token: in "HTTP Header" mode it stands alone, without a scheme word. */
function createStaticCredential({ mode, token }: Exclude<AppAuth, { mode: 'oauth' }>) {
  let entered = token
  return {
    authorization: () => Promise.resolve(mode === 'bearer' ? `Bearer ${entered}` : entered),
    change: (to: string) => {
      entered = to
    },
  } satisfies Credential & { change: (to: string) => void }
}

async function sleepFor(ms: number): Promise<void> {
  await wait(ms)
}
