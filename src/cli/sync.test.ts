import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { startApp } from '../../test/support/app.ts'
import { rollcall, type TerminalOptions } from '../../test/support/terminal.ts'

async function start(t: TestContext) {
  const app = await startApp(t, { config: { ROLLCALL_METRICS: true } })
  const run = (line: string, options?: TerminalOptions) => rollcall(app, line.split(' '), options)
  await app.onboard('acme')
  return { app, run }
}

test('sync status shows the pipeline on a line, and for machines all of it', async (t) => {
  const { run } = await start(t)

  const { code, out } = await run('sync status acme')
  const machine = JSON.parse((await run('sync status acme --json')).out)

  assert.equal(code, 0)
  assert.match(out, /^received 0 people, 0 groups, 0 members → waiting 0 → loaded 0 people.*\n$/)
  assert.deepEqual([machine.loading, machine.ratePerSecond, machine.fullRun], [0, 0, null])
})

test('--until-idle ends when nothing waits, with --json an event a line', async (t) => {
  const { run } = await start(t)

  const { code, out } = await run('sync status acme --until-idle --json')

  const events = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  assert.equal(code, 0)
  assert.equal(events.at(-1).event, 'pipeline')
  assert.equal(events.at(-1).data.waiting, 0)
})

test('into a file the pipeline goes line by line, with nothing to move a cursor', async (t) => {
  const { app, run } = await start(t)
  await app.admin.startFullRun({ tenant: 'acme' })

  const { code, out } = await run('sync status acme --until-idle')

  assert.equal(code, 0)
  assert.match(out, /^received 0 people, .* → waiting 0 → loaded 0 people.*$/m)
  for (const line of out.trimEnd().split('\n'))
    assert.match(line, /^(received \d|(full|differential) run run_\w+ (started|ended))[\P{Cc}]*$/u)
})

test('a full run is begun and followed to its end, named by its kind or not', async (t) => {
  const { run } = await start(t)

  for (const line of ['sync run acme --follow --json', 'sync run full acme --follow --json']) {
    const { code, out } = await run(line)
    const { kind, status, taken } = JSON.parse(out)
    assert.deepEqual([code, kind, status, taken], [0, 'full', 'done', 0], line)
  }
  assert.equal((await run('sync run full')).code, 2)
})

test('on a terminal the pipeline is a panel that is drawn over itself, with bars', async (t) => {
  const { app, run } = await start(t)
  await app.admin.pauseSync({ tenant: 'acme', reason: 'for a look' })

  const { out } = await run('sync status acme --until-idle', { answer: '' })

  assert.match(out, /^received +0 people, 0 groups, 0 members$/m)
  assert.match(out, /^waiting +█{24} 0 {2}0\/s$/m)
  assert.match(out, /PAUSED: for a look/)
})

test('--follow goes on when the server has ended the stream, until it is interrupted', async (t) => {
  const { app, run } = await start(t)
  let waits = 0

  const following = run('sync status acme --follow', {
    onWait: async () => {
      waits += 1
      if (waits === 2) throw new Error('interrupted')
    },
  })
  const metrics = async () => (await fetch(`${app.url}/metrics`)).text()
  while (!(await metrics()).includes('\nrollcall_http_streams_open 1\n'));
  await app.app.http.close(1_000)
  const { code, err } = await following

  assert.equal(code, 1)
  assert.match(err, /^The server has ended the stream\. Trying again until it is back\.\n/)
})
