/**
 * Starts a simulated Okta by itself: `node simulator/main.ts --domain acme.example --port 8090`.
 *
 * Prints one line `listening <url>` when it answers. What it can do is at `<url>/sim`.
 */
import { parseArgs } from 'node:util'
import { createOkta } from './index.ts'

const USAGE = `node simulator/main.ts [options]

  --domain <domain>   the organisation's e-mail domain (acme.example)
  --port <port>       where it listens on 127.0.0.1 (8090; 0 for any free one)
  --seed <text>       the same seed gives the same ids and passwords (1)
  --help              this text`

const { values } = parseArgs({
  options: {
    domain: { type: 'string', default: 'acme.example' },
    port: { type: 'string', default: '8090' },
    seed: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) console.log(USAGE)
else await run()

async function run() {
  const port = Number(values.port)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    console.error(`--port must be a whole number from 0 to 65535, not "${values.port}".`)
    process.exitCode = 2
    return
  }
  const okta = await createOkta({ seed: values.seed, domain: values.domain, port })
  console.log(`listening ${okta.url}`)
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void okta.close().then(() => process.exit(0)))
}
