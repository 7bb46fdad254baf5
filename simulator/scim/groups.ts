/**
 * What Okta sends about groups: push, members, name, push now, unlink.
 *
 * A group is created empty and its members follow. About a group that is not pushed there is nothing
 * to say, and a job about it is done at once.
 */
import type { App } from '../app.ts'
import type { Group } from '../org.ts'
import { GROUP } from './bodies.ts'
import { find, idOf, lookup } from './client.ts'
import type { Given, MemberChange } from './dialects/dialect.ts'
import { Refused } from './failures.ts'
import type { Members } from './members.ts'

type GroupJobs = Pick<
  App,
  'pushGroup' | 'pushGroupName' | 'pushNow' | 'unlinkGroup' | 'updateGroupMembers'
>

export function createGroupJobs(given: Given & { readonly members: Members }): GroupJobs {
  const { client, dialect, links, record, members } = given

  const job = (verb: string, group: Group, work: () => Promise<void>) => {
    const sentence = `Unable to ${verb} Group Push mapping target App group ${group.name}`
    return links.inTurn(group, () => record.job(`${verb} group ${group.name}`, sentence, work))
  }
  const jobIfPushed = (verb: string, group: Group, work: (scimId: string) => Promise<void>) =>
    job(verb, group, async () => {
      const scimId = links.scimIdOf(group)
      if (scimId !== undefined) await work(scimId)
    })
  const pushed = (group: Group, scimId: string) => ({
    scimId,
    name: group.name,
    members: members.of(group),
  })
  const changeMembers = async (group: Group, scimId: string, change: MemberChange) => {
    if (change.add.length + change.remove.length === 0) return
    await dialect.changeMembers(pushed(group, scimId), change, (part) =>
      members.acknowledge(group, part),
    )
  }

  return {
    pushGroup: (group) =>
      job('create', group, async () => {
        const scimId = links.scimIdOf(group) ?? (await createGroup(given, group))
        const present = links.pushedMembers(group)
        const add = members.of(group).filter((member) => !present.has(member.scimId))
        await changeMembers(group, scimId, { add, remove: [] })
      }),
    updateGroupMembers: (group, { add, remove }) =>
      jobIfPushed('update', group, (scimId) =>
        changeMembers(group, scimId, {
          add: members.whoHaveTheApp(add),
          remove: members.whoAreKnown(remove),
        }),
      ),
    pushGroupName: (group) =>
      jobIfPushed('rename', group, async (scimId) => {
        await dialect.rename(pushed(group, scimId))
        record.wrote({ kind: 'group', scimId })
      }),
    pushNow: (group) =>
      jobIfPushed('update', group, async (scimId) => {
        const whole = pushed(group, scimId)
        await dialect.replaceMembers(whole)
        members.acknowledgeAll(group, whole.members)
      }),
    unlinkGroup: (group, choice) =>
      jobIfPushed('delete', group, async (scimId) => {
        if (choice.delete) {
          await client.send('DELETE', `/Groups/${scimId}`).catch(goneAlready)
          record.wrote({ kind: 'group', scimId, removed: true })
        }
        links.unlink(group)
      }),
  }
}

/** A create whose answer was lost may have arrived; only a repetition looks for it by name. */
function createGroup({ client, links, record }: Given, group: Group): Promise<string> {
  return client.retry(async (attempt) => {
    const path = lookup('Groups', 'displayName', group.name)
    const arrived = attempt > 1 ? await find(client.sendOnce, path) : undefined
    const isOurs = arrived && !links.isLinked(idOf(arrived, 'group'))
    const body = { schemas: [GROUP], displayName: group.name, members: [] }
    const created = isOurs ? arrived : await client.sendOnce('POST', '/Groups', body)
    const scimId = idOf(created, 'group')
    links.link(group, scimId)
    record.wrote({ kind: 'group', scimId })
    return scimId
  })
}

function goneAlready(error: unknown): void {
  if (!(error instanceof Refused && error.status === 404)) throw error
}
