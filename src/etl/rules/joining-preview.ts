/** Who would be one person by a rule, of those that the connections of a tenant have now. Nothing is changed. */
import { type ConnectionId, Refusal, type TenantId } from '../../lib/index.ts'
import { peopleAfter, type PresentResource } from '../../sync/index.ts'
import {
  isOut,
  type Joined,
  joiningValue,
  joinPeople,
  readyJoining,
  type Source,
} from './joining.ts'
import type { Tree } from './language.ts'
import type { RulesGiven } from './rules.ts'

export interface JoiningAsked {
  /** The rule. */
  readonly by: string
  /** The one that leads first; empty: all of the tenant's, the oldest first. */
  readonly connections: readonly ConnectionId[]
}

export interface JoiningPreview {
  readonly lookedAt: number
  /** Whether that is everybody. */
  readonly isWhole: boolean
  /** For whom the rule gives nothing. */
  readonly without: number
  readonly joined: number
  /** Of the joined, who is active at one connection and not at another. */
  readonly wouldBeOut: number
  readonly refused: number
  /** Some of those that stay apart, then some that would be out, then some others. */
  readonly people: readonly Joined[]
}

type Given = Pick<RulesGiven, 'db' | 'labelsOf' | 'typesOf'>

/** So that they fit in memory beside all else. */
const MOST = 50_000
const PAGE = 1_000
const SHOWN = 50

/**
 * @throws Refusal `invalid_input` as `readyJoining`, and where there are not two connections; `not_found` for
 *         one that is not the tenant's
 */
export async function previewJoining(
  given: Given,
  tenantId: TenantId,
  asked: JoiningAsked,
): Promise<JoiningPreview> {
  const order = await connectionsOf(given, tenantId, asked.connections)
  const trees = new Map<ConnectionId, Tree>()
  for (const id of order) trees.set(id, await ruleFor(given, tenantId, id, asked.by))
  const people: (Source & { readonly value: string })[] = []
  let [lookedAt, isWhole] = [0, true]
  for (const [id, tree] of trees)
    for (let after: string | undefined = ''; after !== undefined;) {
      if (lookedAt >= MOST) {
        isWhole = false
        break
      }
      const page = await pageOf(given, tenantId, id, after)
      lookedAt += page.length
      people.push(...page.flatMap((person) => valued(tree, person)))
      after = page.at(-1)?.resourceId
    }
  const all = joinPeople(people, order)
  const refused = all.filter((each) => each.refused !== null)
  const joined = all.filter((each) => each.refused === null)
  const out = joined.filter(isOut)
  const shown = [refused, out, joined].flatMap((some) => some.slice(0, SHOWN))
  return {
    ...{ lookedAt, isWhole, without: lookedAt - people.length },
    ...{ joined: joined.length, wouldBeOut: out.length, refused: refused.length },
    people: [...new Set(shown)],
  }
}

export async function connectionsOf(
  { labelsOf }: Given,
  tenantId: TenantId,
  named: readonly ConnectionId[],
): Promise<readonly ConnectionId[]> {
  const all = [...(await labelsOf(tenantId)).keys()]
  const stranger = named.find((id) => !all.includes(id))
  if (stranger !== undefined)
    throw new Refusal('not_found', `No connection of this tenant is ${stranger}.`)
  const order = named.length === 0 ? all.toSorted() : [...new Set(named)]
  if (order.length > 1) return order
  throw new Refusal('invalid_input', 'It takes two connections: people of one are never joined.')
}

export async function ruleFor(
  { typesOf }: Given,
  tenantId: TenantId,
  connectionId: ConnectionId,
  by: string,
): Promise<Tree> {
  const type = (await typesOf(tenantId, connectionId)).find(({ name }) => name === 'User')
  if (type === undefined) throw new Error('There is no resource type User.')
  return readyJoining(by, type)
}

function pageOf(
  { db }: Given,
  tenantId: TenantId,
  connectionId: ConnectionId,
  after: string,
): Promise<PresentResource[]> {
  return db.inTenant(tenantId, (trx) => peopleAfter(trx, tenantId, connectionId, after, PAGE))
}

function valued(tree: Tree, { resourceId, connectionId, active, body }: PresentResource) {
  const value = joiningValue(tree, body)
  if (value === undefined) return []
  const userName = body['userName']
  const name = typeof userName === 'string' ? userName : ''
  return [{ resourceId, connectionId, userName: name, isActive: active, value }]
}
