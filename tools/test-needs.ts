/**
 * What the tests need beyond npm: a Chromium for the browser journeys and a second PostgreSQL, the
 * oldest we support, for the stores.
 *
 * Each is looked for where a setting says, on the PATH and in the usual places, and is believed only
 * when it answers `--version`. On Debian and Ubuntu as root what is missing is installed. Elsewhere it
 * is named with the command to get it; what then cannot run, the runner counts as skipped.
 */
import { execFileSync } from 'node:child_process'
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
  readonly setting: 'ROLLCALL_TEST_CHROMIUM' | 'ROLLCALL_TEST_POSTGRES_15_BIN'
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
    packages: ['chromium'],
    elsewhere: 'macOS: brew install --cask chromium. Fedora: dnf install chromium.',
    find: findChromium,
  },
  {
    setting: 'ROLLCALL_TEST_POSTGRES_15_BIN',
    what: 'PostgreSQL 15 or later, beside the embedded one',
    why: 'the second round of the stores and journeys',
    packages: ['postgresql-15', 'postgresql'],
    elsewhere: 'macOS: brew install postgresql@15. Fedora: dnf install postgresql-server.',
    find: findPostgres,
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
  const debian = `Debian, Ubuntu: apt-get install --no-install-recommends ${need.packages[0]}.`
  return `${debian} ${need.elsewhere} Or set ${need.setting}.`
}

function findChromium(said: string | undefined): string | undefined {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']
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

function onPath(name: string): string[] {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter(Boolean)
  return folders.map((folder) => join(folder, name)).filter((file) => existsSync(file))
}

function versionOf(file: string): string {
  try {
    return execFileSync(file, ['--version'], {
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 20_000,
    }).toString()
  } catch {
    return ''
  }
}

function mayInstall(): boolean {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return false
  return /^ID(_LIKE)?=.*(debian|ubuntu)/m.test(readFileSync('/etc/os-release', 'utf8'))
}

/**
 * Installs by apt-get. The PostgreSQL package would make a cluster and start it; it is told not to,
 * in a file of its own that goes away again, so that nothing listens that nobody asked for.
 */
function installPackages(needs: readonly Need[]): void {
  const folder = '/etc/postgresql-common/createcluster.d'
  const noCluster = join(folder, 'rollcall-tests.conf')
  const made = mkdirSync(folder, { recursive: true })
  writeFileSync(noCluster, 'create_main_cluster = false\n')
  try {
    apt(['update'])
    const packages = needs.flatMap((need) => need.packages.find(isKnownToApt) ?? [])
    console.log(`installing for the tests: ${packages.join(' ')}`)
    apt(['install', '-y', '--no-install-recommends', ...packages])
  } catch (error) {
    console.error(`apt-get failed, so the tests go without: ${String(error)}`)
  } finally {
    rmSync(noCluster, { force: true })
    if (made) rmSync(folder, { recursive: true, force: true })
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
