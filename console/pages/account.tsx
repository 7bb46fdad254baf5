/** One's own account: passkeys, and where one is signed in. */
import { Button, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useAct } from '../data/act.ts'
import { api, type Item } from '../data/api.ts'
import { addPasskey, usePasskeyAddress } from '../data/passkeys.ts'
import { AskFirst } from '../parts/ask-first.tsx'
import { type Fields, Form } from '../ui/form.tsx'
import { Note, Page, Panel, PanelBody } from '../ui/page.tsx'
import { Standing, States } from '../ui/states.tsx'
import { type Column, Table } from '../ui/table.tsx'
import { Time } from '../ui/time.tsx'

type Passkey = Item<'listPasskeys'>
type Session = Item<'listSessions'>

const PASSKEYS_KEY = ['passkeys']

const passkeyColumns: readonly Column<Passkey>[] = [
  { name: 'Name', share: 3, cell: ({ name }) => <bdi>{name}</bdi> },
  { name: 'Made', share: 2, cell: ({ createdAt }) => <Time at={createdAt} /> },
  { name: 'Last used', share: 2, cell: ({ lastUsedAt }) => <Time at={lastUsedAt} relative /> },
  {
    name: 'Act',
    share: 1.4,
    cell: ({ id, name }) => (
      <AskFirst
        route="removePasskey"
        act="Remove"
        on={name}
        title="Remove the passkey?"
        danger
        small
        run={() => api.removePasskey({ passkey: id })}
        changes={[PASSKEYS_KEY]}
      >
        Nobody signs in with <bdi>{name}</bdi> any more.
      </AskFirst>
    ),
  },
]

const sessionColumnsOf = (end: (id: string) => void): readonly Column<Session>[] => [
  { name: 'By', share: 1, cell: ({ method }) => method },
  { name: 'From', share: 1.6, cell: ({ address }) => <bdi>{address}</bdi> },
  { name: 'Browser', share: 3, cell: ({ userAgent }) => <bdi className="soft">{userAgent}</bdi> },
  { name: 'Last used', share: 1.6, cell: ({ lastUsedAt }) => <Time at={lastUsedAt} relative /> },
  {
    name: 'Act',
    share: 1.2,
    cell: ({ id, isThis }) =>
      isThis ? (
        'this one'
      ) : (
        <Button size="compact-sm" variant="default" onClick={() => end(id)}>
          End
        </Button>
      ),
  },
]

export function AccountPage() {
  return (
    <Page title="Your account">
      <Passkeys />
      <Sessions />
    </Page>
  )
}

function Passkeys() {
  const asked = useQuery({ queryKey: PASSKEYS_KEY, queryFn: () => api.listPasskeys({}) })
  const rows = asked.data?.items ?? []
  return (
    <Panel flush title="Passkeys">
      <States
        asked={asked}
        empty={
          rows.length === 0 && (
            <Standing icon="key" title="No passkey yet">
              <p>With one you sign in without a password, and nobody can trick you out of it.</p>
            </Standing>
          )
        }
      >
        <Table label="Passkeys" columns={passkeyColumns} rows={rows} keyOf={({ id }) => id} />
      </States>
      <PanelBody>
        <MakePasskey />
      </PanelBody>
    </Panel>
  )
}

function MakePasskey() {
  const queries = useQueryClient()
  const elsewhere = usePasskeyAddress()
  const add = useAct({
    mutationFn: (field: Fields) => addPasskey(field('name').trim()),
    onSuccess: () => queries.invalidateQueries({ queryKey: PASSKEYS_KEY }),
  })
  if (elsewhere !== undefined)
    return (
      <Note tone="calm" title="A passkey is of one address, and this is another">
        <p>
          Make it at <a href={`${elsewhere}/account`}>{`${elsewhere}/account`}</a>.
        </p>
      </Note>
    )
  return (
    <Form send={add.mutate} error={add.error}>
      <div className="row fields">
        <TextInput
          className="grow"
          name="name"
          label="Name of a new passkey"
          placeholder="Laptop"
          maxLength={100}
          required
        />
        <Button type="submit" loading={add.isPending}>
          Make it
        </Button>
      </div>
    </Form>
  )
}

function Sessions() {
  const queries = useQueryClient()
  const asked = useQuery({ queryKey: ['sessions'], queryFn: () => api.listSessions({}) })
  const end = useAct({
    mutationFn: (session: string) => api.endSession({ session }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['sessions'] }),
  })
  const rows = asked.data?.items ?? []
  return (
    <Panel flush title="Where you are signed in">
      <States asked={asked} empty={rows.length === 0 && <Standing icon="key" title="Nowhere" />}>
        <Table
          label="Where you are signed in"
          columns={sessionColumnsOf(end.mutate)}
          rows={rows}
          keyOf={({ id }) => id}
        />
      </States>
    </Panel>
  )
}
