/**
 * The provisioning side of the simulated Okta: an application, and all that is said to it over SCIM.
 *
 * It knows what an organisation has and nothing of how it comes about, nor who signs in.
 */
export { createApp, type CreateAppSettings } from './create-app.ts'
export type { Pace } from './pace.ts'
export type { Sleep } from './retry.ts'
