/** The way to being signed in, step by step, read off an explanation: how far somebody comes, and where they stop. */
import { plural } from '../ui/format.ts'
import type { Tone } from '../ui/page.tsx'
import type { Reply } from './api.ts'

export type Explained = Reply<'explain'>
export type Explanation = Explained['people'][number]

export interface Step {
  readonly name: string
  readonly tone: Tone
  readonly said: string
}

/** Which step a refusal stops at; a code that is not here stops at the last. */
const STOPS: Readonly<Record<string, number>> = {
  tenant_suspended: 0,
  connection_not_ready: 0,
  claim_type_mapping_not_found: 1,
  user_not_found: 2,
  fqn_not_found: 3,
  identity_inactive: 4,
}

export function stepsOf(explanation: Explanation): Step[] {
  const { verdict } = explanation
  const said = whatIsKnown(explanation)
  const stop = verdict.canSignIn ? said.length : (STOPS[verdict.code ?? ''] ?? said.length - 1)
  return said.map(([name, known], index) => {
    if (index === stop) return { name, tone: 'bad', said: verdict.because }
    return { name, tone: index < stop ? 'good' : 'calm', said: known }
  })
}

function whatIsKnown({
  connection,
  mapping,
  staged,
  progress,
  identity,
}: Explanation): [string, string][] {
  return [
    ['The connection is set up', connection.issuer ?? 'It has no OpenID Connect application.'],
    [
      'The issuer has a claim type mapping',
      mapping === null
        ? 'None.'
        : `The claim "${mapping.claimType}" is compared with ${mapping.matches}${originOf(mapping)}.`,
    ],
    [
      'The identity provider has handed the person over',
      staged === null
        ? 'It has not, or has deleted them.'
        : `As ${staged.userName}, version ${staged.version}.`,
    ],
    ['They are loaded', loadingOf(progress, identity)],
    ['They are active', identity === null ? 'Not known yet.' : `They are ${identity.state}.`],
  ]
}

function loadingOf(progress: Explanation['progress'], identity: Explanation['identity']): string {
  if (progress !== null && progress.waiting > 0)
    return `${plural(progress.waiting, 'change')} of theirs ${progress.waiting === 1 ? 'waits' : 'wait'}.`
  return identity === null ? 'Not yet.' : `As ${identity.fqn}.`
}

function originOf({ originalIssuer }: NonNullable<Explanation['mapping']>): string {
  return originalIssuer === null ? '' : `, for the original issuer ${originalIssuer}`
}
