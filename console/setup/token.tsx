/**
 * The token that provisioning is let in by: made here, shown once, and replaced without a failed request.
 * Two live at a time; the older one goes when the newer one is in use.
 */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api } from '../data/api.ts'
import { Note } from '../ui/page.tsx'
import { Time } from '../ui/time.tsx'
import { Button, SETUP_KEY, Value } from './parts.tsx'
import type { Setup } from './providers.ts'
import css from './setup.module.css'

type Kept = Setup['tokens'][number]

export function Token({ setup: { tokens } }: { readonly setup: Setup }) {
  const queries = useQueryClient()
  const again = () => queries.invalidateQueries({ queryKey: SETUP_KEY })
  const mint = useMutation({ mutationFn: () => api.mintSetupToken({}), onSuccess: again })
  const live = tokens.filter(({ kind, state }) => kind === 'token' && state === 'live')
  const [newer, older] = live
  const isNew = mint.data !== undefined && live.some(({ id }) => id === mint.data.id)
  return (
    <div className="stack">
      {isNew && (
        <>
          <Value field="Token" value={mint.data.token} />
          <Note tone="warn" title="It is shown once">
            <p>Enter it now. If it is lost, make another one here.</p>
          </Note>
        </>
      )}
      {newer !== undefined && older !== undefined && <Replacing newer={newer} older={older} />}
      {live.length === 0 && <p className="soft">There is no token yet.</p>}
      {live.length > 0 && (
        <ul className={css['tokens']}>
          {live.map((token, index) => (
            <Live key={token.id} token={token} isNewer={index === 0 && older !== undefined} />
          ))}
        </ul>
      )}
      {older === undefined && (
        <div>
          <Button disabled={mint.isPending} onClick={() => mint.mutate()}>
            {newer === undefined ? 'Make the token' : 'Make another token'}
          </Button>
        </div>
      )}
      {mint.error !== null && <Note tone="bad" title={mint.error.message} />}
    </div>
  )
}

/** What is to be done while two tokens are in force. */
function Replacing({ newer, older }: { readonly newer: Kept; readonly older: Kept }) {
  if (newer.lastUsedAt === null)
    return (
      <Note tone="calm" title="Two tokens are in force">
        <p>
          Enter the new one at the provider, save it there, and test. As soon as it is in use, the
          old one can go; until then nothing fails. By itself it ends <Time at={older.expiresAt} />.
        </p>
      </Note>
    )
  if (isFollowed(older, newer))
    return (
      <Note tone="good" title="The new token is in use">
        <p>Nothing has come by the old one for a minute: revoke it.</p>
      </Note>
    )
  return (
    <Note tone="warn" title="Both tokens were used within a minute">
      <p>Is the new one saved at the provider? Test there once more in a minute.</p>
    </Note>
  )
}

function Live({ token, isNewer }: { readonly token: Kept; readonly isNewer: boolean }) {
  const queries = useQueryClient()
  const revoke = useMutation({
    mutationFn: () => api.retireSetupToken({ token: token.id }),
    onSuccess: () => queries.invalidateQueries({ queryKey: SETUP_KEY }),
  })
  return (
    <li>
      <div className="row">
        <span className="grow">
          Made <Time at={token.createdAt} />,{' '}
          {token.lastUsedAt === null ? (
            'never used'
          ) : (
            <>
              last used <Time at={token.lastUsedAt} relative />
            </>
          )}
        </span>
        <Button quiet disabled={revoke.isPending} onClick={() => revoke.mutate()}>
          {isNewer ? 'Revoke the new one' : 'Revoke'}
        </Button>
      </div>
      {revoke.error !== null && <Note tone="bad" title={revoke.error.message} />}
    </li>
  )
}

/** A use is noted once a minute. */
const COARSE_MS = 60_000

function isFollowed(older: Kept, newer: Kept): boolean {
  const [then, since] = [older, newer].map(({ lastUsedAt }) => Date.parse(lastUsedAt ?? '0'))
  return (since ?? 0) - (then ?? 0) >= COARSE_MS
}
