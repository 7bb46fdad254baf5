/**
 * The admin API as data: routes with their inputs and replies, a typed client, OpenAPI.
 *
 * Runs in a browser as it does in Node, and knows neither how a route is served nor by whom.
 */
export { routes } from './routes.ts'
export type { brandingRoutes } from './routes/branding.ts'
export type { claimTypeMappingRoutes } from './routes/claim-type-mappings.ts'
export type { connectionRoutes } from './routes/connections.ts'
export type { dialectRoutes } from './routes/dialects.ts'
export type { explanationRoutes } from './routes/explanations.ts'
export type { extensionSchemaRoutes } from './routes/extension-schemas.ts'
export type { identityRoutes } from './routes/identities.ts'
export type { logRoutes } from './routes/logs.ts'
export type { ruleRoutes } from './routes/rules.ts'
export type { sessionRoutes } from './routes/session.ts'
export type { siteRoutes } from './routes/sites.ts'
export type { holdRoutes } from './routes/holds.ts'
export type { syncRoutes } from './routes/sync.ts'
export type { tenantRoutes } from './routes/tenants.ts'
export { isOfTenant, ROLES, rolesFor } from './rights.ts'
export type { Needs } from './rights.ts'
export { pathNames } from './route.ts'
export type { InputOf, Method, ParsedInputOf, Problem, ReplyOf, Route, Routes } from './route.ts'
export { ApiError, createClient, requestOf } from './client.ts'
export type { AdminClient, ClientOptions, StreamOptions } from './client.ts'
export { HEARTBEAT, readEvents, RETRY, writeEvent } from './event-stream.ts'
export type { StreamEvent } from './event-stream.ts'
export { openApi } from './openapi.ts'
