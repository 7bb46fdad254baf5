/** What was asked of the API, kept and asked again. */
import { QueryClient } from '@tanstack/react-query'
import { ApiError } from '../../src/contract/index.ts'

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      // A refusal stays one; what is away may be back.
      retry: (times, error) => times < 2 && !(error instanceof ApiError && error.status < 500),
    },
  },
})
