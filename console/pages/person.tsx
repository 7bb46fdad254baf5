/** One person: whether they can sign in and why, who they are, and all that happened to them. */
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { api } from '../data/api.ts'
import { type Explanation } from '../data/explain.ts'
import { type Happening, happeningsOf, titleOf, toneOf } from '../data/happenings.ts'
import { Verdict, Way } from '../parts/explanation.tsx'
import { GroupLinks, IdentityLink, InTenant, nameOf, StateMark } from '../parts/names.tsx'
import css from '../parts/parts.module.css'
import { paths } from '../paths.ts'
import { LongText } from '../ui/long-text.tsx'
import { Facts, Page, Panel } from '../ui/page.tsx'
import { Standing, States } from '../ui/states.tsx'
import { Time } from '../ui/time.tsx'
import { Timeline } from '../ui/timeline.tsx'

const route = getRouteApi('/tenants/$tenant/people/$person')

export function PersonPage() {
  const { tenant, person } = route.useParams()
  const asked = useQuery({
    queryKey: ['why', tenant, person],
    queryFn: () => api.explain({ tenant, person }),
    refetchInterval: 5_000,
  })
  const [explanation] = asked.data?.people ?? []
  return (
    <Page
      title={explanation?.identity == null ? 'Person' : nameOf(explanation.identity)}
      above={<InTenant tenant={tenant} />}
    >
      <States
        asked={asked}
        empty={
          asked.data !== undefined &&
          explanation === undefined && <Standing icon="person" title="Nobody of that id is here" />
        }
      >
        {explanation !== undefined && (
          <>
            <Verdict
              tenant={tenant}
              verdict={explanation.verdict}
              connection={explanation.connection.id}
            />
            <div className={css['columns']}>
              <Happened tenant={tenant} explanation={explanation} />
              <div className="stack">
                <Panel title="The way to being signed in">
                  <Way explanation={explanation} />
                </Panel>
                <Who tenant={tenant} explanation={explanation} />
              </div>
            </div>
          </>
        )}
      </States>
    </Page>
  )
}

interface PartProps {
  readonly tenant: string
  readonly explanation: Explanation
}

function Who({ tenant, explanation }: PartProps) {
  const { identity, staged, groups, roles, connection, joining } = explanation
  const { data } = useQuery({
    queryKey: ['identity', tenant, identity?.id],
    queryFn: () => api.readIdentity({ tenant, identity: identity?.id ?? 'idn_' }),
    enabled: identity !== null,
  })
  return (
    <Panel title="Who they are">
      <Facts
        facts={{
          State: identity === null ? 'not loaded' : <StateMark state={identity.state} />,
          'Display name': identity?.displayName && <LongText text={identity.displayName} />,
          FQN: identity && <bdi>{identity.fqn}</bdi>,
          'Earlier names':
            data === undefined || data.history.length < 2
              ? undefined
              : data.history.slice(1).map(({ fqn, validTo }) => (
                  <div key={fqn}>
                    <bdi>{fqn}</bdi>{' '}
                    <span className="soft">
                      until <Time at={validTo} />
                    </span>
                  </div>
                )),
          'User name': staged && <bdi>{staged.userName}</bdi>,
          'E-mail': identity?.email && <LongText text={identity.email} />,
          'External id': staged?.externalId ?? identity?.externalId ?? null,
          Connection: connection.label,
          'One person with':
            joining === null ? undefined : (
              <>
                {joining.people
                  .filter(({ id }) => id !== identity?.id)
                  .map((other) => (
                    <div key={other.id}>
                      <IdentityLink tenant={tenant} identity={other} />{' '}
                      <span className="soft">
                        <bdi>{other.fqn}</bdi>
                        {other.id === identity?.joinedTo && ', who leads'}
                      </span>
                    </div>
                  ))}
                <span className="soft">{joining.because}</span>
              </>
            ),
          Groups: <GroupLinks tenant={tenant} groups={groups} />,
          Roles: roles.length === 0 ? null : roles.map(({ role }) => role).join(', '),
          Id: identity && <code>{identity.id}</code>,
          Resource: staged && <code>{staged.resourceId}</code>,
        }}
      />
    </Panel>
  )
}

function Happened({ tenant, explanation }: PartProps) {
  const resource = explanation.staged?.resourceId
  const requests = useQuery({
    queryKey: ['requests', tenant, resource],
    queryFn: () => api.listProvisioningLog({ tenant, resource: resource ?? '-', limit: 100 }),
    enabled: resource !== undefined,
    refetchInterval: 5_000,
  })
  const all = happeningsOf(explanation, requests.data?.items ?? [])
  return (
    <Panel title="What happened">
      {all.length === 0 ? (
        <Standing icon="list" title="Nothing is remembered" />
      ) : (
        <Timeline
          label="What happened"
          happenings={all.map((happening, index) => ({
            key: `${happening.kind} ${happening.at} ${index}`,
            at: happening.at,
            tone: toneOf(happening),
            title: titleOf(happening),
            details: <Details tenant={tenant} happening={happening} />,
          }))}
        />
      )}
    </Panel>
  )
}

function Details({
  tenant,
  happening,
}: {
  readonly tenant: string
  readonly happening: Happening
}) {
  switch (happening.kind) {
    case 'event': {
      const { kind, identityId, changes, requestId } = happening.event
      const names = Object.keys(changes)
      return (
        <span className="soft">
          {names.length > 0 && `${names.join(', ')} `}
          {kind.startsWith('group.') && (
            <>
              <Link {...paths.group(tenant, identityId)}>the group</Link>,{' '}
            </>
          )}
          {requestId !== null && (
            <Link {...paths.provisioning(tenant, { entry: requestId })}>
              the request that began it
            </Link>
          )}
        </span>
      )
    }
    case 'sign-in':
      return (
        <span className="soft">
          {happening.signIn.code !== null && <code>{happening.signIn.code}</code>}{' '}
          <Link {...paths.signIns(tenant, { entry: happening.signIn.id })}>every step</Link>
        </span>
      )
    case 'request':
      return (
        <span className="soft">
          {happening.entry.changed.join(', ')}{' '}
          <Link {...paths.provisioning(tenant, { entry: happening.entry.requestId })}>
            the request
          </Link>
        </span>
      )
  }
}
