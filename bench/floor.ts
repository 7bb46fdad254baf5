/**
 * The floor: the least that could be called a SCIM server, for what a durable answer over HTTP costs
 * on this machine. Bare Fastify over the same PostgreSQL, one JSONB row a resource, members as rows,
 * each write one transaction. No validation, no tenants, no credentials, nothing pending, no log.
 *
 * Runs as a process of its own, as the server does that is measured against it.
 */
import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import fastify, { type FastifyInstance } from 'fastify'
import pg from 'pg'
import { nextMessage, withChild } from './child.ts'
import type { BenchDatabase } from './database.ts'
import { groupIdOf, oktaUser } from './okta-user.ts'
import type { PatchOperation } from './push.ts'

const TABLES = `
  create table floor_resource (id text primary key, type text not null, body jsonb not null);
  create unique index on floor_resource (lower(body ->> 'userName')) where type = 'User';
  create index on floor_resource ((body ->> 'externalId'));
  create index on floor_resource (type, id);
  create table floor_member (group_id text, member_id text, primary key (group_id, member_id))`

/** As many as the server's own pool has. */
const POOL = 16

/** Serves the floor on a database of its own until `act` is done. */
export function withFloor<T>(
  { url }: BenchDatabase,
  act: (baseUrl: string) => Promise<T>,
): Promise<T> {
  return withChild(fileURLToPath(import.meta.url), [url], async (child) =>
    act(await nextMessage<string>(child)),
  )
}

/** People number 1 to `people` and a group of the first of them, with the ids of `people.ts`. */
export async function fillFloor(
  { ownerPool }: BenchDatabase,
  people: number,
  grouped: number,
): Promise<void> {
  await ownerPool.query(
    `insert into floor_resource
     select id, 'User', replace(replace($1, '~name~', name), '~external~', external)::jsonb
                          || jsonb_build_object('id', id)
       from (select 'usr_' || lpad(to_hex(n), 26, '0') as id,
                    left(md5(n::text), 12) || '@acme.example' as name,
                    '00u' || left(md5('external' || n), 17) as external
               from generate_series(1, $2::integer) n) person`,
    [JSON.stringify(oktaUser('~name~', '~external~')), people],
  )
  await ownerPool.query(
    `insert into floor_member
     select $1, 'usr_' || lpad(to_hex(n), 26, '0') from generate_series(1, $2::integer) n`,
    [groupIdOf(1), grouped],
  )
  await ownerPool.query('vacuum (analyze) floor_resource, floor_member')
}

interface Row {
  readonly body: Body
}

type Body = Readonly<Record<string, unknown>>

/** Which column a filter of the form `attribute eq "value"` reads. */
const COLUMNS: Readonly<Record<string, string>> = {
  userName: `type = 'User' and lower(body ->> 'userName')`,
  externalId: `body ->> 'externalId'`,
  id: 'id',
}

function serve(pool: pg.Pool) {
  const app = fastify()
  const ask = async (name: string, text: string, values: readonly unknown[]) =>
    (await pool.query<Row>({ name, text, values: [...values] })).rows
  const insert = (type: string, body: object, id: string) =>
    ask('insert', 'insert into floor_resource values ($1, $2, $3)', [id, type, { ...body, id }])
  app.addContentTypeParser(
    'application/scim+json',
    { parseAs: 'string', bodyLimit: 8 * 2 ** 20 },
    app.getDefaultJsonParser('error', 'error'),
  )

  app.get<{ Querystring: Record<string, string> }>('/Users', async ({ query }) => {
    const [, attribute = '', value = ''] = /^(\w+) eq "(.*)"$/.exec(query['filter'] ?? '') ?? []
    const rows =
      query['filter'] === undefined
        ? await ask(
            'page',
            `select body from floor_resource where type = 'User' order by id limit $1`,
            [query['count']],
          )
        : await ask(
            `by-${attribute}`,
            `select body from floor_resource where ${COLUMNS[attribute]} = $1`,
            [value],
          )
    return { totalResults: rows.length, Resources: rows.map(({ body }) => body) }
  })
  app.post<{ Body: Body }>('/Users', async ({ body }, reply) => {
    const id = `usr_${randomUUID()}`
    await insert('User', body, id)
    return reply.code(201).send({ ...body, id })
  })
  app.put<{ Body: Body; Params: { id: string } }>('/Users/:id', async ({ body, params }) => {
    const [row] = await ask(
      'replace',
      'update floor_resource set body = $2 where id = $1 returning body',
      [params.id, { ...body, id: params.id }],
    )
    return row?.body
  })
  app.patch<{ Body: { Operations: PatchOperation[] }; Params: { id: string } }>(
    '/Users/:id',
    async ({ body, params }) => {
      const value = body.Operations[0]?.value
      const [row] = await ask(
        'merge',
        'update floor_resource set body = body || $2 where id = $1 returning body',
        [params.id, value],
      )
      return row?.body
    },
  )
  serveGroups(app, pool)
  return app
}

function serveGroups(app: FastifyInstance, pool: pg.Pool): void {
  app.patch<{ Body: { Operations: PatchOperation[] }; Params: { id: string } }>(
    '/Groups/:id',
    async ({ body, params }, reply) => {
      await inOne(pool, async (client) => {
        for (const [name, members] of Object.entries(changesIn(body.Operations)))
          if (members.length > 0)
            await client.query({ name, text: CHANGES[name] ?? '', values: [params.id, members] })
      })
      return reply.code(204).send()
    },
  )
}

const CHANGES: Readonly<Record<string, string>> = {
  join: 'insert into floor_member select $1, unnest($2::text[]) on conflict do nothing',
  leave: 'delete from floor_member where group_id = $1 and member_id = any ($2)',
}

/** One statement for all who join, and one for all who leave. */
function changesIn(operations: readonly PatchOperation[]): Record<string, string[]> {
  const join = operations.flatMap(({ op, value }) => (op === 'add' ? idsIn(value) : []))
  const leave = operations.flatMap(
    ({ path = '' }) => /^members\[value eq "(.*)"\]$/.exec(path)?.[1] ?? [],
  )
  return { join, leave }
}

function idsIn(members: unknown): string[] {
  return (members as { value: string }[]).map(({ value }) => value)
}

async function inOne(pool: pg.Pool, act: (client: pg.PoolClient) => Promise<void>): Promise<void> {
  const client = await pool.connect()
  try {
    await client.query('begin')
    await act(client)
    await client.query('commit')
  } finally {
    client.release()
  }
}

if (import.meta.main) {
  const pool = new pg.Pool({ connectionString: process.argv[2] ?? '', max: POOL })
  await pool.query(TABLES)
  process.send?.(await serve(pool).listen({ host: '127.0.0.1', port: 0 }))
  // Whoever started it is gone: nobody else has a use for it.
  process.once('disconnect', () => process.exit())
}
