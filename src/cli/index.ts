/**
 * The command line: a client of the admin API without privileges. What it can do, the API can.
 *
 * Data goes to stdout, words go to stderr. Exit 0 done, 1 refused or failed, 2 misused. Knows no
 * database and reads no environment.
 */
export { runCli } from './cli.ts'
export type { Given as CliGiven, Terminal } from './context.ts'
