/** What the brake holds: who would leave, and the decision; and whom an earlier decision keeps. */
import { Button } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useAct } from '../data/act.ts'
import { api, type Item, usePages } from '../data/api.ts'
import { useRefusalOf } from '../data/session.ts'
import { type Pipeline, syncQuery, whatIsHeld } from '../data/tenants.ts'
import { AskFirst } from '../parts/ask-first.tsx'
import { InTenant, nameOf } from '../parts/names.tsx'
import { Sections } from '../parts/sections.tsx'
import { paths } from '../paths.ts'
import { Confirm } from '../ui/dialogs.tsx'
import { count, plural } from '../ui/format.ts'
import { Mark, Note, Page, Panel } from '../ui/page.tsx'
import { Standing, States } from '../ui/states.tsx'
import { type Column, Table } from '../ui/table.tsx'
import { Time } from '../ui/time.tsx'

type Held = Item<'listHeld'>
type Dialog = 'release' | 'discard' | undefined

const route = getRouteApi('/tenants/$tenant/holds')

const WAITING =
  'When more people or members leave at once than usual, that waits here until somebody decides.'
const KEPT =
  'What was discarded, or came back by an undo, stays until the identity provider says something new of it.'

const WOULD_BE: Readonly<Record<Held['wouldBe'], string>> = {
  inactive: 'be deactivated',
  deleted: 'be deleted',
  removed: 'leave the group',
}

const columnsOf = (tenant: string, isKept: boolean): readonly Column<Held>[] => [
  {
    name: 'Who',
    share: 3,
    cell: (held) => (
      <bdi>{held.member === null ? nameOf(held) : `${nameOf(held.member)} in ${nameOf(held)}`}</bdi>
    ),
  },
  {
    name: 'FQN',
    share: 3,
    cell: ({ member, fqn }) => <bdi className="soft">{member?.fqn ?? fqn}</bdi>,
  },
  {
    name: 'Would',
    share: 2.3,
    cell: ({ wouldBe }) => <Mark tone="warn">{WOULD_BE[wouldBe]}</Mark>,
  },
  { name: 'Held', share: 1.4, cell: ({ heldAt }) => <Time at={heldAt} relative /> },
  {
    name: 'Asked for by',
    share: 1.6,
    cell: ({ requestId }) => (
      <Link {...paths.provisioning(tenant, { entry: requestId })}>the request</Link>
    ),
  },
  ...(isKept ? [{ name: 'Act', share: 1.6, cell: actOn(tenant) }] : []),
]

/** Of a membership its whole group is released: the brake holds a group as one. */
function actOn(tenant: string) {
  return ({ resourceId, memberId, displayName, fqn }: Held) => (
    <AskFirst
      route="releaseHeld"
      act="Release"
      on={nameOf({ displayName, fqn })}
      title={memberId === null ? 'Release it?' : 'Release the group?'}
      danger
      small
      run={() => api.releaseHeld({ tenant, resource: resourceId })}
      changes={[['holds', tenant], syncQuery(tenant).queryKey]}
    >
      {memberId === null ? (
        <>
          <bdi>{nameOf({ displayName, fqn })}</bdi> goes as the identity provider said.
        </>
      ) : (
        <>
          Everybody who is kept or held in <bdi>{nameOf({ displayName, fqn })}</bdi> leaves it, as
          the identity provider said.
        </>
      )}
    </AskFirst>
  )
}

export function HoldsPage() {
  const { tenant } = route.useParams()
  const [dialog, setDialog] = useState<Dialog>()
  const isKept = route.useSearch().show === 'kept'
  const kept = isKept ? 'yes' : 'no'
  const { asked, rows, more } = usePages(
    ['holds', tenant, kept],
    (after) => api.listHeld({ tenant, after, limit: 200, kept }),
    { live: true },
  )
  const pipeline = useQuery({ ...syncQuery(tenant), refetchInterval: 2_000 })
  const refusal = useRefusalOf('releaseHeld')
  const close = () => setDialog(undefined)
  const isDecidable = !isKept && rows.length > 0 && refusal === undefined
  return (
    <Page
      title="Held by the brake"
      above={<InTenant tenant={tenant} />}
      lead={isKept ? KEPT : WAITING}
      actions={
        isDecidable && (
          <>
            <Button variant="default" onClick={() => setDialog('discard')}>
              Discard …
            </Button>
            <Button color="red" onClick={() => setDialog('release')}>
              Release …
            </Button>
          </>
        )
      }
    >
      <Sections
        label="Held by the brake"
        links={[
          ['Waiting', paths.holds(tenant)],
          ['Kept', paths.holds(tenant, { show: 'kept' })],
        ]}
      />
      {!isKept && rows.length > 0 && <Brake tenant={tenant} />}
      <Panel flush title={isKept ? 'Kept' : 'Held'}>
        <States asked={asked} empty={rows.length === 0 && <Nothing isKept={isKept} />}>
          <Table
            label={isKept ? 'Kept' : 'Held'}
            columns={columnsOf(tenant, isKept)}
            rows={rows}
            keyOf={({ resourceId, memberId }) => `${resourceId} ${memberId}`}
            more={more}
          />
        </States>
      </Panel>
      <Decision tenant={tenant} dialog={dialog} pipeline={pipeline.data} onClose={close} />
    </Page>
  )
}

function Nothing({ isKept }: { readonly isKept: boolean }) {
  return isKept ? (
    <Standing icon="check" title="Nothing is kept">
      <p>
        Nothing was discarded, and no run undone, of which the identity provider has said nothing
        new since.
      </p>
    </Standing>
  ) : (
    <Standing icon="check" tone="good" title="Nothing is held">
      <p>Everything that the identity provider said is let through.</p>
    </Standing>
  )
}

function Brake({ tenant }: { readonly tenant: string }) {
  const { data } = useQuery({
    queryKey: ['brake', tenant],
    queryFn: () => api.readBrake({ tenant }),
  })
  if (data === undefined) return null
  return (
    <Note tone="calm" title="Why this is held">
      <p>
        More than {count(data.atLeast)} people and more than {Math.round(data.share * 100)} % of
        those active would leave within {plural(data.windowMinutes, 'minute')}, or more than{' '}
        {Math.round(data.groupShare * 100)} % of a group's members.{' '}
        {data.cutsAccess
          ? 'Their sessions have ended all the same.'
          : 'They can still sign in meanwhile.'}
      </p>
    </Note>
  )
}

interface DecisionProps {
  readonly tenant: string
  readonly dialog: Dialog
  readonly pipeline: Pipeline | undefined
  readonly onClose: () => void
}

function Decision({ tenant, dialog, pipeline, onClose }: DecisionProps) {
  const queries = useQueryClient()
  const decide = useAct({
    mutationFn: (how: 'release' | 'discard') =>
      how === 'release' ? api.releaseHeld({ tenant }) : api.discardHeld({ tenant }),
    onSuccess: async (now) => {
      onClose()
      queries.setQueryData(syncQuery(tenant).queryKey, now)
      await queries.invalidateQueries({ queryKey: ['holds', tenant] })
    },
  })
  const what = pipeline === undefined ? '' : whatIsHeld(pipeline)
  const isRelease = dialog === 'release'
  return (
    <Confirm
      opened={dialog !== undefined}
      title={isRelease ? 'Release what is held?' : 'Discard what is held?'}
      act={isRelease ? 'Release' : 'Discard'}
      danger={isRelease}
      isActing={decide.isPending}
      error={decide.error}
      onConfirm={() => decide.mutate(isRelease ? 'release' : 'discard')}
      onClose={onClose}
    >
      {isRelease
        ? `What the identity provider said of ${what} happens: who leaves loses their access.`
        : `What the identity provider said of ${what} does not happen, until it says something new of them.`}
    </Confirm>
  )
}
