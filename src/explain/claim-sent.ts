/**
 * Whether tokens of an issuer bring the claim that a mapping is of, by the latest that were seen: a sign-in that
 * was refused for it and a test of the connection keep what claims a token had, and any other the one that it
 * looked up.
 */
import type { TenantId } from '../lib/index.ts'
import type { SignIn, SignInStep } from '../signin/index.ts'
import type { ClaimTypeMapping } from '../tenants/index.ts'
import type { ExplainGiven } from './gather.ts'

/** What is looked through of a connection's sign-ins. */
const LATEST = 50

export interface ClaimSent {
  /** Null: no token that would say so was seen lately. */
  readonly isSent: boolean | null
  /** What to think of before it goes live; null: nothing. */
  readonly caution: string | null
}

export async function claimSent(
  { signin }: Pick<ExplainGiven, 'signin'>,
  tenantId: TenantId,
  mapping: ClaimTypeMapping,
): Promise<ClaimSent> {
  const { connectionId } = mapping
  return claimSentIn(await signin.signIns(tenantId, { connectionId, limit: LATEST }), mapping)
}

/** @param signIns  of the mapping's connection, the latest first. Pure. */
export function claimSentIn(signIns: readonly SignIn[], mapping: ClaimTypeMapping): ClaimSent {
  const { issuer, originalIssuer, claimType } = mapping
  const tokens = originalIssuer === null ? issuer : `${issuer} for people of ${originalIssuer}`
  const steps = signIns.flatMap((signIn) => signIn.steps.toReversed())
  for (const step of steps.filter((each) => isOf(each, mapping))) {
    const had = claimsIn(step)
    const isAbout = step['claimType'] === claimType
    if (isAbout ? had === undefined : had?.includes(claimType)) return SENT
    if (had !== undefined) return missing(tokens, claimType, had)
  }
  return {
    isSent: null,
    caution:
      `Whether the tokens of ${tokens} have a claim "${claimType}" is not known: none was seen lately. ` +
      'Test the connection, or try a token.',
  }
}

const SENT: ClaimSent = { isSent: true, caution: null }

function missing(tokens: string, claimType: string, had: readonly string[]): ClaimSent {
  const others = had.filter((name) => name !== claimType).join(', ')
  return {
    isSent: false,
    caution:
      `The latest token of ${tokens} that was seen has no claim "${claimType}" with text in it, and ` +
      `everybody with such a one is refused. It has ${others}.`,
  }
}

/** Told of a token that the mapping would be taken for. */
function isOf(step: SignInStep, mapping: ClaimTypeMapping): boolean {
  const { issuer, originalIssuer, originalIssuerClaim } = mapping
  if (step['issuer'] !== issuer) return false
  const original = step['originalIssuer'] ?? membersOf(step['claims'])[originalIssuerClaim ?? '']
  return originalIssuer === null
    ? step['originalIssuer'] === undefined
    : original === originalIssuer
}

/** Those that a token had: in a list all of them, and by name what they were. */
function claimsIn({ claims }: SignInStep): readonly string[] | undefined {
  if (Array.isArray(claims)) return claims.map(String)
  if (typeof claims !== 'object' || claims === null) return undefined
  return Object.entries(membersOf(claims)).flatMap(([name, value]) =>
    typeof value === 'string' ? [name] : [],
  )
}

function membersOf(claims: unknown): Readonly<Record<string, unknown>> {
  return typeof claims === 'object' && claims !== null && !Array.isArray(claims)
    ? { ...(claims as Readonly<Record<string, unknown>>) }
    : {}
}
