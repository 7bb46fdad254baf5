/** The keys as an operator sees them: which seals, what is under the others, and which nodes have them. */
import { type KeyRow, neededOf, sealingOf } from './key-rows.ts'

/** What a node says of its keys. */
export interface NodeKeys {
  readonly nodeId: string
  readonly name: string
  readonly startedAt: Date
  readonly isLost: boolean
  /** Null of a release that does not say so: it has one, and which nobody knows. */
  readonly keyIds: readonly string[] | null
  readonly sealsWith: string | null
}

export interface ListedKey {
  readonly id: string
  /** `waits`: until every node has it. `opens`: what it sealed before another took over. */
  readonly state: 'waits' | 'seals' | 'opens' | 'retired'
  readonly sealsFrom: Date | null
  readonly retiredAt: Date | null
  readonly valuesWrapped: number | null
  readonly countedAt: Date | null
  /** Names of nodes. */
  readonly hadBy: readonly string[]
  readonly lackedBy: readonly string[]
}

/** In the order in which they took over, and then those that wait. */
export function listKeys(rows: readonly KeyRow[], nodes: readonly NodeKeys[]): ListedKey[] {
  const sealing = sealingOf(rows)
  const known = rows.map((row): ListedKey => ({
    ...row,
    state: row.retiredAt !== null ? 'retired' : row === sealing ? 'seals' : 'opens',
    ...whoHas(row.id, nodes),
  }))
  const waiting = [...new Set(nodes.flatMap(({ keyIds }) => keyIds ?? []))]
    .filter((id) => !rows.some((row) => row.id === id))
    .map((id): ListedKey => ({ id, state: 'waits', ...NOTHING_YET, ...whoHas(id, nodes) }))
  return [...known, ...waiting]
}

const NOTHING_YET = { sealsFrom: null, retiredAt: null, valuesWrapped: null, countedAt: null }

function whoHas(id: string, nodes: readonly NodeKeys[]) {
  const has = ({ keyIds }: NodeKeys) => keyIds?.includes(id) === true
  return {
    hadBy: nodes.filter(has).map(({ name }) => name),
    lackedBy: nodes.filter((node) => !has(node)).map(({ name }) => name),
  }
}

/** What others wrap than the key that seals; undefined while it is not counted. */
export function valuesLeft(rows: readonly KeyRow[]): number | undefined {
  const sealing = sealingOf(rows)
  const others = neededOf(rows).filter((row) => row !== sealing)
  const counts = others.flatMap(({ valuesWrapped }) => valuesWrapped ?? [])
  if (sealing === undefined || counts.length < others.length) return undefined
  return counts.reduce((sum, each) => sum + each, 0)
}

/** How it stands, in a few words. */
export function seenOf(rows: readonly KeyRow[], nodes: readonly NodeKeys[]) {
  const sealing = sealingOf(rows)
  const lacks = ({ name, keyIds }: NodeKeys) =>
    neededOf(rows).flatMap(({ id }) => (keyIds?.includes(id) === false ? [{ node: name, id }] : []))
  return {
    sealing: sealing?.id,
    since: sealing?.sealsFrom,
    lacking: nodes.flatMap(lacks),
    waiting: listKeys(rows, nodes).filter(
      ({ state, lackedBy }) => state === 'waits' && lackedBy.length > 0,
    ),
    valuesLeft: valuesLeft(rows),
  }
}
