/** Where a page is: in the tenant that its address names, or on the platform. */
import { useParams } from '@tanstack/react-router'
import { InTenant } from './names.tsx'

/** Undefined: on the platform. */
export function useTenantHere(): string | undefined {
  return useParams({ strict: false }).tenant
}

/** What a page lies in, above its title. */
export function Place() {
  const tenant = useTenantHere()
  return tenant === undefined ? 'Platform' : <InTenant tenant={tenant} />
}
