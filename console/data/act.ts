/**
 * Acting: as TanStack's mutation, but for what is dangerous. Whoever signed in too long ago for that is
 * asked who they are once more, and then it is done (SEC C-3).
 */
import { useMutation, type UseMutationOptions } from '@tanstack/react-query'
import { useSyncExternalStore } from 'react'
import { ApiError } from '../../src/contract/index.ts'
import { api } from './api.ts'

interface Asking {
  readonly signedIn: () => void
  readonly gaveUp: () => void
}

let asking: Asking | undefined
const listeners = new Set<() => void>()

function setAsking(next: Asking | undefined): void {
  asking = next
  for (const tell of listeners) tell()
}

/** Set: somebody is to sign in once more, for what they are about to do. */
export function useAsking(): Asking | undefined {
  return useSyncExternalStore(
    (tell) => {
      listeners.add(tell)
      return () => void listeners.delete(tell)
    },
    () => asking,
  )
}

export function useAct<Done, Given = void>(options: Options<Done, Given>) {
  return useMutation<Done, Error, Given>({
    ...options,
    mutationFn: async (given) => {
      try {
        return await options.mutationFn(given)
      } catch (error) {
        const isStale = error instanceof ApiError && error.code === 'fresh_sign_in_needed'
        if (!isStale || !(await signInAgain())) throw error
        return options.mutationFn(given)
      }
    },
  })
}

/** What the browser does by itself, a download: it could not ask. */
export function useFresh<Given>(go: (given: Given) => void): (given: Given) => void {
  const { mutate } = useMutation({
    mutationFn: async (given: Given) => {
      const { fresh } = await api.readSession({})
      if (fresh || (await signInAgain())) go(given)
    },
  })
  return mutate
}

type Options<Done, Given> = Omit<UseMutationOptions<Done, Error, Given>, 'mutationFn'> & {
  readonly mutationFn: (given: Given) => Promise<Done>
}

/** Whether they did. */
function signInAgain(): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (did: boolean) => () => {
      setAsking(undefined)
      resolve(did)
    }
    setAsking({ signedIn: end(true), gaveUp: end(false) })
  })
}
