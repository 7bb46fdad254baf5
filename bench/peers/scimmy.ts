/**
 * scimmy behind scimmy-routers and Express. It brings the protocol and leaves the store to whoever
 * uses it, so here it has the floor's: one JSONB row a person, found by what indexes find.
 */
import type { AddressInfo, Server } from 'node:net'
import pg from 'pg'
import { loadPeer } from './install.ts'

type Body = Readonly<Record<string, unknown>>

interface Asked {
  readonly id?: string
  /** Alternatives, each by attribute: `userName eq "…"` is `[{ userName: ['eq', '…'] }]`. */
  readonly filter?: readonly Readonly<Record<string, readonly unknown[]>>[]
}

interface Scimmy {
  readonly Resources: {
    readonly User: unknown
    declare(
      type: unknown,
      handlers: {
        ingress(asked: Asked, data: object): Promise<Body>
        egress(asked: Asked): Promise<Body | Body[]>
        degress(asked: Asked): Promise<void>
      },
    ): void
  }
  readonly Types: {
    readonly Error: new (status: number, type: string | null, detail: string) => Error
  }
}

interface Routers {
  readonly SCIMMY: Scimmy
  readonly default: new (options: { type: string; handler: () => string }) => unknown
}

type Express = () => {
  use(path: string, router: unknown): void
  listen(port: number, host: string, listening: () => void): Server
}

const TABLE = `
  create table scimmy_user (id text primary key default gen_random_uuid()::text, body jsonb not null);
  create unique index on scimmy_user (lower(body ->> 'userName'))`

function declareUsers({ Resources, Types }: Scimmy, pool: pg.Pool): void {
  const ask = async (name: string, text: string, values: unknown[]) => {
    const { rows } = await pool.query<{ id: string; body: Body }>({ name, text, values })
    return rows.map(({ id, body }) => ({ ...body, id }))
  }
  const one = async (name: string, text: string, values: unknown[]) => {
    const [row] = await ask(name, text, values)
    if (row === undefined) throw new Types.Error(404, null, 'Nobody has that id.')
    return row
  }
  Resources.declare(Resources.User, {
    ingress: ({ id }, data) =>
      id === undefined
        ? one('create', 'insert into scimmy_user (body) values ($1) returning *', [data])
        : one('replace', 'update scimmy_user set body = $2 where id = $1 returning *', [id, data]),
    egress({ id, filter }) {
      if (id !== undefined) return one('read', 'select * from scimmy_user where id = $1', [id])
      const [comparator, name] = filter?.[0]?.['userName'] ?? []
      return comparator === 'eq'
        ? ask('find', `select * from scimmy_user where lower(body ->> 'userName') = lower($1)`, [
            name,
          ])
        : ask('list', 'select * from scimmy_user order by id', [])
    },
    async degress({ id }) {
      await one('remove', 'delete from scimmy_user where id = $1 returning *', [id])
    },
  })
}

const pool = new pg.Pool({ connectionString: process.argv[2] ?? '', max: 16 })
await pool.query(TABLE)
const { SCIMMY, default: ScimmyRouters } = loadPeer('scimmy-routers') as Routers
declareUsers(SCIMMY, pool)
const express = loadPeer('express') as Express
const app = express()
app.use('/scim', new ScimmyRouters({ type: 'bearer', handler: () => 'somebody' }))
const server = app.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo
  process.send?.({ baseUrl: `http://127.0.0.1:${port}/scim`, token: 'none' })
})
// Whoever started it is gone: nobody else has a use for it.
process.once('disconnect', () => process.exit())
