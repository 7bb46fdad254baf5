/** Group push in Okta's form: PATCHes that add members, and PATCHes that remove them again. */
import { timed } from './figures.ts'
import { userIdOf } from './okta-user.ts'

export interface PatchOperation {
  readonly op: string
  readonly path?: string
  readonly value?: unknown
}

export function patchOf(Operations: readonly PatchOperation[]) {
  return { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations }
}

type Member = { readonly value: string }

/** People number `first` on, as many as `size`. */
export function membersFrom(first: number, size: number): readonly Member[] {
  return Array.from({ length: size }, (_, index) => ({ value: userIdOf(first + index) }))
}

/** All in one operation, or in one each. */
export function joining(pieces: readonly (readonly Member[])[]) {
  return patchOf(pieces.map((value) => ({ op: 'add', path: 'members', value })))
}

export function leaving(members: readonly Member[]) {
  return patchOf(
    members.map(({ value }) => ({ op: 'remove', path: `members[value eq "${value}"]` })),
  )
}

type Patch = (body: unknown) => Promise<unknown>

/** How long each PATCH took, in milliseconds. */
export interface Pushed {
  readonly one: number[]
  readonly other: number[]
}

/**
 * The same members join two groups and leave them again, by turns, so that each PATCH changes
 * something and whatever else the machine does meets both alike. The first tenth is not kept.
 */
export async function timedPushes(
  turns: number,
  members: readonly Member[],
  [one, other]: readonly [Patch, Patch],
): Promise<{ joined: Pushed; left: Pushed }> {
  const joined: Pushed = { one: [], other: [] }
  const left: Pushed = { one: [], other: [] }
  const [join, leave] = [joining([members]), leaving(members)]
  for (let turn = -Math.ceil(turns / 10); turn < turns; turn += 1)
    for (const [body, kept] of [
      [join, joined],
      [leave, left],
    ] as const) {
      const [first, second] = [await timed(() => one(body)), await timed(() => other(body))]
      if (turn < 0) continue
      kept.one.push(first)
      kept.other.push(second)
    }
  return { joined, left }
}
