/**
 * Who is signed in is asked once more, in a dialog over the page: for what is dangerous (SEC C-3), and
 * once the session has ended. Then whatever is asked of the server waits, and goes on when the same
 * person is in again, so that nothing on the page is lost. For anybody else the console begins anew.
 */
import { useSyncExternalStore } from 'react'
import { ApiError, type Route, routes } from '../../src/contract/index.ts'
import type { Session } from './session.ts'

export interface Asking {
  /** There is no way on without. */
  readonly hasEnded: boolean
  /** Something that was sent is done once they are in again. */
  readonly hasWritten: boolean
}

interface Ended {
  readonly isOver: Promise<void>
  readonly over: () => void
  readonly hasWritten: boolean
}

/** Whose the page is; nobody's before the first sign-in. */
let administratorId: string | undefined
let ended: Ended | undefined
/** Of what is dangerous and waits: whether they did. */
let answer: ((did: boolean) => void) | undefined
let asking: Asking | undefined
const listeners = new Set<() => void>()

function change(act: () => void): void {
  act()
  if (ended !== undefined) asking = { hasEnded: true, hasWritten: ended.hasWritten }
  else asking = answer && { hasEnded: false, hasWritten: false }
  for (const tell of listeners) tell()
}

/** Set: somebody is to sign in once more. */
export function useAsking(): Asking | undefined {
  return useSyncExternalStore(
    (tell) => {
      listeners.add(tell)
      return () => void listeners.delete(tell)
    },
    () => asking,
  )
}

/** Asks, for what is dangerous. @returns whether they did */
export async function signInAgain(): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  change(() => (answer = resolve))
  const did = await promise
  change(() => (answer = undefined))
  return did
}

/** They have just shown who they are, or do not want to. */
export function answered(did: boolean): void {
  answer?.(did)
}

/** Somebody is in. @returns whether the page goes on as theirs; else it is loaded anew */
export function entered({ administrator: { id } }: Session): boolean {
  if (ended !== undefined && id !== administratorId) {
    location.assign('/console/')
    return false
  }
  administratorId = id
  ended?.over()
  if (ended !== undefined) change(() => (ended = undefined))
  return true
}

/** They sign out. */
export function left(): void {
  administratorId = undefined
}

/** Asks the server; where the session has ended, once somebody is in again. */
export async function whileIn<Done>(route: Route, ask: () => Promise<Done>): Promise<Done> {
  if (route.needs === 'anyone' || route === routes.signOut) return ask()
  // They may have signed in again in another tab.
  if (route !== routes.readSession) await ended?.isOver
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      if (administratorId === undefined || !isOut(error)) throw error
      await end(route.method !== 'GET')
    }
  }
}

export const isOut = (error: unknown): boolean =>
  error instanceof ApiError && error.code === 'not_authenticated'

function end(isWrite: boolean): Promise<void> {
  const { isOver, over, hasWritten } = ended ?? begin()
  change(() => (ended = { isOver, over, hasWritten: hasWritten || isWrite }))
  return isOver
}

function begin(): Ended {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { isOver: promise, over: resolve, hasWritten: false }
}
