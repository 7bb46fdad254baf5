/** Which role somebody or something gets, as a field of a form: the least of the place unless said. */
import { Select } from '@mantine/core'
import { rolesAt } from '../data/roles.ts'

export function RoleField({ tenant }: { readonly tenant: string | undefined }) {
  const roles = rolesAt(tenant)
  return (
    <Select
      name="role"
      label="Role"
      data={roles}
      defaultValue={roles.at(-1)?.value ?? null}
      allowDeselect={false}
    />
  )
}
