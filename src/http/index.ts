/**
 * The edge: sockets, limits, authentication, and where errors become statuses. Refuses to know SQL
 * and any rule that would hold without HTTP.
 */
export { createHttp } from './http.ts'
export type { Http } from './http.ts'
export type { Log } from './log.ts'
