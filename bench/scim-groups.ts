/**
 * What a single client waits for, from the server and from the floor by turns: a large group pushed in
 * pieces, one member taken out, a page of people. And what the floor does not do: many operations in
 * one PATCH, a group that is created with its members.
 */
import type { Figure } from './bench.ts'
import { median, ms, timed, timedByTurns, times } from './figures.ts'
import { createSend, expectStatus, type Send } from './http.ts'
import { groupIdOf } from './okta-user.ts'
import { joining, leaving, membersFrom, timedPushes } from './push.ts'
import type { Contest, Side } from './scim-rates.ts'

/** People behind those of the group: who is pushed into it and out again. */
export const SPARE = 256
const PIECE = 100
const PAGE = 100
const BORN_GROUPS = 5

interface Sizes {
  readonly crowd: number
  readonly born: number
  readonly turns: number
}

export async function groupFigures(
  { ours, floor, idle }: Contest,
  { crowd, born, turns }: Sizes,
): Promise<Record<string, Figure>> {
  const [send, sendFloor] = [sendTo(ours), sendTo(floor)]
  const push = async (size: number) => {
    await idle()
    return timedPushes(turns, membersFrom(crowd + 1, size), [patching(send), patching(sendFloor)])
  }
  await idle()
  const page = await timedByTurns(turns, reading(send), reading(sendFloor))
  const [many, single] = [await push(PIECE), await push(1)]
  await idle()
  const operationsMs = await oneByOne(patching(send), crowd, turns)
  return {
    ...against('page', `a page of ${PAGE} people`, page),
    ...against('join', `${PIECE} members added to a group of ${crowd}`, many.joined),
    ...against('leave', `${PIECE} members removed from it`, many.left),
    ...against('joinOne', 'one member added to it', single.joined),
    ...against('leaveOne', 'one member removed from it', single.left),
    p50Operations: ms(median(operationsMs), `p50 of a PATCH of ${SPARE} operations`),
    worstBorn: ms(
      Math.max(...(await bornMs(send, born, idle))),
      `the slowest of ${BORN_GROUPS} groups created with ${born} members`,
    ),
  }
}

function sendTo({ baseUrl, token }: Side): Send {
  return createSend(baseUrl, token, 1)
}

function patching(send: Send) {
  return async (body: unknown) =>
    expectStatus(await send('PATCH', `/Groups/${groupIdOf(1)}`, body), 204)
}

function reading(send: Send) {
  return async () => expectStatus(await send('GET', `/Users?startIndex=1&count=${PAGE}`), 200)
}

function against(
  name: string,
  what: string,
  { one, other }: { one: readonly number[]; other: readonly number[] },
): Record<string, Figure> {
  const [ours, floor] = [median(one), median(other)]
  return {
    [`${name}OfFloor`]: times(ours / floor, `${what}: our p50 / the floor's`),
    [name]: ms(ours, `${what}: p50`),
    [`${name}Floor`]: ms(floor, `${what}: p50 of the floor`),
  }
}

/** An operation a member, for those who join as well as for those who leave. */
async function oneByOne(
  patch: (body: unknown) => Promise<unknown>,
  crowd: number,
  turns: number,
): Promise<number[]> {
  const members = membersFrom(crowd + 1, SPARE)
  const [join, leave] = [joining(members.map((member) => [member])), leaving(members)]
  const took: number[] = []
  for (let turn = 0; turn < turns; turn += 1)
    took.push(await timed(() => patch(join)), await timed(() => patch(leave)))
  return took
}

async function bornMs(send: Send, born: number, idle: () => Promise<void>): Promise<number[]> {
  const took: number[] = []
  for (let number = 1; number <= BORN_GROUPS; number += 1) {
    await idle()
    const group = { displayName: `Born ${number}`, members: membersFrom(1, born) }
    took.push(await timed(async () => expectStatus(await send('POST', '/Groups', group), 201)))
  }
  return took
}
