/**
 * The page by which a customer's administrator connects their identity provider. No account: the secret
 * stands behind the # of the link, and opens a session that reaches this one connection.
 */
import '../data/uncompiled.ts'
import { QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { ApiError } from '../../src/contract/index.ts'
import { api } from '../data/api.ts'
import './theme.css'
import { Panel } from '../ui/page.tsx'
import { Loading, Standing } from '../ui/states.tsx'
import { SetupPage } from './page.tsx'
import { SETUP_KEY } from './parts.tsx'
import css from './setup.module.css'

const link = location.hash.slice(1)
// The secret is not left in the address, nor in the history.
if (link !== '') history.replaceState({}, '', location.pathname)
const opened = link === '' ? Promise.resolve() : api.openSetup({ link }).then(() => undefined)

const darkness = matchMedia('(prefers-color-scheme: dark)')
const useColours = () =>
  document.documentElement.setAttribute(
    'data-mantine-color-scheme',
    darkness.matches ? 'dark' : 'light',
  )
useColours()
darkness.addEventListener('change', useColours)

function Setup() {
  const { data, error } = useQuery({
    queryKey: SETUP_KEY,
    queryFn: async () => {
      await opened
      return api.readSetup({})
    },
    refetchInterval: 2_000,
    retry: (times, failed) => times < 2 && !(failed instanceof ApiError && failed.status < 500),
  })
  const isRefused = error instanceof ApiError && error.status < 500
  if (data !== undefined && !isRefused) return <SetupPage setup={data} />
  return (
    <main className={css['page']}>
      <h1>Connect your identity provider</h1>
      <Panel>
        {error === null && <Loading />}
        {error !== null && (
          <Standing
            icon="alert"
            tone="bad"
            title={isRefused ? 'This link is not good any more' : 'This could not be loaded'}
            live
          >
            <p>{error.message}</p>
            {isRefused && <p>Ask whoever sent it to you for a new one.</p>}
          </Standing>
        )}
      </Panel>
    </main>
  )
}

const root = document.getElementById('setup')
if (root === null) throw new Error('The page has no place for the setup.')
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={new QueryClient()}>
      <Setup />
    </QueryClientProvider>
  </StrictMode>,
)
