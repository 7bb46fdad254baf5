/**
 * The settings: the only reader of the environment. One table says what each means, what it is
 * when it is not set, and how it is read; every problem is reported at once, before anything
 * starts. `docs/reference/settings.md` is written from the table.
 */
import { isIP } from 'node:net'
import { join, resolve } from 'node:path'

/** Reads a value, or throws an Error whose message goes on from "NAME must be". */
type Parse<T> = (value: string) => T

export interface Setting<T> {
  readonly meaning: string
  readonly read: (value: string | undefined) => T
  /** As if it had been written; undefined when it may stay unset. */
  readonly fallback: string | undefined
}

function given<T>(meaning: string, parse: Parse<T>, fallback: string): Setting<T> {
  return { meaning, fallback, read: (value) => parse(value ?? fallback) }
}

function optional<T>(meaning: string, parse: Parse<T>): Setting<T | undefined> {
  return {
    meaning,
    fallback: undefined,
    read: (value) => (value === undefined ? undefined : parse(value)),
  }
}

const oneOf =
  <const T extends string>(...words: readonly T[]): Parse<T> =>
  (value) => {
    const word = words.find((known) => known === value)
    if (word === undefined) throw new Error(`one of ${words.join(', ')}`)
    return word
  }

const whole =
  (least: number, most: number, what: string): Parse<number> =>
  (value) => {
    const number = Number(value)
    if (/^\d{1,9}$/.test(value) && number >= least && number <= most) return number
    throw new Error(what)
  }

const onOff: Parse<boolean> = (value) => oneOf('on', 'off')(value) === 'on'
const path: Parse<string> = (value) => resolve(value)
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/

const webAddress: Parse<string> = (value) => {
  const url = URL.parse(value)
  const isPlace = url !== null && /^https?:$/.test(url.protocol) && url.username === ''
  if (!isPlace || url.search !== '' || url.hash !== '')
    throw new Error('an address like https://id.example.com, without query or fragment')
  if (url.protocol === 'http:' && !LOOPBACK.test(url.hostname))
    throw new Error('an https:// address; http:// is for this machine only')
  if (url.pathname !== '/') throw new Error('an address without a path')
  return url.origin
}

const postgres: Parse<string> = (value) => {
  if (/^postgres(ql)?:$/.test(URL.parse(value)?.protocol ?? '')) return value
  throw new Error('a PostgreSQL connection string, postgres://user:password@host:5432/database')
}

const networks: Parse<readonly string[]> = (value) => {
  const items = value.split(',').flatMap((item) => (item.trim() === '' ? [] : [item.trim()]))
  const bad = items.filter((item) => isIP(item.replace(/\/\d{1,3}$/, '')) === 0)
  if (bad.length === 0) return items
  throw new Error(`addresses or networks with commas between; "${bad[0]}" is none`)
}

const dnsServers: Parse<readonly string[]> = (value) => {
  const items = value.split(',').flatMap((item) => (item.trim() === '' ? [] : [item.trim()]))
  const bad = items.filter(
    (item) => isIP(item.replace(/:\d{1,5}$/, '').replace(/^\[|\]$/g, '')) === 0,
  )
  if (bad.length === 0) return items
  throw new Error(`addresses of DNS servers with commas between; "${bad[0]}" is none`)
}

const smtpServer: Parse<string> = (value) => {
  const url = URL.parse(value)
  if (url !== null && /^smtps?:$/.test(url.protocol) && url.hostname !== '') return value
  throw new Error('an SMTP server, smtp://user:password@mail.example.com:587 or smtps://…')
}

const mailAddress: Parse<string> = (value) => {
  if (/^[^\s@<>"]+@[^\s@<>"]+$/.test(value)) return value
  throw new Error('one e-mail address, such as rollcall@example.com')
}

const appName: Parse<string> = (value) => {
  if (/^[A-Za-z0-9_-]{1,100}$/.test(value)) return value
  throw new Error('the name of an Okta app: letters, digits, _ and -')
}

/** The settings of the server. */
export const SETTINGS = {
  ROLLCALL_PORT: given(
    'TCP port to listen on; 0 takes any free one.',
    whole(0, 65535, 'a port number, 0 to 65535'),
    '8080',
  ),
  ROLLCALL_HOST: given('Address or host name to listen on.', (value) => value, '127.0.0.1'),
  ROLLCALL_DATA_DIR: given(
    'Directory of the embedded database, the master key and the first admin token.',
    path,
    './data',
  ),
  ROLLCALL_PUBLIC_URL: optional(
    'Where browsers and identity providers reach this service. Default: http://localhost:<port>.',
    webAddress,
  ),
  ROLLCALL_DATABASE_URL: optional(
    'PostgreSQL connection string of the role that owns the tables. Default: the embedded database.',
    postgres,
  ),
  ROLLCALL_DATABASE_APP_URL: optional(
    'PostgreSQL connection string of the plain role that the service works as.',
    postgres,
  ),
  ROLLCALL_POSTGRES_BIN: optional(
    'Directory with the programs of a PostgreSQL (15 or newer) to embed instead of our own.',
    path,
  ),
  ROLLCALL_MASTER_KEY_FILE: optional(
    'File, mode 0600, of the keys that seal secrets, one a line, the newest last. Default: master-key in the data directory.',
    path,
  ),
  ROLLCALL_RATE_LIMITS: given('on, or off for measuring.', onOff, 'on'),
  ROLLCALL_ETL_POLL_SECONDS: given(
    'How often the loader looks for what is pending when nothing wakes it.',
    whole(1, 3600, 'a whole number of seconds, 1 to 3600'),
    '1',
  ),
  ROLLCALL_LOG_LEVEL: given(
    'debug, info, warn, error or silent.',
    oneOf('debug', 'info', 'warn', 'error', 'silent'),
    'info',
  ),
  ROLLCALL_TRUSTED_PROXIES: given(
    'Addresses or networks, commas between, whose X-Forwarded-For is believed.',
    networks,
    '',
  ),
  ROLLCALL_METRICS: given('on offers /metrics on the same port.', onOff, 'off'),
  ROLLCALL_PROVISIONING_LOG_DAYS: given(
    'How many days the provisioning log keeps a request; 0 keeps no such log.',
    whole(0, 3650, 'a whole number of days, 0 to 3650'),
    '30',
  ),
  ROLLCALL_EVENT_DAYS: given(
    'How many days what happened to people and groups is kept: how far back as-of questions and events go.',
    whole(2, 36500, 'a whole number of days, 2 to 36500'),
    '400',
  ),
  ROLLCALL_RUN_DAYS: given(
    'How many days the history of loader runs is kept, and the tallies of the overview.',
    whole(2, 36500, 'a whole number of days, 2 to 36500'),
    '90',
  ),
  ROLLCALL_SIGN_IN_DAYS: given(
    'How many days sign-ins with their steps are kept, and the notices of sessions that ended.',
    whole(2, 36500, 'a whole number of days, 2 to 36500'),
    '180',
  ),
  ROLLCALL_SIGNING_KEY_DAYS: given(
    'How many days a key of an Authority signs, until the next one is published.',
    whole(1, 3650, 'a whole number of days, 1 to 3650'),
    '90',
  ),
  ROLLCALL_DNS_SERVERS: given(
    'Addresses (with a port, if not 53) of the DNS servers that say whose a domain is, commas between. Default: those of this machine.',
    dnsServers,
    '',
  ),
  ROLLCALL_SMTP_URL: optional(
    'The SMTP server that sends warnings by e-mail: smtp:// with STARTTLS, smtps:// with TLS. Default: none are sent.',
    smtpServer,
  ),
  ROLLCALL_SMTP_FROM: optional(
    'Who e-mails are from. Default: rollcall@ the host of the public URL.',
    mailAddress,
  ),
  ROLLCALL_OKTA_APP_NAME: given(
    "The app's name in Okta's OAuth callback addresses that onboarding registers.",
    appName,
    'rollcall',
  ),
} as const

/** What the command line reads beside its own settings. */
type CliAlso =
  | 'ROLLCALL_DATA_DIR'
  | 'ROLLCALL_PORT'
  | 'ROLLCALL_DATABASE_URL'
  | 'ROLLCALL_MASTER_KEY_FILE'

/** The settings of the command line alone. */
export const CLI_SETTINGS = {
  ROLLCALL_URL: optional(
    'The server to speak to. Default: the one that this data directory belongs to.',
    webAddress,
  ),
  ROLLCALL_ADMIN_TOKEN: optional("An operator's token.", (value) => value.trim()),
  ROLLCALL_ADMIN_TOKEN_FILE: optional(
    "File of an operator's token. Default: admin-token in the data directory.",
    path,
  ),
} as const

type Values<T> = { readonly [K in keyof T]: T[K] extends Setting<infer V> ? V : never }
export type Config = Values<typeof SETTINGS>
export type CliConfig = Values<typeof CLI_SETTINGS> & Pick<Config, CliAlso>

/** Every problem of the settings at once; nothing has started. */
export class ConfigError extends Error {
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(`Cannot start:\n${problems.map((problem) => `  ${problem}`).join('\n')}`)
    this.name = 'ConfigError'
    this.problems = problems
  }
}

type Environment = Readonly<Record<string, string | undefined>>

/** @throws ConfigError naming every setting that is wrong or that nobody knows */
export function readConfig(env: Environment = process.env): Config {
  const problems = unknownNames(env)
  const values = readAll(SETTINGS, env, problems)
  if (problems.length > 0) throw new ConfigError(problems)
  return values
}

/** @throws ConfigError */
export function readCliConfig(env: Environment = process.env): CliConfig {
  const problems = unknownNames(env)
  const { ROLLCALL_DATA_DIR, ROLLCALL_PORT, ROLLCALL_DATABASE_URL } = SETTINGS
  const { ROLLCALL_MASTER_KEY_FILE } = SETTINGS
  const also = {
    ...{ ROLLCALL_DATA_DIR, ROLLCALL_PORT, ROLLCALL_DATABASE_URL },
    ROLLCALL_MASTER_KEY_FILE,
  }
  const values = readAll({ ...CLI_SETTINGS, ...also }, env, problems)
  if (problems.length > 0) throw new ConfigError(problems)
  return values
}

/** Where the master key is. */
export function masterKeyFile(
  config: Pick<Config, 'ROLLCALL_DATA_DIR' | 'ROLLCALL_MASTER_KEY_FILE'>,
): string {
  return config.ROLLCALL_MASTER_KEY_FILE ?? join(config.ROLLCALL_DATA_DIR, 'master-key')
}

/** Where the first operator's token is, and where the command line looks for one. */
export function adminTokenFile(config: Pick<Config, 'ROLLCALL_DATA_DIR'>): string {
  return join(config.ROLLCALL_DATA_DIR, 'admin-token')
}

/** Where the code is that the first operator gets in by. */
export function firstOperatorFile(config: Pick<Config, 'ROLLCALL_DATA_DIR'>): string {
  return join(config.ROLLCALL_DATA_DIR, 'first-operator-code')
}

/** Where a running server says which address it has, for the command line on this machine. */
export function addressFile(config: Pick<Config, 'ROLLCALL_DATA_DIR'>): string {
  return join(config.ROLLCALL_DATA_DIR, 'server.json')
}

function readAll<T extends Record<string, Setting<unknown>>>(
  table: T,
  env: Environment,
  problems: string[],
): Values<T> {
  const entries = Object.entries(table).map(([name, setting]) => {
    const value = env[name] === '' ? undefined : env[name]
    try {
      return [name, setting.read(value)]
    } catch (error) {
      // The value is not repeated: it may be a secret typed into the wrong place.
      problems.push(`${name} must be ${error instanceof Error ? error.message : 'something else'}.`)
      return [name, undefined]
    }
  })
  // Read entry by entry with the table's own readers; with a problem nobody sees the values.
  return Object.fromEntries(entries) as Values<T>
}

/** A name nobody knows is a typing error, and the setting that was meant is not in force. */
function unknownNames(env: Environment): string[] {
  const known = [...Object.keys(SETTINGS), ...Object.keys(CLI_SETTINGS)]
  return Object.keys(env)
    .filter((name) => name.startsWith('ROLLCALL_') && !name.startsWith('ROLLCALL_TEST_'))
    .filter((name) => !known.includes(name))
    .map((name) => {
      const near = known.find((other) => distance(name, other) <= 3)
      return `${name} is not a setting.${near === undefined ? '' : ` ${near} is.`}`
    })
}

/** How many letters to change, add or drop to get from one name to the other. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (const [i, letter] of [...from].entries()) {
    const next = [i + 1]
    for (const [j, other] of [...to].entries())
      next.push(
        Math.min(
          (row[j] ?? 0) + (letter === other ? 0 : 1),
          (row[j + 1] ?? 0) + 1,
          (next[j] ?? 0) + 1,
        ),
      )
    row = next
  }
  return row.at(-1) ?? 0
}
