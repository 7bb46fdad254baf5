/**
 * The command line: a client of the admin API without privileges. What it can do, the API can.
 *
 * Only `db` goes to the database, by what it is handed (decision 0014).
 *
 * Data goes to stdout, words go to stderr. Exit 0 done, 1 refused or failed, 2 misused. Knows no
 * database and reads no environment.
 */
export { runCli } from './cli.ts'
export type { Given as CliGiven, Terminal } from './context.ts'
