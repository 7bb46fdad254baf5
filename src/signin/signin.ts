/** Puts signing in together. */
import type { Db } from '../db/index.ts'
import type { Clock, NewId } from '../lib/index.ts'
import { createSignIns } from './sign-ins.ts'

export type Signin = ReturnType<typeof createSignin>

export interface SigninGiven {
  readonly db: Db
  readonly clock: Clock
  readonly newId: NewId
}

export function createSignin(given: SigninGiven) {
  const { signIns, findSignIn } = createSignIns(given)
  return { signIns, findSignIn }
}
