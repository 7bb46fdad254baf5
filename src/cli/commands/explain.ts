/** explain: why somebody can or cannot sign in. */
import type { Command } from 'commander'
import type { AdminClient } from '../../contract/index.ts'
import type { Context } from '../context.ts'
import { fields, table } from '../output.ts'
import { drawSteps } from './sign-in.ts'

type Explained = Awaited<ReturnType<AdminClient['explain']>>
type Person = Explained['people'][number]

export function addExplainCommand(program: Command, { client, show }: Context): void {
  program
    .command('explain <tenant> <person>')
    .description('say whether somebody can sign in, and if not, why and what to do')
    .option('--json', 'for machines')
    .addHelpText(
      'after',
      '\n<person> is a userName, FQN, e-mail address, externalId, id, or the reference (sgn_…) that a' +
        ' refusal page shows.\n\nExample:\n  rollcall explain acme nadia@acme.example',
    )
    .action(async (tenant: string, person: string, { json }) => {
      const explained = await client().explain({ tenant, person })
      show(json, explained, present(explained))
    })
}

function present({ asked, signIn, verdict, people }: Explained): string {
  const heads = people.length > 1 ? [`"${asked}" may mean ${people.length} people.\n`] : []
  const attempt = signIn === null ? [] : [stepsOf(signIn)]
  const how = signIn === null ? undefined : ENDED[signIn.outcome]
  const isOfPerson = people.length > 0 && how === undefined
  const above = isOfPerson ? [] : [presentVerdict(verdict, how)]
  return [...attempt, ...above, ...heads, ...people.map(presentPerson)].join('\n')
}

/** Of an attempt that let nobody in: the verdict is its own, and not the person's. */
const ENDED: Partial<Record<NonNullable<Explained['signIn']>['outcome'], string>> = {
  refused: 'was refused',
  started: 'has not ended',
}

function presentPerson(person: Person): string {
  const { verdict, events, signIns, groups, roles } = person
  return [
    presentVerdict(verdict),
    presentWay(person),
    table(
      ['GROUPS', 'ID', 'STAYS BECAUSE'],
      groups.map(({ fqn, id, held }) => [fqn, id, whyKept(held)]),
      'In no group.',
    ),
    table(
      ['ROLES', 'BECAUSE OF'],
      roles.map(({ role, because }) => [role, because.map(({ fqn }) => fqn)]),
      'No role.',
    ),
    table(
      ['WHAT HAPPENED', 'AT', 'CHANGED', 'REQUEST'],
      events.map(({ kind, happenedAt, changes, requestId }) => [
        kind,
        happenedAt,
        Object.keys(changes),
        requestId,
      ]),
      'Nothing has happened to them here.',
    ),
    table(
      ['SIGN-INS', 'AT', 'CODE', 'SITE'],
      signIns.map(({ outcome, startedAt, code, clientId }) => [outcome, startedAt, code, clientId]),
      'They have not signed in yet.',
    ),
  ].join('\n')
}

/** They would not be in that group any more. */
function whyKept(held: Person['groups'][number]['held']): string | null {
  if (held === null) return null
  return held.isDiscarded
    ? `its end was discarded (${held.heldAt})`
    : `its end is held since ${held.heldAt}`
}

/** @param ended  how the sign-in that it is of went */
export function presentVerdict(verdict: Explained['verdict'], ended?: string): string {
  const { canSignIn, code, because, todo, act } = verdict
  return fields([
    ended === undefined ? ['Can sign in', canSignIn] : ['That sign-in', ended],
    ['Because', because],
    ['Code', code],
    ['To do', todo],
    ...(act === null ? [] : [['With', act] as const]),
  ])
}

/** From the identity provider to the identity store, a line a station. */
export function presentWay({
  connection,
  mapping,
  staged,
  progress,
  identity,
  joining,
}: Person): string {
  return fields([
    ['Connection', `${connection.label} (${connection.id})`],
    ['Issuer', connection.issuer],
    [
      'Mapping',
      mapping === null ? 'none' : `${mapping.claimType} is compared with ${mapping.matches}`,
    ],
    ['Original issuer', mapping?.originalIssuer ?? undefined],
    [
      'Sync Engine',
      staged === null
        ? 'not there'
        : `${staged.userName}, ${staged.active ? 'active' : 'deactivated'}, changed ${staged.modifiedAt} (${staged.resourceId})`,
    ],
    ['Waiting', loadingOf(progress)],
    [
      'Identity',
      identity === null
        ? 'not there'
        : `${identity.fqn}, ${identity.state}, changed ${identity.changedAt} (${identity.id})`,
    ],
    ...joiningOf(joining),
  ])
}

function joiningOf(joining: Person['joining']): [string, string][] {
  if (joining === null) return []
  const [first, ...others] = joining.people
  const one = `${first?.fqn} (${first?.id}) leads ${others.map(({ fqn }) => fqn).join(', ')}. `
  const value = joining.value === null ? '' : ` Compared is "${joining.value}".`
  return [['One person', `${others.length === 0 ? 'no: ' : one}${joining.because}${value}`]]
}

function loadingOf(progress: Person['progress']): string {
  if (progress === null) return 'nothing'
  const parts = [
    progress.waiting > 0 && `${progress.waiting} since ${progress.oldestWaitingAt}`,
    progress.pausedReason !== null && `loading is paused: ${progress.pausedReason}`,
    progress.heldAt !== null && `leaving is held since ${progress.heldAt}`,
    progress.keptAt !== null && `they have left, and are kept since ${progress.keptAt}`,
    ...progress.quarantined.map(({ reason, skipped }) =>
      skipped === null
        ? `set aside: ${reason}`
        : `left out since ${skipped.at} (${skipped.reason}): ${reason}`,
    ),
  ].filter((part) => part !== false)
  return parts.length === 0 ? 'nothing' : parts.join('; ')
}

function stepsOf(signIn: NonNullable<Explained['signIn']>): string {
  const { id, outcome, startedAt } = signIn
  return `${id}: ${outcome}, ${startedAt}\n\n${drawSteps(signIn)}`
}
