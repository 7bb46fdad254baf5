/**
 * A real nginx before a site, set up by the example of the guide and nothing else: only the names in
 * it are replaced. Where `ROLLCALL_TEST_NGINX` names none, the tests that want it are skipped, and say so.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from './world.ts'

const EXAMPLE = new URL('../../docs/guides/examples/nginx-gateway.conf', import.meta.url)
const program = process.env['ROLLCALL_TEST_NGINX'] ?? ''

/** Options of a test that wants nginx. */
export const withNginx = { skip: program === '' && 'ROLLCALL_TEST_NGINX names no nginx' }

/** Serves `origin`, of this machine, until the test ends. */
export async function startNginx(
  t: { after(act: () => Promise<void>): void },
  names: { readonly origin: string; readonly gatewayUrl: string; readonly siteUrl: string },
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-nginx-'))
  const server = await exampleWith(names)
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${folder}/${kind};`,
  )
  const whole = [
    'daemon off; master_process off; pid nginx.pid; error_log stderr;',
    `events {} http { access_log off; ${temporary.join(' ')}`,
    server,
    '}',
  ]
  await writeFile(join(folder, 'nginx.conf'), whole.join('\n'))
  const child = spawn(program, ['-p', folder, '-c', 'nginx.conf'], {
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
  await until(`nginx serving (${said})`, () => {
    if (child.exitCode !== null) throw new Error(`nginx ended: ${said}`)
    return fetch(`${names.origin}/.rollcall/`).then(
      () => true,
      () => false,
    )
  })
}

async function exampleWith({ origin, gatewayUrl, siteUrl }: Parameters<typeof startNginx>[1]) {
  const example = await readFile(EXAMPLE, 'utf8')
  return [
    ['listen 443 ssl;', `listen ${new URL(origin).host};`],
    ['server_name wiki.acme.example;', `server_name ${new URL(origin).hostname};`],
    [/ *ssl_certificate.*\n/g, ''],
    ['http://127.0.0.1:8000', siteUrl],
    ['https://id.example.com/t/ten_.../gateway/sit_...', gatewayUrl],
  ].reduce((text, [from, to]) => text.replaceAll(from ?? '', String(to)), example)
}
