/**
 * The demo: `npm run demo` starts the server, two simulated Oktas and two sample sites, tells the
 * story of the product with them, and leaves them running. `npm run demo -- --once` stops after it;
 * it exits with 0 only if all of it happened.
 */
import { once } from 'node:events'
import { parseArgs } from 'node:util'
import { Mismatch } from './checks.ts'
import { createEndings, type Endings } from './endings.ts'
import type { ServerLog } from './server.ts'
import { closingLine, type Stage, StepFailed, tell, type Told } from './story/index.ts'
import { createTerminal } from './terminal.ts'
import { startWorld } from './world.ts'

const USAGE = `npm run demo [-- --once]

  --once   tell the story, check it, and stop: exit 0 if all of it happened, else 1

Without it everything is left running. The server then takes ROLLCALL_PORT (8080).`

const DEFAULT_PORT = '8080'
const SHOWN_LOG_LINES = 20

const { values } = parseArgs({
  options: { once: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
})

if (values.help) console.log(USAGE)
else {
  const interruption = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => interruption.abort())
  const interrupted = once(interruption.signal, 'abort')
  const endings = createEndings()

  const telling = run({ isOnce: values.once, endings, signal: interruption.signal })
  const happened = await Promise.race([telling, interrupted.then(() => false)])
  if (happened && !values.once) await interrupted
  if (interruption.signal.aborted) console.log('\nEnding ...')
  await endings.run()
  // An interrupted story may be in the middle of something, and none of it is waited for.
  process.exit(happened ? 0 : 1)
}

/** Whether all of it happened; if not, why not has been said. */
async function run({
  isOnce,
  endings,
  signal,
}: {
  isOnce: boolean
  endings: Endings
  signal: AbortSignal
}): Promise<boolean> {
  const log: ServerLog = { lines: [] }
  try {
    const port = isOnce ? '0' : (process.env['ROLLCALL_PORT'] ?? DEFAULT_PORT)
    const stage = await setStage(port, endings, log)
    if (!isOnce) {
      const { address, code } = stage.server.console
      stage.say(`Watch it at ${address}: the first operator's code is ${code}`)
    }
    const told = await tell(stage)
    console.log(`\n${closingLine(stage.tally)}`)
    if (!isOnce) console.log(invitation(stage, told))
    return true
  } catch (error) {
    // What fails because everything is being ended is nothing to read about.
    if (!signal.aborted) console.error(failure(error, log))
    return false
  }
}

async function setStage(port: string, endings: Endings, log: ServerLog): Promise<Stage> {
  const { isTTY, columns } = process.stdout
  const terminal = createTerminal({
    write: (text) => process.stdout.write(text),
    columns: isTTY ? columns : undefined,
    colours: isTTY && (process.env['NO_COLOR'] ?? '') === '',
    nowMs: () => performance.now(),
  })
  terminal.say('Starting the server, two simulated Oktas and two sites ...')
  const world = await startWorld(port, endings, log)
  const tally = {
    people: 0,
    groups: 0,
    links: 0,
    loaded: 0,
    loadMs: [],
    signedIn: 0,
    refusedAsExpected: 0,
  }
  return { ...world, ...terminal, admin: world.server.admin, tally }
}

function invitation({ server }: Stage, { acme, globex, person }: Told): string {
  const places = [acme, globex].flatMap(({ name, site, okta, handover }) => [
    ['', ''],
    [`${name}: site`, site.url],
    ['simulated Okta', `${okta.url}/sim`],
    ['Authority', handover.client.authority],
    ['BaseUrl', handover.scim.baseUrl],
  ])
  const rows = [
    ['Sign in at', acme.site.url],
    ['as', `${person.login}, password ${person.password}`],
    ...places,
    ['', ''],
    ['Console', `${server.console.address}, the first operator's code is ${server.console.code}`],
    ['Command line', `ROLLCALL_DATA_DIR=${server.dataDir} npm run rollcall -- sync status acme`],
  ]
  const lines = rows.map(([what = '', where = '']) => `  ${what.padEnd(16)} ${where}`.trimEnd())
  return `\nAll of it is left running; Ctrl-C ends it.\n\n${lines.join('\n')}\n`
}

function failure(error: unknown, { lines }: ServerLog): string {
  if (!(error instanceof StepFailed))
    return `\ndemo: ${error instanceof Error ? error.message : String(error)}`
  const { step, cause } = error
  const words =
    cause instanceof Mismatch
      ? [`  ${cause.message}`, `  expected: ${cause.expected}`, `  seen:     ${cause.seen}`]
      : [`  ${cause instanceof Error ? cause.stack : String(cause)}`]
  return [
    `\ndemo: failed in "${step}":`,
    ...words,
    `The server's last ${SHOWN_LOG_LINES} lines:`,
    ...lines.slice(-SHOWN_LOG_LINES),
  ].join('\n')
}
