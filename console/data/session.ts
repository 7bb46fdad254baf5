/** Who is signed in, and what they may. */
import { queryOptions, useQuery } from '@tanstack/react-query'
import { rolesFor, routes } from '../../src/contract/index.ts'
import { entered, isOut } from './again.ts'
import { api, type Reply } from './api.ts'

export type Session = Reply<'readSession'>
export const SESSION_KEY = ['session'] as const

/** Null: nobody is. */
export const sessionQuery = queryOptions({
  queryKey: SESSION_KEY,
  queryFn: async (): Promise<Session | null> => {
    try {
      const session = await api.readSession({})
      entered(session)
      return session
    } catch (error) {
      if (isOut(error)) return null
      throw error
    }
  },
  staleTime: 60_000,
})

/** Why whoever is signed in may not do what a route does; undefined: they may. */
export function useRefusalOf(name: keyof typeof routes): string | undefined {
  const { data } = useQuery(sessionQuery)
  const may = data != null && rolesFor(routes[name].needs).includes(data.administrator.role)
  return may ? undefined : 'Your role only lets you look.'
}

/** The tenant that whoever is signed in is bound to. */
export function useOwnTenant(): string | undefined {
  const { data } = useQuery(sessionQuery)
  return data?.administrator.tenant?.id
}
