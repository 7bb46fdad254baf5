/**
 * How the service itself is: its nodes, its database and what works in the background, and of each whether
 * it is well and what to do when it is not.
 *
 * It asks the parts that know and decides nothing for them. It refuses to know HTTP, and whose data it is:
 * no name of a tenant is in it.
 */
export { createHealth } from './create-health.ts'
export type { Health, HealthGiven, MasterKeysSeen } from './create-health.ts'
