/** warning: show, set, test, list. Who is warned before something of a tenant ends, and what was sent. */
import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { fields, table } from '../output.ts'

export function addWarningCommands(program: Command, context: Context): void {
  const { client, show, terminal } = context
  const noun = program
    .command('warning')
    .description('Warnings before tokens, grants, secrets, keys and setup links end.')

  noun
    .command('show <tenant>')
    .description('show who is warned')
    .option('--json', 'for machines')
    .action(async (tenant: string, { json }) => {
      const settings = await client().readWarningSettings({ tenant })
      show(json, settings, fields(shown(settings)))
    })

  noun
    .command('set <tenant>')
    .description('say who is warned; what is not named stays')
    .option('--email <address...>', 'e-mail addresses, in place of those before')
    .option('--no-emails', 'nobody by e-mail')
    .option('--webhook <url>', 'where to post to; another secret is made and shown once')
    .option('--no-webhook', 'no webhook')
    .option('--json', 'for machines')
    .action(async (tenant: string, { email, emails, webhook, json }) => {
      const changed = await client().changeWarningSettings({
        tenant,
        ...(emails === false ? { emails: [] } : email === undefined ? {} : { emails: email }),
        ...(webhook === undefined ? {} : { webhookUrl: webhook === false ? null : webhook }),
      })
      const made = changed.webhookSecret
      const secret = made === null ? [] : [['Webhook secret', made] as const]
      show(json, changed, fields([...shown(changed), ...secret]))
      if (made !== null && json !== true)
        terminal.err('The secret is shown this once. The receiver checks signatures by it.\n')
    })

  noun
    .command('test <tenant>')
    .description('send everybody who is warned a test')
    .option('--json', 'for machines')
    .action(async (tenant: string, { json }) => {
      const list = await client().testWarnings({ tenant })
      const lines = list.items.map(({ channel, target }) => `${channel} to ${target}\n`)
      show(json, list, `Under way; see what came of it with: warning list\n${lines.join('')}`)
    })

  noun
    .command('list <tenant>')
    .description('list the warnings that were sent or are owed, with what was answered')
    .option('--limit <count>', 'how many, 1 to 500', '50')
    .option('--json', 'for machines')
    .action(async (tenant: string, { limit, json }) => {
      const list = await client().listWarnings({ tenant, limit })
      const rows = list.items.map((row) => [
        row.createdAt,
        row.subject,
        row.channel,
        row.target,
        row.outcome,
        row.tries,
        row.answer,
      ])
      const head = ['WHEN', 'WHAT', 'BY', 'TO', 'OUTCOME', 'TRIES', 'ANSWER']
      show(json, list, table(head, rows, 'Nobody was warned yet.'))
    })
}

interface Settings {
  readonly emails: readonly string[]
  readonly webhookUrl: string | null
  readonly sendsEmail: boolean
}

function shown({ emails, webhookUrl, sendsEmail }: Settings): [string, string | null][] {
  const unsent = sendsEmail ? '' : ' (the server has no SMTP server to send by)'
  return [
    ['E-mail', emails.length === 0 ? null : `${emails.join(', ')}${unsent}`],
    ['Webhook', webhookUrl],
  ]
}
