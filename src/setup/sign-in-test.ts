/** The latest test sign-in of a connection, as whoever sets it up sees how far it has come. */
import type { Id } from '../lib/index.ts'
import { isConnectionTest, isTold, type SignIn, TEST_GOOD_MS } from '../signin/index.ts'

export interface SignInTest {
  readonly reference: Id<'sgn'>
  readonly state: 'waiting' | 'passed' | 'failed' | 'expired'
  readonly startedAt: Date
  readonly steps: readonly { readonly step: string; readonly at: string }[]
  /** Of the refusal that it failed with, and what that says. */
  readonly code: string | null
  readonly message: string | null
  /** What the identity provider said with it, word for word. */
  readonly said: string | null
}

/** @param attempts  the latest first */
export function latestTest(attempts: readonly SignIn[], now: Date): SignInTest | undefined {
  const test = attempts.find(isConnectionTest)
  if (test === undefined) return undefined
  const { signInId, startedAt, code } = test
  const { message, error, description } = seenAtLast(test)
  return {
    reference: signInId,
    state: stateOf(test, now),
    startedAt,
    steps: test.steps.filter(isTold).map(({ step, at }) => ({ step, at })),
    code,
    message: message ?? null,
    said: [error, description].filter((part) => part !== undefined).join(': ') || null,
  }
}

function seenAtLast({ steps }: SignIn) {
  const seen = (name: string) => {
    const value = steps.at(-1)?.[name]
    return typeof value === 'string' ? value : undefined
  }
  return { message: seen('message'), error: seen('error'), description: seen('description') }
}

function stateOf({ outcome, startedAt }: SignIn, now: Date): SignInTest['state'] {
  if (outcome === 'started')
    return now.getTime() - startedAt.getTime() < TEST_GOOD_MS ? 'waiting' : 'expired'
  return outcome === 'tested' ? 'passed' : 'failed'
}
