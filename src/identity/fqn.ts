/**
 * The fully qualified name: `Label:name`, as `Okta:nadia@acme.example`.
 *
 * Label and name are kept apart and only rendered together (SEC N-1). A label has no colon, so
 * whatever a name holds, a rendered FQN reads in one way: up to its first colon.
 */

/** In characters; a userName may be long, but not without end (RFC 7643 sets no limit). */
export const MAX_FQN_LENGTH = 512

export function renderFqn(label: string, name: string): string {
  return `${label}:${name}`
}

/** @returns undefined for a text that is no FQN */
export function readFqn(text: string): { label: string; name: string } | undefined {
  const colon = text.indexOf(':')
  if (colon < 1 || colon === text.length - 1) return undefined
  return { label: text.slice(0, colon), name: text.slice(colon + 1) }
}

/** Why this cannot be the name of anybody; undefined if it can. */
export function whyNoName(label: string, name: string): string | undefined {
  if (name.trim() === '') return 'Its name is empty.'
  if (/[\p{Cc}\p{Cs}\u2028\u2029]/u.test(name))
    return 'Its name has control characters, which no sign-in could show. Change it in the identity provider.'
  const length = renderFqn(label, name).length
  if (length > MAX_FQN_LENGTH)
    return `Its FQN would have ${length} characters; ${MAX_FQN_LENGTH} is the most. Shorten it in the identity provider.`
  return undefined
}
