/**
 * Statements that leave in one packet and are answered in one. The driver asks PostgreSQL for an answer behind
 * each statement (Sync), and for the names and types of its columns each time; here there is one Sync behind
 * the last, and a prepared statement's columns are asked for once. A look-up that shares its transaction costs the
 * driver 11 microseconds of the processor where it cost 20, one that is alone a quarter less.
 *
 * It speaks through the driver's own connection, as the driver's cursors do. Where a statement fails, PostgreSQL
 * passes over those behind it.
 */
import pg, { type PoolClient, type QueryResultRow } from 'pg'
import { serialize } from 'pg-protocol'
import { sendable } from './sendable.ts'

/** A named prepared statement: `name` stands for `text`, always; '' is parsed anew each time. */
export interface Statement {
  readonly name: string
  readonly text: string
  readonly values: readonly unknown[]
}

/** What is handed to the driver; who stands between may ask for the statements itself and answer. */
export interface Batch {
  readonly statements: readonly Statement[]
  readonly answer: PromiseWithResolvers<QueryResultRow[][]>
}

/** What of the driver's connection is spoken through. */
interface Connection {
  readonly stream: { readonly writable: boolean; write(bytes: Uint8Array): unknown }
  /** Texts by name: those that PostgreSQL has, and those that are on their way to it. */
  readonly parsedStatements: Record<string, string>
  readonly submittedNamedStatements: Record<string, string>
}

interface Column {
  readonly name: string
  readonly parse: (text: string) => unknown
}

/** As the driver's, whose types know the types of PostgreSQL by an enumeration. */
const parserOf = pg.types.getTypeParser as (oid: number, format: 'text') => Column['parse']

/** Of each connection, by the names of statements. */
const COLUMNS = new WeakMap<Connection, Map<string, readonly Column[]>>()

/** @returns the rows of each. @throws what the first that fails does; a transaction is then to be rolled back */
export async function sendTogether(
  client: PoolClient,
  statements: readonly Statement[],
): Promise<QueryResultRow[][]> {
  const answer = Promise.withResolvers<QueryResultRow[][]>()
  client.query(queryOf({ statements, answer }))
  try {
    return await answer.promise
  } catch (error) {
    // Where it was noticed is the driver's parser; who asked is of more use.
    if (error instanceof Error) Error.captureStackTrace(error)
    throw error
  }
}

/** What the driver calls as the answers come, of a query that it takes for one of its own. */
function queryOf({ statements, answer }: Batch): pg.Query {
  // Before anything is written: what cannot be sent must not be sent in part.
  const values = statements.map((statement) => statement.values.map(sendable))
  const columns: (readonly Column[] | undefined)[] = []
  const results: QueryResultRow[][] = []
  let known = new Map<string, readonly Column[]>()
  let rows: QueryResultRow[] = []
  const nameNow = () => statements[results.length]?.name ?? ''
  const learn = (described: readonly Column[]) => {
    columns[results.length] = described
    if (nameNow() !== '') known.set(nameNow(), described)
  }

  const query = Object.assign(Object.create(pg.Query.prototype) as pg.Query, {
    ...{ statements, answer, callback: () => undefined },
    // Of the statement whose answers come: by these the driver remembers what PostgreSQL has parsed.
    name: statements[0]?.name,
    text: statements[0]?.text,

    submit(connection: Connection): Error | null {
      const clash = clashIn(connection, statements)
      if (clash !== undefined)
        return new Error(`The prepared statement "${clash}" stands for another text already.`)
      known = COLUMNS.get(connection) ?? known
      COLUMNS.set(connection, known)
      const messages: Buffer[] = []
      for (const [index, { name, text }] of statements.entries()) {
        const isParsed = textOf(connection, name) !== undefined
        if (!isParsed) messages.push(serialize.parse({ name, text }))
        if (!isParsed && name !== '') connection.submittedNamedStatements[name] = text
        messages.push(serialize.bind({ statement: name, values: values[index] ?? [] }))
        columns[index] = isParsed ? known.get(name) : undefined
        if (columns[index] === undefined) messages.push(serialize.describe({ type: 'P' }))
        messages.push(serialize.execute())
      }
      messages.push(serialize.sync())
      // Of one that has ended the driver tells whoever waits.
      if (connection.stream.writable) connection.stream.write(Buffer.concat(messages))
      return null
    },
    handleRowDescription({ fields }: { fields: readonly pg.FieldDef[] }) {
      learn(
        fields.map(({ name, dataTypeID }) => ({
          name,
          parse: parserOf(dataTypeID, 'text'),
        })),
      )
    },
    handleDataRow({ fields }: { fields: readonly (string | null)[] }) {
      const row: QueryResultRow = {}
      for (const [index, { name, parse }] of (columns[results.length] ?? []).entries()) {
        const text = fields[index] ?? null
        row[name] = text === null ? null : parse(text)
      }
      rows.push(row)
    },
    handleCommandComplete() {
      // One without rows has no columns.
      if (columns[results.length] === undefined) learn([])
      results.push(rows)
      rows = []
      const next = statements[results.length]
      Object.assign(query, { name: next?.name, text: next?.text })
    },
    handleError(error: Error, { parsedStatements, submittedNamedStatements }: Connection) {
      for (const { name } of statements.slice(results.length))
        if (parsedStatements[name] === undefined) delete submittedNamedStatements[name]
      answer.reject(error)
    },
    handleReadyForQuery: () => answer.resolve(results),
  })
  return query
}

/** A name that stands for another text: at PostgreSQL, on its way to it, or among these. */
function clashIn(connection: Connection, statements: readonly Statement[]): string | undefined {
  const texts = new Map<string, string>()
  return statements.find(({ name, text }) => {
    if (name === '') return false
    const before = textOf(connection, name) ?? texts.get(name) ?? text
    texts.set(name, before)
    return before !== text
  })?.name
}

function textOf(
  { parsedStatements, submittedNamedStatements }: Connection,
  name: string,
): string | undefined {
  return name === '' ? undefined : (parsedStatements[name] ?? submittedNamedStatements[name])
}
