/** What is counted and what is logged keeps to its two lists, and the pages tell of all of it. */
import assert from 'node:assert/strict'
import { globSync } from 'node:fs'
import { test } from 'node:test'
import { LOG_EVENTS, type LogEvent, METRICS, type Metric } from '../../src/telemetry/index.ts'
import { startApp } from '../support/app.ts'
import { read } from './files.ts'

const LIST = 'src/telemetry/log-events.ts'
const metrics = Object.entries<Metric>(METRICS)
const events = Object.entries<LogEvent>(LOG_EVENTS)

interface Logged {
  readonly event: string
  readonly level: string
  readonly at: string
}

/** What streams tell of and nobody logs. */
const STREAMED = ['pipeline', 'run-started', 'run-ended']

/** Each `log.level({ …, event: '…' })` of the source. */
function logged(): Logged[] {
  return globSync('src/**/*.ts')
    .filter((file) => !file.endsWith('.test.ts') && file !== LIST)
    .toSorted()
    .flatMap((file) => {
      const text = read(file)
      return [...text.matchAll(/\bevent: '([^']*)'/g)].map(({ 1: event = '', index }) => {
        const before = text.slice(0, index)
        // The fields stand in the call, or have been given a name just before it.
        const call =
          /\blog\.(\w+)\(\s*\{[^}]*$/.exec(before) ?? /\blog\.(\w+)\(/.exec(text.slice(index))
        return { event, level: call?.[1] ?? 'none', at: `${file}:${before.split('\n').length}` }
      })
    })
    .filter(({ event }) => !STREAMED.includes(event))
}

test('a metric is named by rollcall, a noun and its unit', () => {
  const unit = { counter: /_total$/, histogram: /_(seconds|bytes)$/, gauge: /[a-z]$/ }

  assert.ok(metrics.length > 5)
  assert.deepEqual(
    metrics.filter(
      ([name, { type }]) => !/^rollcall(_[a-z]+){2,}$/.test(name) || !unit[type].test(name),
    ),
    [],
  )
})

test('every event that the source logs is in the list, and every event of the list is logged', () => {
  const found = logged()
  const used = new Set(found.map(({ event }) => event))

  assert.ok(found.length > 10)
  assert.deepEqual(
    found.filter(({ event }) => !(event in LOG_EVENTS)).map(({ event, at }) => `${at}  ${event}`),
    [],
    `not in ${LIST}`,
  )
  assert.deepEqual(
    Object.keys(LOG_EVENTS).filter((event) => !used.has(event)),
    [],
    `in ${LIST} and logged nowhere`,
  )
})

test('every event is logged at the level that the list says', () => {
  const known = logged().filter(({ event }) => event in LOG_EVENTS)
  const wrong = known.filter(
    ({ event, level }) => !events.some(([name, said]) => name === event && said.level === level),
  )

  assert.deepEqual(wrong, [])
})

test('an event is named by its area, a noun and what happened to it', () => {
  const misnamed = events
    .map(([name]) => name)
    .filter((name) => !/^[a-z]+\.[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*$/.test(name))

  assert.deepEqual(misnamed, [])
})

test('the pages tell of every metric and every event', () => {
  const [told, toldEvents] = [
    read('docs/reference/metrics.md'),
    read('docs/reference/log-events.md'),
  ]

  assert.deepEqual(
    metrics.filter(([name, { help }]) => !told.includes(`| \`${name}\` |`) || !told.includes(help)),
    [],
  )
  assert.deepEqual(
    events.filter(
      ([name, { meaning }]) =>
        !toldEvents.includes(`| \`${name}\` |`) || !toldEvents.includes(meaning),
    ),
    [],
  )
})

// SEC G-1
test('what is counted and logged of a request keeps to the lists and names neither tenant nor person', async (t) => {
  const { url, admin, onboard, log } = await startApp(t, { config: { ROLLCALL_METRICS: true } })
  const { tenant, handover } = await onboard('Acme')
  const { baseUrl, token } = handover.scim
  const send = (path: string, bearer: string, body?: object) =>
    fetch(path, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/scim+json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  const nadia = {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
    userName: 'nadia@acme.example',
  }

  const created = await send(`${baseUrl}/Users`, token, nadia)
  const again = await send(`${baseUrl}/Users`, token, nadia)
  const stranger = await send(`${baseUrl}/Users`, 'rcs_wrong')
  await admin.readTenant({ tenant: 'nobody' }).catch(() => undefined)
  const text = await (await send(`${url}/metrics`, '')).text()

  assert.deepEqual([created.status, again.status, stranger.status], [201, 409, 401])
  assert.match(text, /^rollcall_refusals_total\{code="conflict"\} 1$/m)
  assert.match(
    text,
    /^rollcall_http_request_duration_seconds_count\{area="scim",status="4xx"\} 2$/m,
  )
  assert.match(text, /^process_cpu_seconds_total /m)
  assert.deepEqual(strangeSeries(text), [])
  assert.deepEqual(log.flatMap(strangeFields), [])
  for (const secret of ['nadia', token, 'rcs_wrong'])
    assert.ok(!`${text}${log.join()}`.includes(secret), `told of ${secret}`)
  assert.ok(!text.includes(tenant.id) && !text.includes('acme'))
})

test('without the setting there is nothing at /metrics', async (t) => {
  const { url } = await startApp(t)

  const response = await fetch(`${url}/metrics`)

  assert.equal(response.status, 404)
})

/** Series that no line of the list explains: name, label or value. */
function strangeSeries(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .filter((line) => {
      const [, name = '', labels = ''] = /^(\w+)(?:\{(.*)\})? /.exec(line) ?? []
      if (/^(process|nodejs)_/.test(name)) return false
      const metric = metrics.find(
        ([listed, { type }]) =>
          name === listed ||
          (type === 'histogram' && name.replace(/_(bucket|sum|count)$/, '') === listed),
      )?.[1]
      return (
        [...labels.matchAll(/(\w+)="([^"]*)"/g)].some(
          ([, label = '', value = '']) => label !== 'le' && !metric?.labels[label]?.includes(value),
        ) || metric === undefined
      )
    })
}

/** Fields of one log line that its event does not list. */
function strangeFields(line: string): string[] {
  const fields = JSON.parse(line) as Record<string, unknown> & { event: string }
  const listed = events.find(([name]) => name === fields.event)?.[1].fields ?? []
  return Object.keys(fields)
    .filter((name) => !['level', 'time', 'event', ...listed].includes(name))
    .map((name) => `${fields.event}: ${name}`)
}
