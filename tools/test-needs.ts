/**
 * What the tests need beyond npm: a Chromium for the browser journeys, a second PostgreSQL, the
 * oldest we support, for the stores, and nginx and Caddy for the gateway.
 *
 * Each is looked for where a setting says, on the PATH and in the usual places, and is believed only
 * when it says its version. On Debian and Ubuntu as root what is missing is installed. Elsewhere it
 * is named with the command to get it; what then cannot run, the runner counts as skipped.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import {
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { delimiter, dirname, join } from 'node:path'

export interface Need {
  /** The setting that names it to the tests, and by which a person can say where it is. */
  readonly setting:
    | 'ROLLCALL_TEST_CHROMIUM'
    | 'ROLLCALL_TEST_POSTGRES_15_BIN'
    | 'ROLLCALL_TEST_NGINX'
    | 'ROLLCALL_TEST_CADDY'
  readonly what: string
  readonly why: string
  /** For Debian and Ubuntu: the first of these that exists there. */
  readonly packages: readonly string[]
  readonly elsewhere: string
  readonly find: (said: string | undefined) => string | undefined
}

export const NEEDS: readonly Need[] = [
  {
    setting: 'ROLLCALL_TEST_CHROMIUM',
    what: 'Chromium or Chrome',
    why: 'the browser journeys',
    packages: ['chromium-headless-shell', 'chromium'],
    elsewhere: 'macOS: brew install --cask chromium. Fedora: dnf install chromium.',
    find: findChromium,
  },
  {
    setting: 'ROLLCALL_TEST_POSTGRES_15_BIN',
    what: 'PostgreSQL 15 or later, beside the embedded one',
    why: 'the second round, of the stores',
    packages: ['postgresql-15', 'postgresql'],
    elsewhere: 'macOS: brew install postgresql@15. Fedora: dnf install postgresql-server.',
    find: findPostgres,
  },
  {
    setting: 'ROLLCALL_TEST_NGINX',
    what: 'nginx',
    why: 'the site behind the gateway',
    packages: ['nginx'],
    elsewhere: 'macOS: brew install nginx. Fedora: dnf install nginx.',
    find: findNginx,
  },
  {
    setting: 'ROLLCALL_TEST_CADDY',
    what: 'Caddy 2',
    why: 'the site behind the gateway',
    packages: ['caddy'],
    elsewhere: 'macOS: brew install caddy. Fedora: dnf install caddy.',
    find: findCaddy,
  },
]

export interface Found {
  /** Settings to hand to the tests. */
  readonly settings: Partial<Record<Need['setting'], string>>
  readonly missing: readonly Need[]
}

/** Finds what the tests need; `install` says whether what is missing may be installed. */
export function findNeeds({ install }: { install: boolean }): Found {
  const absent = NEEDS.filter((need) => !need.find(process.env[need.setting]))
  if (install && absent.length > 0 && mayInstall()) installPackages(absent)

  const settings: Partial<Record<Need['setting'], string>> = {}
  for (const need of NEEDS) {
    const found = need.find(process.env[need.setting])
    if (found) settings[need.setting] = found
  }
  return { settings, missing: NEEDS.filter((need) => !settings[need.setting]) }
}

/** How a person gets what is missing. */
export function howToGet(need: Need): string {
  const packages = need.packages.join(', or ')
  const debian = `Debian, Ubuntu: apt-get install --no-install-recommends ${packages}.`
  return `${debian} ${need.elsewhere} Or set ${need.setting}.`
}

function findChromium(said: string | undefined): string | undefined {
  // The first is the same browser without windows, and takes half the processor time.
  const names = [
    ...['chromium-headless-shell', 'chromium', 'chromium-browser'],
    ...['google-chrome', 'google-chrome-stable', 'chrome'],
  ]
  const places = [
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  ]
  const candidates = said ? [said] : [...names.flatMap(onPath), ...places.filter(existsSync)]
  // A snap's launcher exists and does not run in a container: ask it.
  return candidates.find((file) => /\d+\.\d+/.test(versionOf(file)))
}

/** The `bin` folder of the oldest PostgreSQL from 15 on. */
function findPostgres(said: string | undefined): string | undefined {
  const places = [
    '/usr/lib/postgresql/*/bin',
    '/usr/pgsql-*/bin',
    '/opt/homebrew/opt/postgresql@*/bin',
    '/usr/local/opt/postgresql@*/bin',
    '/Library/PostgreSQL/*/bin',
  ]
  const found = onPath('postgres').map((file) => dirname(realpathSync(file)))
  const folders = said ? [said] : [...globSync(places), ...found]
  return folders
    .filter((folder) => existsSync(join(folder, 'initdb')))
    .map((folder) => ({
      folder,
      major: Number(/ (\d+)/.exec(versionOf(join(folder, 'postgres')))?.[1]),
    }))
    .filter(({ major }) => major >= 15)
    .toSorted((a, b) => a.major - b.major)[0]?.folder
}

/** One that can ask us: most are built with that module. */
function findNginx(said: string | undefined): string | undefined {
  const places = ['/usr/sbin/nginx', '/usr/local/sbin/nginx', '/opt/homebrew/bin/nginx']
  const candidates = said ? [said] : [...onPath('nginx'), ...places.filter(existsSync)]
  return candidates.find((file) => versionOf(file, '-V').includes('auth_request'))
}

function findCaddy(said: string | undefined): string | undefined {
  const candidates = said ? [said] : onPath('caddy')
  return candidates.find((file) => /^v?2\./.test(versionOf(file, 'version')))
}

function onPath(name: string): string[] {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter(Boolean)
  return folders.map((folder) => join(folder, name)).filter((file) => existsSync(file))
}

/** nginx says it where errors go. */
function versionOf(file: string, word = '--version'): string {
  const said = spawnSync(file, [word], { timeout: 20_000, encoding: 'utf8' })
  if (said.status !== 0) return ''
  return word === '-V' ? said.stderr : said.stdout
}

function mayInstall(): boolean {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return false
  return /^ID(_LIKE)?=.*(debian|ubuntu)/m.test(readFileSync('/etc/os-release', 'utf8'))
}

/** While these are there, what is installed is installed only: no cluster is made, no service started. */
const HOLDING_BACK = [
  {
    file: '/etc/postgresql-common/createcluster.d/rollcall-tests.conf',
    text: 'create_main_cluster = false\n',
    mode: 0o644,
  },
  { file: '/usr/sbin/policy-rc.d', text: '#!/bin/sh\nexit 101\n', mode: 0o755 },
] as const

/** Installs by apt-get, so that nothing listens afterwards that nobody asked for. */
function installPackages(needs: readonly Need[]): void {
  const letGo = HOLDING_BACK.filter(({ file }) => !existsSync(file)).map(place)
  try {
    apt(['update'])
    const packages = needs.flatMap((need) => need.packages.find(isKnownToApt) ?? [])
    console.log(`installing for the tests: ${packages.join(' ')}`)
    apt(['install', '-y', '--no-install-recommends', ...packages])
  } catch (error) {
    console.error(`apt-get failed, so the tests go without: ${String(error)}`)
  } finally {
    for (const takeAway of letGo) takeAway()
  }
}

/** @returns what takes away the file and the folders that were made for it */
function place({ file, text, mode }: (typeof HOLDING_BACK)[number]): () => void {
  const made = mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text, { mode })
  return () => {
    rmSync(file, { force: true })
    if (made) rmSync(made, { recursive: true, force: true })
  }
}

function isKnownToApt(name: string): boolean {
  try {
    return /Candidate: \d/.test(execFileSync('apt-cache', ['policy', name]).toString())
  } catch {
    return false
  }
}

function apt(words: readonly string[]): void {
  const patience = ['-o', 'DPkg::Lock::Timeout=300', '-o', 'Acquire::Retries=3']
  execFileSync('apt-get', ['-qq', ...patience, ...words], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    stdio: ['ignore', 'ignore', 'inherit'],
    timeout: 600_000,
  })
}
