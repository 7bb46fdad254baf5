/**
 * Acting: as TanStack's mutation, but for what is dangerous. Whoever signed in too long ago for that is
 * asked who they are once more, and then it is done (SEC C-3).
 */
import { useMutation, type UseMutationOptions } from '@tanstack/react-query'
import { ApiError } from '../../src/contract/index.ts'
import { signInAgain } from './again.ts'
import { api } from './api.ts'

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
