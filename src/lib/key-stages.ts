/** What a key that signs is used for at an instant, from when it and the one after it sign. Pure. */

/** `next`: published, and signs later. `published`: signs no more, and what it signed is still good. */
export type KeyStage = 'next' | 'signing' | 'published' | 'ended'

/** How long what a key has signed may be looked at: a session and its ID token last half of that. */
const PUBLISHED_MS = 24 * 60 * 60 * 1000

/** @param rows  in the order in which they sign */
export function stagesOf<Row extends { readonly signs_from: Date }>(
  rows: readonly Row[],
  now: Date,
): (Row & { readonly stage: KeyStage; readonly publishedUntil: Date | null })[] {
  return rows.map((row, index) => {
    const successor = rows[index + 1]?.signs_from
    const publishedUntil =
      successor === undefined ? null : new Date(successor.getTime() + PUBLISHED_MS)
    const stage =
      row.signs_from > now
        ? 'next'
        : successor === undefined || successor > now
          ? 'signing'
          : publishedUntil !== null && publishedUntil > now
            ? 'published'
            : 'ended'
    return { ...row, stage, publishedUntil }
  })
}

/** Whether one waits to sign. */
export function hasNext(rows: readonly { readonly signs_from: Date }[], now: Date): boolean {
  return stagesOf(rows, now).some(({ stage }) => stage === 'next')
}

/** A key as it is listed. */
export interface SigningKey {
  readonly keyId: string
  readonly stage: Exclude<KeyStage, 'ended'>
  readonly createdAt: Date
  readonly signsFrom: Date
  /** Null while nothing replaces it. */
  readonly publishedUntil: Date | null
}

/** @param rows  in the order in which they sign */
export function publishedKeys(
  rows: readonly {
    readonly key_id: string
    readonly created_at: Date
    readonly signs_from: Date
  }[],
  now: Date,
): SigningKey[] {
  return stagesOf(rows, now).flatMap(({ stage, publishedUntil, ...row }) =>
    stage === 'ended'
      ? []
      : [
          {
            ...{ keyId: row.key_id, stage, publishedUntil },
            createdAt: row.created_at,
            signsFrom: row.signs_from,
          },
        ],
  )
}
