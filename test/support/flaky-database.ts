/**
 * A test database behind a door: shut it, and the database is away for whoever came through it, as
 * when a server is stopped or a network parts. Whoever has another way still reaches it.
 */
import { createServer, connect, type Socket } from 'node:net'
import { join } from 'node:path'
import pg from 'pg'
import { connectTo, createTestDatabase, type TestDatabase } from './database.ts'

export interface FlakyDatabase extends TestDatabase {
  /** Breaks every connection, and refuses new ones until it is opened. */
  readonly shut: () => Promise<void>
  readonly open: () => Promise<void>
}

export async function createFlakyDatabase(): Promise<FlakyDatabase> {
  const direct = await createTestDatabase()
  const { host, port: number, user, password, database } = new pg.Client(direct.url)
  const passing = new Set<Socket>()
  const door = createServer((near) => {
    const far = host.startsWith('/')
      ? connect(join(host, `.s.PGSQL.${number}`))
      : connect(number, host)
    for (const socket of [near, far]) {
      passing.add(socket)
      socket
        .on('error', () => undefined)
        .on('close', () => {
          passing.delete(socket)
          near.destroy()
          far.destroy()
        })
    }
    near.pipe(far).pipe(near)
  })
  let at = 0
  const open = () =>
    new Promise<void>((resolve) => {
      door.listen(at, '127.0.0.1', () => {
        const address = door.address()
        at = typeof address === 'object' && address !== null ? address.port : 0
        resolve()
      })
    })
  const shut = async () => {
    const closed = new Promise<void>((resolve) => void door.close(() => resolve()))
    for (const socket of passing) socket.destroy()
    await closed
  }

  await open()
  const url = new URL(`postgres://127.0.0.1:${at}/${database}`)
  url.username = user ?? ''
  url.password = password ?? ''
  const opened = await connectTo(url.href)
  return {
    ...opened,
    shut,
    open,
    close: async () => {
      await opened.close()
      await shut()
      await direct.close()
    },
  }
}
