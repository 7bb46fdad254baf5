/** person: sessions, sign-out, erase. */
import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { fields, table } from '../output.ts'
import { identityNamed } from './identity-named.ts'

export function addSessionCommands(person: Command, context: Context): void {
  const { client, show, confirm } = context
  person
    .command('sessions <tenant> <who>')
    .description('list the sessions that somebody has, the latest first')
    .option('--json', 'for machines')
    .action(async (tenant: string, who: string, { json }) => {
      const identity = await identityNamed(context, tenant, who)
      const page = await client().listSessionsOf({ tenant, identity })
      const rows = page.items.map((row) => [row.signedInAt, row.endsAt, row.amr, row.siteIds])
      show(json, page, table(['SIGNED IN', 'ENDS', 'HOW', 'SITES'], rows, 'There is none.'))
    })

  person
    .command('sign-out <tenant> <who>')
    .description('end all sessions of somebody and tell the sites; who may sign in may do so again')
    .option('--yes', 'do not ask')
    .option('--json', 'for machines')
    .action(async (tenant: string, who: string, { yes, json }) => {
      const identity = await identityNamed(context, tenant, who)
      await confirm(yes, `All sessions of ${who} will end.`)
      const done = await client().endSessionsOfPerson({ tenant, identity })
      const { sessionsEnded: ended } = done
      show(json, done, `${ended} ${ended === 1 ? 'session has' : 'sessions have'} ended.\n`)
    })

  person
    .command('erase <tenant> <who>')
    .description('erase somebody whom the identity provider has deleted; it cannot be taken back')
    .option('--yes', 'do not ask')
    .option('--json', 'for machines')
    .action(async (tenant: string, who: string, { yes, json }) => {
      const identity = await identityNamed(context, tenant, who)
      await confirm(
        yes,
        `The names and attributes of ${who} will be gone for good, and what is kept of their sign-ins and requests.`,
      )
      const done = await client().eraseIdentity({ tenant, identity })
      show(
        json,
        done,
        fields([
          ['Erased', identity],
          ['Names', done.names],
          ['Events that said something', done.events],
          ['Sign-ins', done.signIns],
          ['Requests', done.requests],
        ]),
      )
    })
}
