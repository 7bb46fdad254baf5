/** Who administers, on the platform or in a tenant; who is invited; and where the platform signs in. */
import { Button, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useAct } from '../data/act.ts'
import { api, type Item, usePages } from '../data/api.ts'
import { ROLE_NAMES, roleOf } from '../data/roles.ts'
import { sessionQuery, useRefusalOf } from '../data/session.ts'
import {
  ActDialog,
  type ActName,
  ActsMenu,
  type Administrator,
  ResetLink,
} from '../parts/administrator-acts.tsx'
import { AskFirst } from '../parts/ask-first.tsx'
import { Place, useTenantHere } from '../parts/place.tsx'
import { RoleField } from '../parts/role-field.tsx'
import { SignInProviders } from '../parts/sign-in-providers.tsx'
import { CopyOnce } from '../ui/copy.tsx'
import { type Fields, Form } from '../ui/form.tsx'
import { Mark, Page, Panel, PanelBody, type Tone } from '../ui/page.tsx'
import { Standing, States } from '../ui/states.tsx'
import { type Column, Table } from '../ui/table.tsx'
import { Time } from '../ui/time.tsx'

type Invitation = Item<'listInvitations'>

export function AdministratorsPage() {
  const tenant = useTenantHere()
  return (
    <Page
      title="Administrators"
      above={<Place />}
      lead={
        tenant === undefined
          ? 'Who operates the platform. Those of a tenant are with the tenant.'
          : 'Who administers this tenant, and nothing else.'
      }
    >
      <Administrators tenant={tenant} />
      <Invitations tenant={tenant} />
      {tenant === undefined && <SignInProviders />}
    </Page>
  )
}

interface OfPlace {
  readonly tenant: string | undefined
}

const whoColumns = (
  me: string | undefined,
  ask: ((act: ActName, whom: Administrator) => void) | undefined,
): readonly Column<Administrator>[] => [
  { name: 'Name', share: 2.2, cell: ({ name }) => <bdi>{name}</bdi> },
  { name: 'E-mail', share: 3, cell: ({ email }) => <bdi className="soft">{email}</bdi> },
  { name: 'Role', share: 2, cell: ({ role }) => ROLE_NAMES[role] },
  {
    name: 'State',
    share: 1.4,
    cell: ({ disabledAt }) =>
      disabledAt === null ? <Mark tone="good">enabled</Mark> : <Mark tone="warn">disabled</Mark>,
  },
  {
    name: 'Last signed in',
    share: 1.8,
    cell: ({ lastSignedInAt }) => <Time at={lastSignedInAt} relative />,
  },
  {
    name: 'Act',
    share: 1.3,
    cell: (whom) =>
      whom.id === me ? (
        <span className="soft">this is you</span>
      ) : (
        ask !== undefined && <ActsMenu whom={whom} ask={(act) => ask(act, whom)} />
      ),
  },
]

function Administrators({ tenant }: OfPlace) {
  const [asking, setAsking] = useState<{ act: ActName; whom: Administrator }>()
  const [link, setLink] = useState<string>()
  const { data: session } = useQuery(sessionQuery)
  const { asked, rows, more } = usePages(['administrators', tenant], (after) =>
    api.listAdministrators({ tenant, after, limit: 100 }),
  )
  const refusal = useRefusalOf('changeAdministrator')
  const ask =
    refusal === undefined
      ? (act: ActName, whom: Administrator) => setAsking({ act, whom })
      : undefined
  return (
    <>
      {link !== undefined && <ResetLink link={link} />}
      <Panel flush title="Administrators">
        <States
          asked={asked}
          empty={
            rows.length === 0 && (
              <Standing icon="person" title="Nobody administers here yet">
                <p>Invite the first one below.</p>
              </Standing>
            )
          }
        >
          <Table
            label="Administrators"
            columns={whoColumns(session?.administrator.id, ask)}
            rows={rows}
            keyOf={({ id }) => id}
            more={more}
          />
        </States>
        {asking !== undefined && (
          <ActDialog
            {...asking}
            tenant={tenant}
            done={(shown) => {
              setAsking(undefined)
              setLink(shown)
            }}
            close={() => setAsking(undefined)}
          />
        )}
      </Panel>
    </>
  )
}

const STATES: Readonly<Record<Invitation['state'], Tone>> = {
  open: 'warn',
  used: 'good',
  expired: 'calm',
  revoked: 'calm',
}

const invitationColumns = (tenant: string | undefined): readonly Column<Invitation>[] => [
  { name: 'E-mail', share: 2.6, cell: ({ email }) => <bdi>{email}</bdi> },
  { name: 'Role', share: 2, cell: ({ role }) => ROLE_NAMES[role] },
  { name: 'For', share: 1.3, cell: ({ renews }) => (renews === null ? 'a new one' : 'a reset') },
  { name: 'State', share: 1.3, cell: ({ state }) => <Mark tone={STATES[state]}>{state}</Mark> },
  { name: 'By', share: 2.4, cell: ({ invitedBy }) => <code>{invitedBy}</code> },
  { name: 'Ends', share: 1.6, cell: ({ expiresAt }) => <Time at={expiresAt} relative /> },
  {
    name: 'Act',
    share: 1.9,
    cell: ({ id, email, state }) =>
      state === 'open' && (
        <AskFirst
          route="revokeInvitation"
          act="Take back"
          on={email ?? id}
          title="Take the invitation back?"
          danger
          small
          run={() => api.revokeInvitation({ tenant, invitation: id })}
          changes={[['invitations', tenant]]}
        >
          The link that <bdi>{email}</bdi> was given lets nobody in any more.
        </AskFirst>
      ),
  },
]

function Invitations({ tenant }: OfPlace) {
  const asked = useQuery({
    queryKey: ['invitations', tenant],
    queryFn: () => api.listInvitations({ tenant }),
  })
  const refusal = useRefusalOf('inviteAdministrator')
  const rows = asked.data?.items ?? []
  return (
    <Panel flush title="Invitations">
      {refusal === undefined && <Invite tenant={tenant} />}
      <States
        asked={asked}
        empty={rows.length === 0 && <Standing icon="list" title="Nobody was invited yet" />}
      >
        <Table
          label="Invitations"
          columns={invitationColumns(tenant)}
          rows={rows}
          keyOf={({ id }) => id}
        />
      </States>
    </Panel>
  )
}

function Invite({ tenant }: OfPlace) {
  const queries = useQueryClient()
  const invite = useAct({
    mutationFn: (field: Fields) =>
      api.inviteAdministrator({
        tenant,
        name: field('name').trim(),
        email: field('email').trim(),
        role: roleOf(field('role')),
      }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['invitations', tenant] }),
  })
  return (
    <PanelBody>
      <Form key={invite.data?.id} send={invite.mutate} error={invite.error}>
        {invite.data !== undefined && (
          <CopyOnce
            label={`Link for ${invite.data.email}, good for a week`}
            value={invite.data.url}
          />
        )}
        <div className="row fields">
          <TextInput className="grow" name="name" label="Name" maxLength={100} required />
          <TextInput
            className="grow"
            name="email"
            type="email"
            label="E-mail address"
            maxLength={254}
            required
          />
          <RoleField tenant={tenant} />
          <Button type="submit" loading={invite.isPending}>
            Invite
          </Button>
        </div>
      </Form>
    </PanelBody>
  )
}
