/**
 * Starts a simulated Okta by itself: `npx node simulator/main.ts --domain acme.example --port 8090`.
 *
 * Prints one line `listening <url>` when it answers. What it can do is at `<url>/sim`.
 */
import { parseArgs } from 'node:util'
import { createOkta } from './index.ts'

const USAGE = `npx node simulator/main.ts [options]

  --domain <domain>   the organisation's e-mail domain (acme.example)
  --people <count>    so many people are there from the start (0)
  --port <port>       where it listens on 127.0.0.1 (8090; 0 for any free one)
  --seed <text>       the same seed gives the same ids and passwords (1)
  --help              this text`

const { values } = parseArgs({
  options: {
    domain: { type: 'string', default: 'acme.example' },
    people: { type: 'string', default: '0' },
    port: { type: 'string', default: '8090' },
    seed: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) console.log(USAGE)
else await run()

async function run() {
  const [port, people] = [within('port', 65_535), within('people', 999_999)]
  if (port === undefined || people === undefined) {
    process.exitCode = 2
    return
  }
  const okta = await createOkta({ seed: values.seed, domain: values.domain, port })
  okta.hireMany(people)
  console.log(`listening ${okta.url}`)
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void okta.close().then(() => process.exit(0)))
}

/** The number given for an option; says so when it is none that fits. */
function within(option: 'port' | 'people', most: number): number | undefined {
  const value = values[option]
  if (/^\d{1,6}$/.test(value) && Number(value) <= most) return Number(value)
  console.error(`--${option} must be a whole number from 0 to ${most}, not "${value}".`)
  return undefined
}
