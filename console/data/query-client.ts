/** What was asked of the API, kept and asked again. Whoever is no longer let in signs in again. */
import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { ApiError } from '../../src/contract/index.ts'
import { SESSION_KEY } from './session.ts'

const onError = (error: Error) => {
  if (error instanceof ApiError && error.code === 'not_authenticated')
    queryClient.setQueryData(SESSION_KEY, null)
}

export const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError }),
  mutationCache: new MutationCache({ onError }),
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      // A refusal stays one; what is away may be back.
      retry: (times, error) => times < 2 && !(error instanceof ApiError && error.status < 500),
    },
  },
})
