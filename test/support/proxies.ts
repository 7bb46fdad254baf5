/**
 * Real proxies before a site, each set up by the example of the guide and nothing else: only the names in
 * it are replaced. Where no setting names one, the tests that want it are skipped, and say so.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from './world.ts'

/** What the names in an example become. */
interface Names {
  /** Where it serves, on this machine. */
  readonly origin: string
  readonly gatewayUrl: string
  readonly siteUrl: string
}

export interface Proxy {
  readonly name: string
  /** The setting that says where the program is. */
  readonly setting: string
  readonly example: string
  readonly names: (names: Names) => readonly (readonly [string | RegExp, string])[]
  /** The whole configuration, with all that it writes in `folder`. */
  readonly whole: (example: string, folder: string) => string
  readonly words: (folder: string) => readonly string[]
}

export const PROXIES: readonly Proxy[] = [
  {
    name: 'nginx',
    setting: 'ROLLCALL_TEST_NGINX',
    example: 'nginx-gateway.conf',
    names: ({ origin, gatewayUrl, siteUrl }) => [
      ['listen 443 ssl;', `listen ${new URL(origin).host};`],
      ['server_name wiki.acme.example;', `server_name ${new URL(origin).hostname};`],
      [/ *ssl_certificate.*\n/g, ''],
      ['http://127.0.0.1:8000', siteUrl],
      ['https://id.example.com/t/ten_.../gateway/sit_...', gatewayUrl],
    ],
    whole: (example, folder) => {
      const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
        (kind) => `${kind}_temp_path ${folder}/${kind};`,
      )
      return [
        'daemon off; master_process off; pid nginx.pid; error_log stderr;',
        `events {} http { access_log off; ${temporary.join(' ')}`,
        example,
        '}',
      ].join('\n')
    },
    words: (folder) => ['-p', folder, '-c', 'configuration'],
  },
  {
    name: 'Caddy',
    setting: 'ROLLCALL_TEST_CADDY',
    example: 'Caddyfile',
    names: ({ origin, gatewayUrl, siteUrl }) => [
      ['wiki.acme.example {', `${origin} {`],
      ['127.0.0.1:8000', new URL(siteUrl).host],
      ['https://id.example.com', new URL(gatewayUrl).origin],
      ['Host id.example.com', `Host ${new URL(gatewayUrl).host}`],
      ['/t/ten_.../gateway/sit_...', new URL(gatewayUrl).pathname],
    ],
    whole: (example) => `{\n\tadmin off\n}\n${example}`,
    words: (folder) => [
      ...['run', '--adapter', 'caddyfile'],
      ...['--config', join(folder, 'configuration')],
    ],
  },
]

const [NGINX, CADDY] = PROXIES as readonly [Proxy, Proxy]

/** Before the server itself: both addresses beside the origin are the server's. */
export const FRONTS: readonly Proxy[] = [
  {
    ...NGINX,
    example: 'nginx-rollcall.conf',
    names: ({ origin, siteUrl }) => [
      ['listen 443 ssl;', `listen ${new URL(origin).host};`],
      ['server_name id.example.com;', `server_name ${new URL(origin).hostname};`],
      [/ *ssl_certificate.*\n/g, ''],
      ['http://127.0.0.1:8080', siteUrl],
    ],
  },
  {
    ...CADDY,
    example: 'Caddyfile-rollcall',
    names: ({ origin, siteUrl }) => [
      ['id.example.com {', `${origin} {`],
      ['127.0.0.1:8080', new URL(siteUrl).host],
    ],
  },
]

/** Options of a test that wants it. */
export function having({ name, setting }: Proxy): { skip: string | false } {
  return { skip: process.env[setting] === undefined && `${setting} names no ${name}` }
}

/** Serves `names.origin` until the test ends. */
export async function startProxy(
  t: { after(act: () => Promise<void>): void },
  proxy: Proxy,
  names: Names,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-proxy-'))
  const file = new URL(`../../docs/guides/examples/${proxy.example}`, import.meta.url)
  const example = proxy
    .names(names)
    .reduce((text, [from, to]) => text.replaceAll(from, to), await readFile(file, 'utf8'))
  await writeFile(join(folder, 'configuration'), proxy.whole(example, folder))
  const child = spawn(process.env[proxy.setting] ?? '', proxy.words(folder), {
    env: { HOME: folder },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => void (said += text))
  const ended = once(child, 'close')
  t.after(async () => {
    child.kill('SIGTERM')
    await ended
    await rm(folder, { recursive: true })
  })
  await until(`${proxy.name} serving (${said})`, () => {
    if (child.exitCode !== null) throw new Error(`${proxy.name} ended: ${said}`)
    return fetch(`${names.origin}/.rollcall/`).then(
      () => true,
      () => false,
    )
  })
}
