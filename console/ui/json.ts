/** JSON that a person writes. */

/** @throws Error in words for whoever wrote it, where it is no object */
export function readObject(what: string, text: string): Record<string, unknown> {
  let read: unknown
  try {
    read = JSON.parse(text)
  } catch (error) {
    const why = error instanceof Error ? error.message : 'it cannot be read'
    throw new Error(`${what} cannot be read as JSON: ${why}.`, { cause: error })
  }
  if (typeof read !== 'object' || read === null || Array.isArray(read))
    throw new Error(`${what}: give one JSON object.`)
  return { ...read }
}
