/** The little of a logger that the edge needs: pino has it, and so does a test's array. */
export interface Log {
  info(fields: Readonly<Record<string, unknown>>): void
  warn(fields: Readonly<Record<string, unknown>>): void
  error(fields: Readonly<Record<string, unknown>>): void
}
