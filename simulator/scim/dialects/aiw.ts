/**
 * Applications made by Okta's wizard: everything is read and put back, groups with all of their
 * members each time, whose `display` is null.
 */
import { GROUP } from '../bodies.ts'
import type { Client } from '../client.ts'
import type { Dialect, PushedGroup } from './dialect.ts'

export function createAiwDialect({ send }: Client): Dialect {
  const putGroup = async ({ scimId, name, members }: PushedGroup) => {
    const path = `/Groups/${scimId}`
    await send('GET', path)
    await send('PUT', path, {
      schemas: [GROUP],
      id: scimId,
      displayName: name,
      members: members.map((member) => ({ value: member.scimId, display: null })),
    })
  }

  return {
    rename: putGroup,
    setActive: async (scimId, active) => {
      const path = `/Users/${scimId}`
      await send('PUT', path, { ...(await send('GET', path)), active })
    },
    changeMembers: async (group, change, acknowledged) => {
      await putGroup(group)
      acknowledged(change)
    },
    replaceMembers: putGroup,
  }
}
