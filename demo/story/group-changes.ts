/** A group loses a member, gets another name, and is unlinked and deleted. It stays the same group. */
import type { Group, Person } from '../../simulator/index.ts'
import { check, Mismatch, until } from '../checks.ts'
import { done, membersOf } from './provisioning.ts'
import { identityOf, type Stage, type Tenant } from './stage.ts'
import { arrived, signIn } from './visit.ts'

export async function changeGroup(stage: Stage, tenant: Tenant, group: Group): Promise<void> {
  const { okta } = tenant
  const [leaver, stayer] = [...group.members].flatMap((id) => okta.org.people.get(id) ?? [])
  if (!leaver || !stayer) throw new Error(`"${group.name}" has too few members.`)
  await loseMember(stage, tenant, group, leaver)
  const { id } = await rename(stage, tenant, group)
  await unlink(stage, tenant, group, { id, stayer })
}

async function loseMember(
  stage: Stage,
  tenant: Tenant,
  group: Group,
  leaver: Person,
): Promise<void> {
  const before = await membersOf(stage, tenant, group)

  await tenant.okta.removeMember(group, leaver)

  const after = await until(
    `"${group.name}" loses ${leaver.login}`,
    `${before.length - 1} members`,
    () => membersOf(stage, tenant, group),
    (members) => members.length === before.length - 1,
  )
  check(
    'the members that are left',
    after,
    before.filter((login) => login !== leaver.login),
  )
  stage.fact(`"${group.name}" has lost ${leaver.displayName} and kept ${after.length}`)
}

async function rename(
  stage: Stage,
  tenant: Tenant,
  group: Group,
): Promise<{ id: `idn_${string}` }> {
  const named = () => identityOf(stage, tenant, { login: group.name })
  const [oldName, before] = [group.name, await named()]

  await tenant.okta.renameGroup(group, `${oldName} 2`)

  const after = await until(`"${oldName}" is renamed`, group.name, named, ({ fqn }) =>
    fqn.endsWith(group.name),
  )
  check('the id after the rename', after.id, before.id)
  stage.fact(`"${oldName}" is now "${group.name}": same id`)
  return after
}

async function unlink(
  stage: Stage,
  tenant: Tenant,
  group: Group,
  { id, stayer }: { id: `idn_${string}`; stayer: Person },
): Promise<void> {
  done(await tenant.app.unlinkGroup(group, { delete: true }))

  await until(
    `"${group.name}" is deleted`,
    'the state deleted',
    () => stage.admin.readIdentity({ tenant: tenant.name, identity: id }),
    ({ state }) => state === 'deleted',
  )
  const scimId = tenant.app.scimIdOf(group)
  if (scimId !== undefined) throw new Mismatch(`"${group.name}" is unlinked`, 'no link', scimId)
  await arrived(stage, tenant, stayer, await signIn(tenant, stayer))
  stage.fact(`"${group.name}" is unlinked and deleted; its people stay, without it`)
}
