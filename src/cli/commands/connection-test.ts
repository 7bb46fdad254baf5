/** `connection test`: signing in as oneself, step by step. */
import type { Command } from 'commander'
import type { AdminClient } from '../../contract/index.ts'
import { type Context, Failure } from '../context.ts'
import { fields } from '../output.ts'
import { drawSteps } from './sign-in.ts'

type SignIn = Awaited<ReturnType<AdminClient['readSignIn']>>

const POLL_MS = 1000

export function addTestCommand(connection: Command, context: Context): void {
  const { client, show, connectionOf, terminal } = context
  connection
    .command('test <tenant>')
    .description('show an address to sign in as oneself by, and see each step; opens no session')
    .option('--connection <id>', 'which; default: the only one')
    .option('--wait', 'until somebody has, and show the steps; exit 1 when refused')
    .option('--json', 'for machines')
    .action(async (tenant: string, options) => {
      const id = await connectionOf(tenant, options.connection)
      const test = await client().testConnection({ tenant, connection: id })
      const head = [
        ['Open in a browser', test.url],
        ['Good until', test.endsAt],
        ['Reference', test.reference],
      ] as const
      if (options.wait !== true) return show(options.json, test, fields(head))
      terminal.err(fields(head))
      const ended = await endOf(context, test)
      show(options.json, ended, drawSteps(ended))
      const failure = failureOf(ended)
      if (failure !== undefined) throw new Failure(failure)
    })
}

/** As it stands when it has ended, or its time has. */
async function endOf(
  { client, terminal }: Context,
  { reference, endsAt }: { readonly reference: `sgn_${string}`; readonly endsAt: string },
): Promise<SignIn> {
  for (let waited = 0; ; waited += POLL_MS) {
    const signIn = await client().readSignIn({ reference })
    const isOver = Date.parse(signIn.startedAt) + waited > Date.parse(endsAt)
    if (signIn.outcome !== 'started' || isOver) return signIn
    await terminal.wait(POLL_MS)
  }
}

/** Why a test did not pass, whose time is over or that has ended; undefined where it passed. */
export function failureOf({
  outcome,
  code,
  steps,
}: Pick<SignIn, 'outcome' | 'code' | 'steps'>): string | undefined {
  if (outcome === 'tested') return undefined
  if (outcome !== 'started') return `The test was refused: ${code}.`
  return steps.some(({ step }) => step === 'sent-to-idp')
    ? 'Whoever opened the address did not come back from the identity provider in time: what it showed them says why.'
    : 'Nobody opened the address in time.'
}
