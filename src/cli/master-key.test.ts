import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { startApp } from '../../test/support/app.ts'
import { rollcall, type TerminalOptions } from '../../test/support/terminal.ts'
import { wrappingKey } from '../lib/index.ts'

const [OLD, NEW] = [7, 8].map((each) => wrappingKey(Buffer.alloc(32, each)).id) as [string, string]

/** A server by which another key has taken over two hours ago, and the key file of its machine. */
async function start(t: TestContext) {
  const keys = [7, 8].map((each) => wrappingKey(Buffer.alloc(32, each)))
  let inFile = keys.slice(0, 1)
  const app = await startApp(t, { masterKeys: inFile, keysInFile: async () => inFile })
  await app.onboard('Acme')
  inFile = keys
  await app.app.masterKeys.look()
  await app.app.masterKeys.rewrap()
  await app.database.ownerPool.query(
    `update master_key set seals_from = seals_from - interval '2 hours'`,
  )
  const removed: string[] = []
  const keyFile = {
    path: '/etc/rollcall/master-key',
    add: async () => 'a0a0a0a0',
    remove: async (id: string) => removed.push(id) === 1,
  }
  const run = (line: string, more: TerminalOptions = {}) =>
    rollcall(app, `master-key ${line}`.split(' '), { keyFile, ...more })
  return { run, removed }
}

// SEC K-2
test('master-key list shows which key seals, what each wraps and which nodes have it', async (t) => {
  const { run } = await start(t)

  const { out } = await run('list')

  assert.match(out, new RegExp(`^${OLD} +opens +\\S+ +0 .*\n${NEW} +seals `, 'm'))
  const { items } = JSON.parse((await run('list --json')).out)
  assert.deepEqual(
    items.map((each: { hadBy: string[]; lackedBy: string[] }) => [
      each.hadBy.length,
      each.lackedBy.length,
    ]),
    [
      [1, 0],
      [1, 0],
    ],
  )
})

// SEC K-2
test('master-key add makes a key in the file and says what to do with it', async (t) => {
  const { run } = await start(t)

  const { code, out, err } = await run('add')

  assert.deepEqual([code, out], [0, 'a0a0a0a0\n'])
  assert.match(err, /Back that file up.*put it on every node/)
  const add = () => Promise.reject(new Error('The master key /etc/x can be read by others.'))
  const refused = await run('add', {
    keyFile: { path: '/etc/x', add, remove: async () => false },
  })
  assert.deepEqual([refused.code, refused.out], [1, ''])
  assert.match(refused.err, /^The master key \/etc\/x can be read by others\.\n$/)
})

// SEC K-2
test('master-key retire asks first, and takes out of the file only what the server has retired', async (t) => {
  const { run, removed } = await start(t)

  assert.equal((await run(`retire ${OLD}`)).code, 2, 'nobody can be asked')
  assert.equal((await run(`retire ${OLD}`, { answer: 'n' })).code, 1)
  const seals = await run(`retire ${NEW} --yes`)
  assert.deepEqual([seals.code, removed], [1, []])
  assert.match(seals.err, /is the key that seals.*\nWith: master-key add/)

  const { code, out, err } = await run(`retire ${OLD}`, { answer: 'y' })

  assert.deepEqual([code, removed], [0, [OLD]])
  assert.match(out, new RegExp(`^${OLD} +retired`, 'm'))
  assert.match(err, /Back-ups from before.*took it out of \/etc\/rollcall\/master-key/s)
  assert.match((await run(`retire ${OLD} --yes`)).err, /does not have it/, 'on the next machine')
})
