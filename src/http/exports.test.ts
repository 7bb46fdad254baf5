import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { startApp, type TestApp } from '../../test/support/app.ts'
import { USER } from '../../test/support/scim.ts'
import { call } from '../../test/support/scim-client.ts'
import { rollcall } from '../../test/support/terminal.ts'
import { ApiError, routes } from '../contract/index.ts'
import type { TenantId } from '../lib/index.ts'
import { createExports, type Export, type ListPage } from './exports.ts'

/** Of five pages and a bit. */
const PEOPLE = 2_600
const HOSTILE = [
  '=1+1',
  '+1',
  '-1',
  '@SUM(A1)',
  '\t=1',
  '\r=1',
  '＝1',
  'a,b',
  '"a"\nb',
  "'=1",
  '日本',
]

const ends: (() => Promise<void>)[] = []
let app: TestApp
let tenant: TenantId

before(async () => {
  app = await startApp({ after: (end) => void ends.push(end) })
  tenant = await found('Acme', PEOPLE)
  await found('Neighbour', 700)
  const ids = await everyPage((at) => app.admin.listIdentities({ tenant, limit: 500, after: at }))
  for (const [index, name] of HOSTILE.entries())
    await app.database.ownerPool.query(
      'update identity set display_name = $3 where tenant_id = $1 and identity_id = $2',
      [tenant, ids[index * 200]?.id, name],
    )
})

after(async () => {
  for (const end of ends) await end()
})

/** A tenant with people, a group, attempts to sign in, and requests that were refused. */
async function found(name: string, people: number): Promise<TenantId> {
  const { tenant: made, connection, handover } = await app.onboard(name)
  const tenantId = made.id
  await app.database.ownerPool.query(
    `insert into identity (tenant_id, identity_id, connection_id, resource_id, kind, state, label, name,
                           name_folded, external_id, display_name, properties, created_at, changed_at)
     select $1, 'idn_' || lpad(n::text, 26, '0'), $2, 'usr_' || lpad(n::text, 26, '0'), 'person', 'active', $3,
            'person' || n, 'person' || n, '00u' || n, 'Given' || n || ' Family' || n, '{}', now(), now()
       from generate_series(1, $4::int) n`,
    [tenantId, connection.id, connection.label, people],
  )
  await app.database.ownerPool.query(
    `insert into sign_in (tenant_id, sign_in_id, client_id, outcome, code, steps, started_at, ended_at)
     select $1, 'sgn_' || lpad(n::text, 26, '0'), $2,
            case n % 3 when 0 then 'refused' else 'signed-in' end,
            case n % 3 when 0 then 'user_not_found' end, '[{"step":"started","at":"now"}]', now(), now()
       from generate_series(1, 1100) n`,
    [tenantId, name],
  )
  for (const displayName of ['Nadia', '=1+1'])
    await call(handover.scim, 'POST', '/Users', { schemas: [USER], displayName })
  await call(handover.scim, 'GET', '/Groups')
  await app.app.provisioningLog.flush()
  return tenantId
}

async function everyPage<Row>(
  read: (after: string | undefined) => Promise<{ items: Row[]; next: string | null }>,
): Promise<Row[]> {
  const rows: Row[] = []
  for (let next: string | null | undefined; next !== null;) {
    const page = await read(next)
    rows.push(...page.items)
    next = page.next
  }
  return rows
}

async function textOf(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  return Buffer.concat(await Array.fromAsync(bytes)).toString('utf8')
}

const jsonLines = (text: string): unknown[] =>
  text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line))

/** RFC 4180, read to the letter. */
function csvRows(text: string): string[][] {
  const rows: string[][] = [[]]
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy
  let end = 0
  for (const match of text.matchAll(cell)) {
    rows.at(-1)?.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '')
    if (match[3] === '\r\n') rows.push([])
    end = match.index + match[0].length
  }
  assert.equal(end, text.length, text.slice(end, end + 200))
  return rows.slice(0, -1)
}

test('an export is the list, row by row, of the tenant alone, with the filters of the list', async () => {
  const { admin } = app // SEC I-1
  const paged = (at: string | undefined) => ({ tenant, limit: 500, after: at })
  const asNdjson = { tenant, format: 'ndjson' } as const

  for (const [bytes, list, least] of [
    [
      admin.exportPeople(asNdjson),
      everyPage((at) => admin.listIdentities({ ...paged(at), kind: 'person' })),
      PEOPLE,
    ],
    [
      admin.exportPeople({ ...asNdjson, q: 'person25', state: 'active' }),
      everyPage((at) =>
        admin.listIdentities({ ...paged(at), kind: 'person', q: 'person25', state: 'active' }),
      ),
      111,
    ],
    [
      admin.exportGroups(asNdjson),
      everyPage((at) => admin.listIdentities({ ...paged(at), kind: 'group' })),
      0,
    ],
    [admin.exportSignIns(asNdjson), everyPage((at) => admin.listSignIns(paged(at))), 1_100],
    [
      admin.exportSignIns({ ...asNdjson, outcome: 'refused', code: 'user_not_found' }),
      everyPage((at) => admin.listSignIns({ ...paged(at), outcome: 'refused' })),
      366,
    ],
    [
      admin.exportSignIns({ ...asNdjson, site: `sit_${'0'.repeat(26)}` }),
      everyPage((at) => admin.listSignIns({ ...paged(at), since: '9999-01-01T00:00:00Z' })),
      0,
    ],
    [
      admin.exportProvisioningLog({ ...asNdjson, operation: 'create', outcome: 'refused' }),
      everyPage((at) =>
        admin.listProvisioningLog({ ...paged(at), operation: 'create', outcome: 'refused' }),
      ),
      2,
    ],
  ] as const) {
    const rows = jsonLines(await textOf(bytes))
    assert.deepEqual(rows, await list)
    assert.ok(rows.length >= least, `${rows.length} of ${least}`)
  }
})

test('SEC W-5: in a CSV no cell begins a formula, and every other value is as it was', async () => {
  const listed = await everyPage((at) =>
    app.admin.listIdentities({ tenant, kind: 'person', limit: 500, after: at }),
  )

  const [head = [], ...rows] = csvRows(await textOf(app.admin.exportPeople({ tenant })))

  assert.deepEqual(head, Object.keys(routes.exportPeople.reply.shape))
  assert.deepEqual(
    rows.filter((row) => row.some((cell) => /^[=+\-@\t\r＝]/.test(cell))),
    [],
  )
  const isFormula = (text: string) => HOSTILE.indexOf(text) >= 0 && HOSTILE.indexOf(text) < 7
  const told = (value: string | null) => {
    const text = value ?? ''
    return isFormula(text) ? `'${text}` : text
  }
  assert.deepEqual(
    rows,
    listed.map((each) => Object.values(each).map(told)),
  )
  const names = new Set(listed.map(({ displayName }) => displayName))
  assert.deepEqual(
    HOSTILE.filter((name) => !names.has(name)),
    [],
  )
})

test('an export is a file by its name and type, and the audit log knows who took what', async () => {
  const answer = await fetch(
    `${app.url}/admin/v1/tenants/Acme/exports/sign-ins?format=csv&outcome=refused`,
    { headers: { authorization: `Bearer ${app.operatorToken}` } },
  )
  await answer.arrayBuffer()

  assert.match(answer.headers.get('content-type') ?? '', /^text\/csv/)
  assert.equal(answer.headers.get('content-disposition'), 'attachment; filename="sign-ins.csv"')
  const [entry] = (await app.admin.listAudit({ tenant, limit: 1 })).items
  assert.deepEqual(
    [entry?.act, entry?.object, entry?.details, entry?.requestId],
    [
      'audit.list.exported',
      'sign-ins',
      { format: 'csv', filter: { outcome: 'refused' } },
      answer.headers.get('x-request-id'),
    ],
  )
  assert.match(entry?.actor ?? '', /^key:/)
})

test('an export that is refused says so before anything is sent, and is in no log', async () => {
  const count = async () => (await app.admin.listAudit({ tenant, limit: 500 })).items.length
  const known = await count()
  const asked = { tenant, format: 'xlsx' as 'csv' }

  for (const [bytes, status] of [
    [app.admin.exportPeople(asked), 400],
    [app.admin.exportPeople({ tenant: 'nobody' }), 404],
  ] as const)
    await assert.rejects(
      textOf(bytes),
      (error: unknown) => error instanceof ApiError && error.status === status,
    )

  assert.equal(await count(), known)
})

/** An export of pages without end, which counts what is read. */
function endless() {
  const asked = { reads: 0, mayRead: true }
  const [item] = ITEM
  const given = {
    tenantId: tenant,
    actor: { kind: 'system', id: 'test', requestId: 'none' },
    route: routes.exportSignIns,
    exchange: { requestId: 'none' },
    ...{ filter: {}, isCsv: false },
    read: async (): Promise<ListPage> => {
      asked.reads += 1
      return { items: [item], next: 'more' }
    },
    mayRead: async () => asked.mayRead,
  } as unknown as Export
  return { asked, given }
}
const ITEM = [
  {
    ...{ id: 'sgn_1', tenantId: 'ten_1', clientId: 'c', connectionId: null, identityId: null },
    ...{ outcome: 'started', code: null, endedAt: null, steps: [] },
    startedAt: '2026-11-02T09:00:00.000Z',
  },
]

async function begin(given: Export, exports = createExports({ audit: app.app.audit, log: LOG })) {
  const { rest } = await exports.open(given)
  assert.ok(rest !== undefined)
  return rest[Symbol.asyncIterator]()
}
const LOG = { info: () => {}, warn: () => {}, error: () => {} }

test('a page is read when the one before it was taken, and none when the client has gone', async () => {
  const { asked, given } = endless()
  const taken = await begin(given)

  const reads: number[] = []
  for (let pages = 0; pages < 3; pages += 1) {
    await taken.next()
    reads.push(asked.reads)
  }
  await taken.return?.()

  assert.deepEqual(reads, [1, 2, 3])
  assert.equal((await taken.next()).done, true)
  assert.equal(asked.reads, 3)
})

test('an export waits for a client that does not read, and ends when the client goes away', async () => {
  // More than the buffers on the way hold: what is not taken is still to be read.
  const large = await found('Large', 30_000)
  const leave = new AbortController()
  const { signal } = leave
  const open = async () => {
    const file = app.admin.exportPeople({ tenant: large }, { signal })[Symbol.asyncIterator]()
    await file.next()
  }
  for (let each = 0; each < 5; each += 1) await open()

  await assert.rejects(
    open(),
    (error: unknown) => error instanceof ApiError && error.status === 429,
  )
  leave.abort()
  const again = async () => {
    for await (const _ of app.admin.exportPeople({ tenant: large })) return true
    return false
  }
  while (!(await again().catch(() => false)));
})

test('SEC T-6: an export is cut off when its caller may not read any more', async () => {
  const { asked, given } = endless()
  const taken = await begin(given)
  await taken.next()

  asked.mayRead = false

  await assert.rejects(async () => taken.next(), /may not read any more/)
  assert.equal(asked.reads, 1)
})

test('a tenant has so many exports at a time on a node, and one that ended makes room', async () => {
  const exports = createExports({ audit: app.app.audit, log: LOG })
  const open = Array.from({ length: 5 }, () => begin(endless().given, exports))
  const taken = await Promise.all(open)

  // Accepted is enough, whether anything of it was taken or not.
  await assert.rejects(begin(endless().given, exports), /Too many requests/)
  await taken[0]?.return?.()

  await (await begin(endless().given, exports)).next()
})

test('the command line writes each of them to a file of its owner, which is there when it is whole', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-'))
  ends.push(() => rm(folder, { recursive: true }))
  const run = (line: string) =>
    rollcall(app, [...line.split(' '), '--out', join(folder, line.split(' ')[0] ?? '')])

  for (const line of [
    'person export Acme --search person25 --format ndjson',
    'group export Acme',
    'log export Acme --outcome refused --format ndjson',
    'sign-in export Acme --code user_not_found --format ndjson',
  ])
    assert.equal((await run(line)).code, 0, line)
  const refused = await rollcall(app, ['person', 'export', 'no', '--out', join(folder, 'none')])
  const nowhere = await rollcall(app, ['person', 'export', 'Acme', '--out', `${folder}/no/file`])

  const lines = async (name: string) =>
    (await readFile(join(folder, name), 'utf8')).trimEnd().split('\n').length
  assert.deepEqual(
    await Promise.all(['person', 'group', 'log', 'sign-in'].map(lines)),
    [111, 1, 2, 366],
  )
  assert.equal((await stat(join(folder, 'person'))).mode & 0o777, 0o600)
  assert.deepEqual([refused.code, nowhere.code], [1, 1])
  assert.match(nowhere.err, /was not written: the export broke off \(ENOENT/)
  assert.equal((await readdir(folder)).length, 4)
})
