/** Roles by name, and which there are on the platform and in a tenant. */
import { isOfTenant, ROLES } from '../../src/contract/index.ts'

export type Role = (typeof ROLES)[number]

export const ROLE_NAMES: Readonly<Record<Role, string>> = {
  operator: 'Operator',
  'operator-read': 'Operator, looks only',
  'tenant-admin': 'Tenant admin',
  'tenant-viewer': 'Tenant viewer',
}

/** For a field: those of the platform, or of a tenant. */
export const rolesAt = (tenant: string | undefined) =>
  ROLES.filter((role) => isOfTenant(role) === (tenant !== undefined)).map((value) => ({
    value,
    label: ROLE_NAMES[value],
  }))

/** As a field holds it. */
export const roleOf = (text: string): Role => ROLES.find((role) => role === text) ?? 'operator-read'
