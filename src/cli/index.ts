/**
 * The command line: a client of the admin API without privileges. What it can do, the API can.
 *
 * Only `db` goes to the database, and only `master-key` to the key file, by what they are handed (decisions 0014 and 0058).
 *
 * Data goes to stdout, words go to stderr. Exit 0 done, 1 refused or failed, 2 misused. Knows no
 * database and reads no environment.
 */
export { runCli } from './cli.ts'
export type { Given as CliGiven, KeyFile, Terminal } from './context.ts'
