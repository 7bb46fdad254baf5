/** The answer to "why can't she sign in?": the verdict, who does what next, and how far the person comes. */
import { Link, type LinkProps } from '@tanstack/react-router'
import { type Explained, type Explanation, stepsOf } from '../data/explain.ts'
import { paths } from '../paths.ts'
import { Facts, Note, Panel, type Tone } from '../ui/page.tsx'
import { Time } from '../ui/time.tsx'
import { GroupLinks, nameOf } from './names.tsx'
import css from './parts.module.css'

interface VerdictProps {
  readonly tenant: string
  readonly verdict: Explained['verdict']
  /** Which is meant, where one is. */
  readonly connection?: string | undefined
  /** That it is of, where it was asked about by its reference. */
  readonly signIn?: Explained['signIn']
}

export function Verdict({ tenant, verdict, connection, signIn = null }: VerdictProps) {
  const { canSignIn, code, because, todo, act } = verdict
  const [place, link] = act === null ? [] : DONE_AT[act](tenant, connection)
  const [tone, title] =
    (signIn && ENDED[signIn.outcome]) ??
    (canSignIn
      ? (['good', 'They can sign in'] as const)
      : (['bad', 'They cannot sign in'] as const))
  return (
    <Note tone={tone} title={title}>
      <p>{because}</p>
      <p>
        <strong>What to do:</strong> {todo} {link !== undefined && <Link {...link}>{place}</Link>}
      </p>
      {code !== null && (
        <p>
          <code>{code}</code>
        </p>
      )}
    </Note>
  )
}

/** Of a sign-in that let nobody in the verdict is its own: by now they may be able to. */
const ENDED: Partial<Record<NonNullable<Explained['signIn']>['outcome'], readonly [Tone, string]>> =
  {
    refused: ['bad', 'That sign-in was refused'],
    started: ['warn', 'That sign-in has not ended'],
  }

type Act = NonNullable<Explained['verdict']['act']>
type Done = (tenant: string, connection?: string) => readonly [string, LinkProps]

const atTenant: Done = (tenant) => ['The tenant', paths.tenant(tenant)]
const atConnection: Done = (tenant, connection) =>
  connection === undefined
    ? atTenant(tenant)
    : ['The connection', paths.connection(tenant, connection)]

/** Where what is to be done is done. */
const DONE_AT: Readonly<Record<Act, Done>> = {
  'tenant resume': atTenant,
  'connection enable': atConnection,
  'connection set-oidc': atConnection,
  'claim-type-mapping create': (tenant) => ['Claim type mappings', paths.mappings(tenant)],
  'sync resume': (tenant) => ['Sync', paths.sync(tenant)],
  'sync retry': (tenant) => ['Quarantine', paths.quarantine(tenant)],
  'hold list': (tenant) => ['Held by the brake', paths.holds(tenant)],
  'rule show': (tenant) => ['Rules', paths.rules(tenant)],
}

export function Way({ explanation }: { readonly explanation: Explanation }) {
  return (
    <ol className={css['way']} aria-label="The way to being signed in">
      {stepsOf(explanation).map(({ name, tone, said }) => (
        <li key={name} data-tone={tone}>
          <div>
            <strong>{name}</strong>
            <span className="hidden-label">{TOLD[tone]}</span>
          </div>
          <div className="soft">{said}</div>
        </li>
      ))}
    </ol>
  )
}

const TOLD = { good: ': yes', bad: ': no, it stops here', calm: ': not reached', warn: '' }

/** One of the people that were found, in short. */
export function Found({
  tenant,
  explanation,
}: {
  readonly tenant: string
  readonly explanation: Explanation
}) {
  const { identity, staged, groups, roles, connection } = explanation
  return (
    <Panel title={identity === null ? (staged?.userName ?? 'Somebody') : nameOf(identity)}>
      <div className="stack">
        <Way explanation={explanation} />
        <Facts
          facts={{
            Connection: connection.label,
            Person:
              identity === null ? (
                'Not loaded'
              ) : (
                <Link {...paths.person(tenant, identity.id)}>
                  <bdi>{identity.fqn}</bdi>
                </Link>
              ),
            'Last said by the provider': <Time at={staged?.modifiedAt ?? null} />,
            Groups: <GroupLinks tenant={tenant} groups={groups} />,
            Roles: roles.length === 0 ? null : roles.map(({ role }) => role).join(', '),
          }}
        />
      </div>
    </Panel>
  )
}
