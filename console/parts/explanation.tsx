/** The answer to "why can't she sign in?": the verdict, who does what next, and how far the person comes. */
import { Link } from '@tanstack/react-router'
import { type Explained, type Explanation, stepsOf } from '../data/explain.ts'
import { paths } from '../paths.ts'
import { Facts, Note, Panel } from '../ui/page.tsx'
import { Time } from '../ui/time.tsx'
import { GroupLinks, nameOf } from './names.tsx'
import css from './parts.module.css'

export function Verdict({ verdict }: { readonly verdict: Explained['verdict'] }) {
  const { canSignIn, code, because, todo } = verdict
  return (
    <Note
      tone={canSignIn ? 'good' : 'bad'}
      title={canSignIn ? 'They can sign in' : 'They cannot sign in'}
    >
      <p>{because}</p>
      <p>
        <strong>What to do:</strong> {todo}
      </p>
      {code !== null && (
        <p>
          <code>{code}</code>
        </p>
      )}
    </Note>
  )
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
