/**
 * Names of tenants, labels and administrators: how they are checked. They are compared in the form
 * that `fold` gives, as userName is.
 *
 * Text is normalised first, checked second, and then exactly that value is kept, compared and
 * indexed (SEC P-13). Labels are the prefix of every FQN and unique over the platform (N-1).
 */
import { isId, Refusal } from '../lib/index.ts'

/** Characters that would let one name look like another, or break a line or a terminal. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u

/**
 * The name as it is kept.
 * @throws Refusal `invalid_input` when nothing is left, it is too long, or it hides characters
 */
export function cleanName(what: string, text: string): string {
  const name = text.normalize('NFC').trim()
  if (name === '' || name.length > 100)
    throw new Refusal('invalid_input', `The name of a ${what} has 1 to 100 characters.`)
  if (INVISIBLE.test(name))
    throw new Refusal(
      'invalid_input',
      `The name of this ${what} holds a control or invisible character. Type it again without.`,
    )
  return name
}

/** A tenant is found by id or name, so a name may not look like an id. */
export function cleanTenantName(text: string): string {
  const name = cleanName('tenant', text)
  if (isId('ten', name))
    throw new Refusal('invalid_input', 'A tenant cannot be named like an id (ten_…).')
  return name
}

/** @throws Refusal `invalid_input` unless it is 2 to 32 characters of A-Z a-z 0-9 _ - (SEC N-1) */
export function cleanLabel(text: string): string {
  if (/^[A-Za-z0-9_-]{2,32}$/.test(text)) return text
  throw new Refusal(
    'invalid_input',
    `"${text.slice(0, 40)}" cannot be a label: it takes 2 to 32 of A-Z, a-z, 0-9, _ and -. ` +
      'Choose one that does.',
  )
}

/** The label a tenant's first connection has unless another is asked for: its name, in the label's letters. */
export function labelFor(tenantName: string): string {
  const slug = tenantName
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^A-Za-z0-9_-]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 32)
  if (slug.length > 1) return slug
  throw new Refusal(
    'invalid_input',
    `No label can be made of the name "${tenantName.slice(0, 40)}". Give one (--label): 2 to 32 of A-Z, a-z, ` +
      '0-9, _ and -.',
  )
}
