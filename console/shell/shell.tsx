/** The frame around every page: who is signed in, where one is, where one can go. */
import { ActionIcon, Tooltip, useComputedColorScheme, useMantineColorScheme } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, Outlet, useRouterState } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { entered, isOut, left, useAsking } from '../data/again.ts'
import { api } from '../data/api.ts'
import { type Session, SESSION_KEY, sessionQuery } from '../data/session.ts'
import mark from '../icon.svg'
import { paths } from '../paths.ts'
import { Icon } from '../ui/icons.tsx'
import { States } from '../ui/states.tsx'
import { Again } from './again.tsx'
import { Finder } from './finder.tsx'
import { Navigation } from './navigation.tsx'
import css from './shell.module.css'
import { SignIn } from './sign-in.tsx'

export function Shell() {
  const asked = useQuery(sessionQuery)
  if (asked.data === null) return <SignIn />
  // Once somebody is in, that it cannot be asked again takes no page from them.
  if (asked.data !== undefined) return <Frame session={asked.data} />
  return <States asked={asked}>{null}</States>
}

function Frame({ session }: { readonly session: Session }) {
  const main = useRef<HTMLElement>(null)
  const [isFinding, setFinding] = useState(false)
  const menu = useMenu()
  // Whoever is not in any more, or is somebody else, reads nothing of it.
  const isCovered = useAsking()?.hasEnded === true
  useFocusOnNewPage(main)
  useFinderKey(() => setFinding(true))

  return (
    <>
      <a className={css['skip']} href="#main">
        Skip to the page
      </a>
      <div className={css['frame']} data-covered={isCovered}>
        <aside className={css['side']} aria-label="Rollcall">
          <div className="row">
            <Link {...paths.overview()} className={css['brand']}>
              <img src={mark} alt="" />
              Rollcall
            </Link>
            <button
              type="button"
              className={css['menuButton']}
              aria-expanded={menu.isOpen}
              aria-controls="menu"
              onClick={menu.toggle}
            >
              <Icon name="menu" /> Menu
            </button>
          </div>
          <button type="button" className={css['search']} onClick={() => setFinding(true)}>
            <Icon name="search" size={15} /> Find … <kbd>/</kbd>
          </button>
          <div id="menu" className={css['menu']} data-open={menu.isOpen}>
            <Navigation />
            <Foot session={session} />
          </div>
        </aside>
        <main id="main" ref={main} tabIndex={-1} className={css['main']}>
          <Outlet />
        </main>
      </div>
      <Again />
      <Finder opened={isFinding} onClose={() => setFinding(false)} />
    </>
  )
}

function Foot({ session }: { readonly session: Session }) {
  const { administrator } = session
  const queries = useQueryClient()
  const signOut = useMutation({
    mutationFn: async () => {
      // What is asked meanwhile is not waited for.
      left()
      try {
        await api.signOut({})
      } catch (error) {
        if (!isOut(error)) throw error
      }
    },
    onError: () => entered(session),
    onSuccess: () => {
      // Nothing of what somebody saw is left for whoever comes next.
      queries.setQueryData(SESSION_KEY, null)
      queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== SESSION_KEY[0] })
    },
  })
  const { setColorScheme } = useMantineColorScheme()
  const isDark = useComputedColorScheme('light') === 'dark'
  const other = isDark ? 'light' : 'dark'
  return (
    <div className={css['foot']}>
      <div className="row" style={{ flexWrap: 'nowrap' }}>
        <div className={`grow ${css['who']}`}>
          <Link {...paths.account()} className="clip" style={{ display: 'block' }}>
            <bdi>{administrator.name}</bdi>
          </Link>
          <div className="soft clip">{administrator.role}</div>
        </div>
        <Tooltip label={`Use ${other} colours`}>
          <ActionIcon
            variant="subtle"
            aria-label={`Use ${other} colours`}
            onClick={() => setColorScheme(other)}
          >
            <Icon name={isDark ? 'sun' : 'moon'} />
          </ActionIcon>
        </Tooltip>
        <Tooltip label="Sign out">
          <ActionIcon variant="subtle" aria-label="Sign out" onClick={() => signOut.mutate()}>
            <Icon name="arrow" />
          </ActionIcon>
        </Tooltip>
      </div>
    </div>
  )
}

/** Where there is room for the page alone the menu is folded, and folds again when one has gone somewhere. */
function useMenu() {
  const path = useRouterState({ select: ({ location }) => location.pathname })
  const [openAt, setOpenAt] = useState<string>()
  const isOpen = openAt === path
  return { isOpen, toggle: () => setOpenAt(isOpen ? undefined : path) }
}

/** A page that comes in the place of another is read from its beginning. */
function useFocusOnNewPage(main: React.RefObject<HTMLElement | null>): void {
  const path = useRouterState({ select: ({ location }) => location.pathname })
  const isFirst = useRef(true)
  useEffect(() => {
    if (!isFirst.current) main.current?.focus({ preventScroll: true })
    isFirst.current = false
  }, [path, main])
}

/** `/`, or Ctrl-K even while writing. */
function useFinderKey(open: () => void): void {
  const latest = useRef(open)
  latest.current = open
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const isWriting =
        event.target instanceof Element && event.target.matches('input, textarea, select')
      const isAsked =
        event.ctrlKey || event.metaKey ? event.key === 'k' : event.key === '/' && !isWriting
      if (!isAsked) return
      event.preventDefault()
      latest.current()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])
}
