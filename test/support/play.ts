/** What an IdP's administrator may do, as data, and the one who does it: for sequences that chance makes. */
import fc from 'fast-check'
import { type Body, ScimError } from '../../src/scim/index.ts'
import type { TestTenant } from './pipeline.ts'

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

/** Few names, so that they collide, are given up and taken again; one that cannot be loaded. */
const NAMES = ['nadia', 'NADIA', 'zoya', 'tomasz', 'Зоя', 'bad\u0007name']
const TITLES = ['Dr', 'dr', '', '-0', '😀', '{"a":1}']

export function isLoadable(called: string): boolean {
  return !called.startsWith('bad')
}

export const anyone = fc.nat(7)
const name = fc.constantFrom(...NAMES)
const several = fc.array(fc.nat(11), { maxLength: 5 })

export const write = fc.oneof(
  fc.record({ act: fc.constant('hire' as const), name, boss: fc.option(anyone) }),
  fc.record({ act: fc.constant('rename' as const), who: anyone, name }),
  fc.record({ act: fc.constant('switch' as const), who: anyone, active: fc.boolean() }),
  fc.record({
    act: fc.constant('promote' as const),
    who: anyone,
    title: fc.constantFrom(...TITLES),
    boss: fc.option(anyone),
  }),
  fc.record({ act: fc.constant('leave the company' as const), who: anyone }),
  fc.record({ act: fc.constant('form' as const), name, members: several }),
  fc.record({ act: fc.constant('rename group' as const), group: anyone, name }),
  fc.record({
    act: fc.constantFrom('join' as const, 'leave' as const, 'only' as const),
    group: anyone,
    members: several,
  }),
  fc.record({ act: fc.constant('disband' as const), group: anyone }),
)
export type Write = typeof write extends fc.Arbitrary<infer W> ? W : never

/** Plays the writes of one tenant; what SCIM refuses changes nothing. */
export function createPlay(tenant: TestTenant) {
  const people: string[] = []
  const groups: string[] = []
  const pick = (from: readonly string[], index: number) => from[index % from.length] ?? 'usr_none'
  const bossed = (boss: number | null): Body =>
    boss === null ? {} : { [ENTERPRISE]: { manager: { value: pick(people, boss) } } }
  const membersOf = (indexes: readonly number[]) =>
    indexes.map((index) => pick([...people, ...groups], index))

  async function act(each: Write): Promise<unknown> {
    switch (each.act) {
      case 'hire':
        return people.push(await tenant.hire(each.name, bossed(each.boss)))
      case 'rename':
        return tenant.change(pick(people, each.who), { userName: each.name })
      case 'switch':
        return tenant.change(pick(people, each.who), { active: each.active })
      case 'promote':
        return tenant.change(pick(people, each.who), { title: each.title, ...bossed(each.boss) })
      case 'leave the company':
        return tenant.remove(pick(people, each.who))
      case 'form':
        return groups.push(await tenant.form(each.name, membersOf(each.members)))
      case 'rename group':
        return tenant.change(pick(groups, each.group), { displayName: each.name })
      case 'join':
      case 'leave':
      case 'only':
        return tenant.move(pick(groups, each.group), {
          kind: each.act,
          members: membersOf(each.members),
        })
      case 'disband':
        return tenant.remove(pick(groups, each.group))
    }
  }

  return {
    personAt: (index: number) => pick(people, index),
    async play(each: Write): Promise<void> {
      try {
        await act(each)
      } catch (error) {
        if (!(error instanceof ScimError)) throw error
      }
    },
  }
}
