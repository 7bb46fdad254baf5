/** Which identity provider it is, as fields of a form: the same for a tenant's first connection and for another. */
import { Select } from '@mantine/core'
import { KINDS } from '../data/tenants.ts'
import type { Fields } from '../ui/form.tsx'
import { Lines, linesOf } from '../ui/lines.tsx'

const NAMES = Object.keys(KINDS) as (keyof typeof KINDS)[]

export function ProviderKind() {
  return (
    <Select
      name="kind"
      label="Identity provider"
      data={NAMES.map((kind) => KINDS[kind])}
      defaultValue={KINDS.okta}
      allowDeselect={false}
    />
  )
}

export function ProviderCallbacks() {
  return (
    <Lines
      name="redirectUris"
      label="Callbacks of OAuth provisioning"
      description="One a line. Okta's own if left out."
    />
  )
}

export function providerOf(field: Fields) {
  return {
    kind: NAMES.find((kind) => KINDS[kind] === field('kind')) ?? 'okta',
    redirectUris: linesOf(field('redirectUris')),
  }
}
