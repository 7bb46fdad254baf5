/**
 * Roles, and what a route asks of whoever calls it, as data: the server checks by it, the console
 * shows by it what somebody may do, and the reference is written from it (SEC C-2).
 */
import type { Role } from '../lib/index.ts'

export const ROLES = [
  'operator',
  'operator-read',
  'tenant-admin',
  'tenant-viewer',
] as const satisfies readonly Role[]

/**
 * `anyone`: no credential is asked for. `signed-in`: a person with a session, whatever the role; a key
 * is nobody there. `setup-link`: whoever is in by one, for its connection alone. Any other is the least role that may. Whoever is bound to a tenant may in that one
 * alone, and another is not there (SEC I-8).
 */
export type Needs = 'anyone' | 'signed-in' | 'setup-link' | Role

const MAY: Readonly<Record<Role, readonly Role[]>> = {
  operator: ['operator'],
  'operator-read': ['operator', 'operator-read'],
  'tenant-admin': ['operator', 'tenant-admin'],
  'tenant-viewer': ROLES,
}

/** The roles that a route of that need lets in. */
export function rolesFor(needs: Needs): readonly Role[] {
  if (needs === 'setup-link') return []
  return needs === 'anyone' || needs === 'signed-in' ? ROLES : MAY[needs]
}

/** True of the roles that act in one tenant. */
export function isOfTenant(role: Role): boolean {
  return role === 'tenant-admin' || role === 'tenant-viewer'
}
