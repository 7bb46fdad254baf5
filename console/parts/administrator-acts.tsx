/** What may be done to another administrator. Each act says what it does before it is done. */
import { Button, Menu, Select } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { useAct } from '../data/act.ts'
import { api, type Item } from '../data/api.ts'
import { type Role, ROLE_NAMES, rolesAt, roleOf } from '../data/roles.ts'
import { useRefusalOf } from '../data/session.ts'
import { CopyOnce } from '../ui/copy.tsx'
import { Confirm } from '../ui/dialogs.tsx'

export type Administrator = Item<'listAdministrators'>

const ACT_NAMES = {
  role: 'Change the role',
  'end-sessions': 'End their sessions',
  reset: 'Reset their sign-in',
  disable: 'Disable',
  enable: 'Enable',
  remove: 'Remove',
} as const
export type ActName = keyof typeof ACT_NAMES

/** What becomes of them by it. */
const MEANING: Readonly<Record<ActName, string>> = {
  role: 'Their sessions end, and they sign in again with the new role.',
  'end-sessions': 'They are signed out everywhere, and may sign in again.',
  reset:
    'For somebody who has lost their authenticator app: their password, app, recovery codes and passkeys are good no more and their sessions end. You are given a link, shown once, by which they begin again.',
  disable: 'They are signed out everywhere and let in no more, until somebody enables them.',
  enable: 'They may sign in again, with what they signed in with before.',
  remove:
    'They are no administrator any longer. What they did stays in the activity; to come back they are invited.',
}

interface MenuProps {
  readonly whom: Administrator
  readonly ask: (act: ActName) => void
}

export function ActsMenu({ whom, ask }: MenuProps) {
  const mayReset = useRefusalOf('resetAdministrator') === undefined
  const isDisabled = whom.disabledAt !== null
  const acts: ActName[] = isDisabled
    ? ['role', 'enable', 'remove']
    : ['role', 'end-sessions', ...(mayReset ? (['reset'] as const) : []), 'disable', 'remove']
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button size="compact-sm" variant="default" aria-label={`Act on ${whom.name}`}>
          Act …
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {acts.map((act) => (
          <Menu.Item key={act} onClick={() => ask(act)}>
            {ACT_NAMES[act]} …
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

interface DialogProps {
  readonly act: ActName
  readonly whom: Administrator
  readonly tenant: string | undefined
  /** The link of a reset, to be shown. */
  readonly done: (link: string | undefined) => void
  readonly close: () => void
}

export function ActDialog({ act, whom, tenant, done, close }: DialogProps) {
  const [role, setRole] = useState<Role>(whom.role)
  const queries = useQueryClient()
  const perform = useAct({
    mutationFn: () => performed(act, { administrator: whom.id, tenant }, role),
    onSuccess: async (link) => {
      await queries.invalidateQueries({ queryKey: ['administrators', tenant] })
      await queries.invalidateQueries({ queryKey: ['invitations', tenant] })
      done(link)
    },
  })
  return (
    <Confirm
      opened
      title={`${ACT_NAMES[act]}?`}
      act={ACT_NAMES[act]}
      danger={act === 'disable' || act === 'remove' || act === 'reset'}
      isActing={perform.isPending}
      error={perform.error}
      onConfirm={() => perform.mutate()}
      onClose={close}
    >
      <p style={{ marginTop: 0 }}>
        <strong>
          <bdi>{whom.name}</bdi>
        </strong>{' '}
        (<bdi>{whom.email}</bdi>), {ROLE_NAMES[whom.role].toLowerCase()}. {MEANING[act]}
      </p>
      {act === 'role' && (
        <Select
          label="Role"
          data={rolesAt(tenant)}
          value={role}
          onChange={(value) => setRole(roleOf(value ?? ''))}
          allowDeselect={false}
        />
      )}
    </Confirm>
  )
}

interface Whom {
  readonly administrator: string
  readonly tenant: string | undefined
}

/** @returns the link of a reset */
async function performed(act: ActName, whom: Whom, role: Role): Promise<string | undefined> {
  switch (act) {
    case 'role':
      await api.changeAdministrator({ ...whom, role })
      return undefined
    case 'disable':
    case 'enable':
      await api.changeAdministrator({ ...whom, disabled: act === 'disable' })
      return undefined
    case 'end-sessions':
      await api.endSessionsOf(whom)
      return undefined
    case 'remove':
      await api.removeAdministrator(whom)
      return undefined
    case 'reset':
      return (await api.resetAdministrator(whom)).url
  }
}

export const ResetLink = ({ link }: { readonly link: string }): ReactNode => (
  <CopyOnce label="Link to begin again" value={link} />
)
