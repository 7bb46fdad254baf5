import { ScimError, type ResourceType } from '../scim/index.ts'

/**
 * The refusal of a name that is given away (RFC 7644 section 3.12), told so that it can be put right.
 * @param holder  whose the name is, where that is known
 */
export function taken(type: ResourceType, holder: string | undefined): ScimError {
  return ScimError.of(
    'uniqueness',
    `"${type.uniqueAttribute}" belongs to ${holder ?? 'another resource'} already. ` +
      `Rename one of the two${type.name === 'User' ? ', or unassign the other' : ''}.`,
  )
}
