/**
 * `npm run docs` writes the pages of docs/reference/ that can be told from the code, so that they
 * cannot lag behind it; `npm run docs -- --check` fails when one is stale. What the code does not
 * say (what a refusal means to the reader) stands beside the list, typed by it: a code without its
 * words does not compile.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { CLI_SETTINGS, SETTINGS, type Setting } from '../src/config.ts'
import { routes, type Route } from '../src/contract/index.ts'
import { EVENT_KINDS, type EventMeaning } from '../src/identity/index.ts'
import { REFUSALS, type RefusalCode } from '../src/lib/index.ts'
import { LOG_EVENTS, type LogEvent, METRICS, type Metric } from '../src/telemetry/index.ts'
import { EXPORTS, STREAM_OF_A_TENANT, WHO_CALLS_AND_MAY } from './admin-api-words.ts'
import { conformanceLines } from './conformance-page.ts'
import { dialectLines } from './dialects-page.ts'
import { ruleLines } from './rules-page.ts'

interface Page {
  readonly file: string
  readonly write: () => string | Promise<string>
}

const PAGES: readonly Page[] = [
  { file: 'docs/reference/refusals.md', write: refusals },
  { file: 'docs/reference/settings.md', write: settings },
  { file: 'docs/reference/admin-api.md', write: adminApi },
  { file: 'docs/reference/events.md', write: events },
  { file: 'docs/reference/dialects.md', write: () => page('Dialects', dialectLines()) },
  {
    file: 'docs/reference/conformance.md',
    write: () => page('Conformance', conformanceLines()),
  },
  { file: 'docs/reference/rules.md', write: () => page('Rules', ruleLines()) },
  { file: 'docs/reference/metrics.md', write: metrics },
  { file: 'docs/reference/log-events.md', write: logEvents },
]

/** What happened and what to do, for the one who acts. */
const MEANING: Record<RefusalCode, string> = {
  user_not_found:
    'The person is not in the Sync Engine: not assigned to the application in the identity provider, or not pushed yet. Assign them there, or press "Provision User".',
  claim_type_mapping_not_found:
    'No claim type mapping stands for the issuer that sent the person; the page and the sign-in log name the issuer. Onboarding is incomplete: add the mapping.',
  fqn_not_found:
    'The person is staged and is not in the identity store yet: the loader is paused, busy, or the record is in quarantine. The page shows the stage and its age and tries again by itself.',
  identity_inactive:
    'The identity provider says that the person is deactivated, or has deleted them: reactivate or assign them there. Or a rule for active makes them inactive, as `rollcall explain` says then.',
  identity_ambiguous:
    'Two active identities answer to the same claim value, so neither is signed in. Rename or unassign one of the two in the identity provider.',
  connection_not_ready:
    'The connection has no OpenID Connect application yet, or is disabled. Set issuer, client id and client secret, or enable it.',
  application_refused:
    'The identity provider does not know the client id, or the secret or key that we show with it is wrong, or has ended. Nobody comes in by that connection. Enter client id and secret anew; the sign-in log holds word for word what it said.',
  idp_error:
    'The identity provider sent the person back with an error, which the sign-in log holds word for word. Most often they are not assigned to the application.',
  idp_unreachable:
    'The identity provider did not answer in time. Nothing was changed; trying again later is enough.',
  token_refused:
    'What the identity provider sent did not pass verification (issuer, audience, signature, nonce, time). The sign-in log names the check.',
  another_person:
    'The site asked for one person (`id_token_hint`), and the identity provider showed another. No page says so: the site hears `login_required`, and may ask again without the hint.',
  flow_expired:
    'The sign-in was started more than ten minutes ago, in another browser or in one that keeps no cookies, was used already, or the access of the person was ended meanwhile. Where the page shows a reference, the sign-in log says which. Start again at the site.',
  request_refused:
    'The site asked for something that it may not have: an unknown client, a redirect URI that is not registered, a missing PKCE challenge.',
  tenant_suspended:
    'The tenant is suspended; nobody signs in and nothing is provisioned until it is resumed.',
  not_authenticated:
    'Nobody is signed in and the call carries no key that is good; or what somebody signs in with is not right, whatever of it.',
  not_found: 'No such thing, or it belongs to another tenant; the two look the same on purpose.',
  history_gone:
    'What is asked about is older than what is kept (`ROLLCALL_EVENT_DAYS`); the message says from when or where on it is.',
  position_ahead:
    'Events are asked for after one that there is not yet. Whoever has read it did so before a back-up was restored: the message says what to do.',
  not_permitted:
    'Whoever calls is known and may not do this: the message names the role that may. Or a write came with a cookie and not from a page of this server.',
  fresh_sign_in_needed:
    'What is asked for is dangerous, and the sign-in is more than ten minutes old. Sign in again and repeat it.',
  invalid_input:
    'The input does not have the form that the route asks for; the answer names each field.',
  already_exists: 'A name that must be unique is taken.',
  conflict:
    'Somebody else changed it in the meantime, or it is in a state that does not allow this.',
  too_many_requests: 'Over the rate limit. Wait as many seconds as `Retry-After` says.',
  unavailable:
    'Something that we need is away for now: the database, usually. Retry; nothing was half done.',
}

function refusals(): string {
  const rows = Object.entries(REFUSALS).map(
    ([code, { status, acts }]) =>
      `| \`${code}\` | ${status} | ${MEANING[code as RefusalCode]} | ${acts} |`,
  )
  return page('Refusals', [
    'A refusal is an error that somebody can do something about. Its code never changes. The person who',
    'signs in sees a page with a reference; the operator finds the same code under that reference with',
    '`npm run rollcall -- sign-in show <reference>`. SCIM has its own, after RFC 7644 section 3.12.',
    '',
    '| Code | Status | It means | Who acts |',
    '|---|---|---|---|',
    ...rows,
  ])
}

function settings(): string {
  return page('Settings', [
    'Read from the environment, once, at start. Everything that is wrong is said at once, and nothing starts.',
    '',
    '## The server',
    '',
    ...settingsTable(SETTINGS),
    '',
    '## The command line',
    '',
    'Also reads `ROLLCALL_DATA_DIR` and `ROLLCALL_PORT`, to find a server on the same machine, and for `db` ' +
      '`ROLLCALL_DATABASE_URL`.',
    '',
    ...settingsTable(CLI_SETTINGS),
  ])
}

function settingsTable(table: Readonly<Record<string, Setting<unknown>>>): string[] {
  const rows = Object.entries(table).map(
    ([name, { meaning, fallback }]) =>
      `| \`${name}\` | ${meaning.replaceAll('<', '&lt;')} | ${fallback ? `\`${fallback}\`` : ''} |`,
  )
  return ['| Setting | Means | Unless set |', '|---|---|---|', ...rows]
}

function adminApi(): string {
  const rows = Object.values<Route>(routes).map(
    ({ method, path, summary, needs, fresh }) =>
      `| ${method} | \`${path}\` | ${summary} | ${needs}${fresh ? ', fresh' : ''} |`,
  )
  return page('The admin API', [
    ...WHO_CALLS_AND_MAY,
    '| Method | Path | Does | Needs |',
    '|---|---|---|---|',
    ...rows,
    '',
    ...EXPORTS,
    ...STREAM_OF_A_TENANT,
  ])
}

function events(): string {
  const rows = Object.entries<EventMeaning>(EVENT_KINDS).map(
    ([kind, { meaning, other }]) => `| \`${kind}\` | ${meaning} | ${other ?? ''} |`,
  )
  return page('Events', [
    'What happens to people and groups. Sites that [may read the directory](../guides/directory.md#follow-what-happens) follow it at',
    '`GET {Authority}/directory/events?after={position}`, programs of the operator at `GET /admin/v1/tenants/{tenant}/events?after={position}`.',
    '',
    'The loader numbers each effective change. Positions are dense and ordered within a tenant, and an event is there',
    'only once the identity is: whoever has read up to a position and asks for what comes after it misses nothing and',
    'reads nothing twice. What changes nothing is no event.',
    '',
    'Events are kept for `ROLLCALL_EVENT_DAYS`. Whoever asks for what comes after a position that is older is answered 410',
    '`history_gone` with the position to follow from, once people and groups have been read again; whoever asks beyond the',
    'latest, having read on before a back-up was restored, 409 `position_ahead` with the same.',
    '',
    '`identityId` is whom it happened to. `changes` says by attribute what it was and what it is (`from`, `to`); those of',
    '`properties` are named `properties.title` and so on. `requestId` is the request that began it.',
    '',
    '| Kind | Means | `otherId` |',
    '|---|---|---|',
    ...rows,
  ])
}

function metrics(): string {
  const rows = Object.entries<Metric>(METRICS).map(
    ([name, { type, help, labels }]) => `| \`${name}\` | ${type} | ${help} | ${labelsOf(labels)} |`,
  )
  return page('Metrics', [
    'With `ROLLCALL_METRICS=on`, `GET /metrics` on the port of the server gives them in the text format of Prometheus.',
    'Each node counts for itself. It asks for no credential: let your proxy keep it from the outside.',
    '',
    'No label ever names a tenant or a person. What goes on in one tenant: `npm run rollcall -- sync status <tenant>`.',
    '',
    '| Metric | Type | Means | Labels |',
    '|---|---|---|---|',
    ...rows,
    '',
    'Beside these stand the `process_…` and `nodejs_…` metrics that every Node service has (CPU, memory, open files,',
    'event loop, garbage collection), under the names that ready-made dashboards know.',
  ])
}

function labelsOf(labels: Metric['labels']): string {
  return Object.entries(labels)
    .map(([label, values]) => `\`${label}\`: ${label === 'code' ? CODES : values.join(', ')}`)
    .join('<br>')
}
const CODES = 'a code of [refusals](refusals.md)'

function logEvents(): string {
  const rows = Object.entries<LogEvent>(LOG_EVENTS).map(
    ([event, { level, meaning, fields }]) =>
      `| \`${event}\` | ${level} | ${meaning} | ${fields.map((field) => `\`${field}\``).join(' ')} |`,
  )
  return page('Log events', [
    'The log is JSON, a line for each event, on stderr. Besides the fields below a line has `level` (30 info, 40 warn,',
    '50 error, 60 fatal), `time` and `event`. Lines hold ids, counts and codes; people are named by id, secrets not at all.',
    'Follow one request by its `requestId`, which the caller has as `X-Request-Id`. No value is longer than a kibibyte; what was',
    'thrown (`error`, `err`) is a list of lines: the message, where it was thrown, what caused it.',
    '',
    '| Event | Level | Means | Fields, where known |',
    '|---|---|---|---|',
    ...rows,
  ])
}

function page(title: string, lines: readonly string[]): string {
  return [
    `# ${title}`,
    '',
    '<!-- Written by `npm run docs`; edit tools/write-docs.ts or the list it reads. -->',
    '',
    ...lines,
    '',
  ].join('\n')
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

const check = process.argv.includes('--check')
for (const { file, write } of PAGES) {
  const text = await write()
  if (read(file) === text) continue
  if (check) {
    console.error(`${file} is stale; run: npm run docs`)
    process.exitCode = 1
    continue
  }
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
  console.log(`wrote ${file}`)
}
