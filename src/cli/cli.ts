/** Reads the words, runs the command, and turns what went wrong into words and an exit code. */
import { Command, CommanderError } from 'commander'
import { ApiError } from '../contract/index.ts'
import { addAdministratorCommands } from './commands/administrator.ts'
import { addAdminCommands } from './commands/admin.ts'
import { addAuditCommands } from './commands/audit.ts'
import { addBrandingCommands } from './commands/branding.ts'
import { addConnectionCommands } from './commands/connection.ts'
import { addDbCommands } from './commands/db.ts'
import { addDirectoryCommands } from './commands/directory.ts'
import { addDomainCommands } from './commands/domain.ts'
import { addExplainCommand } from './commands/explain.ts'
import { addInvitationCommands } from './commands/invitation.ts'
import { addKeyCommands } from './commands/key.ts'
import { addHealthCommand } from './commands/health.ts'
import { addLogCommands } from './commands/logs.ts'
import { addMasterKeyCommands } from './commands/master-key.ts'
import { addMappingCommands } from './commands/claim-type-mapping.ts'
import { addRuleCommands } from './commands/rule.ts'
import { addOverviewCommands } from './commands/overview.ts'
import { addSchemaCommands } from './commands/schema.ts'
import { addSetupLinkCommands } from './commands/setup-link.ts'
import { addSignInProviderCommands } from './commands/sign-in-provider.ts'
import { addSigningKeyCommands } from './commands/signing-key.ts'
import { addSiteCommands } from './commands/site.ts'
import { addHoldCommands } from './commands/hold.ts'
import { addSyncCommands } from './commands/sync.ts'
import { addTenantCommands } from './commands/tenant.ts'
import { addTokenCommands } from './commands/token.ts'
import { addWarningCommands } from './commands/warning.ts'
import { createContext, Failure, type Given, Misuse } from './context.ts'
import { printable } from './output.ts'

/** @returns the exit code: 0 done, 1 refused or failed, 2 misused */
export async function runCli(words: readonly string[], given: Given): Promise<number> {
  const { terminal } = given
  const program = buildProgram(given)
  try {
    if (words.length === 0) {
      terminal.err(program.helpInformation())
      return 2
    }
    await program.parseAsync([...words], { from: 'user' })
    return 0
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    terminal.err(`${wordsFor(error)}\n`)
    return isMisuse(error) ? 2 : 1
  }
}

/** Also what the server finds no value of its kind, such as a --limit that is no number. */
function isMisuse(error: unknown): boolean {
  return error instanceof Misuse || (error instanceof ApiError && error.problems.length > 0)
}

function buildProgram(given: Given): Command {
  const { terminal } = given
  const program = new Command('rollcall')
    .description('Operates a Rollcall server: tenants, connections, sites, and what is under way.')
    .configureOutput({
      writeOut: terminal.out,
      writeErr: terminal.err,
      outputError: (words, write) => write(printableLines(words)),
    })
    .configureHelp({ showGlobalOptions: false })
    .exitOverride()
    .showHelpAfterError('(add --help for how it is used)')
    .addHelpText('after', EXAMPLES)
  const context = createContext(given)
  for (const add of [
    addTenantCommands,
    addBrandingCommands,
    addDomainCommands,
    addConnectionCommands,
    addTokenCommands,
    addSetupLinkCommands,
    addSiteCommands,
    addSigningKeyCommands,
    addSchemaCommands,
    addRuleCommands,
    addMappingCommands,
    addAdminCommands,
    addAdministratorCommands,
    addInvitationCommands,
    addSignInProviderCommands,
    addKeyCommands,
    addOverviewCommands,
    addHealthCommand,
    addMasterKeyCommands,
    addWarningCommands,
    addSyncCommands,
    addHoldCommands,
    addDirectoryCommands,
    addExplainCommand,
    addLogCommands,
    addAuditCommands,
    addDbCommands,
  ])
    add(program, context)
  inherit(program)
  return program
}

/** Sub-commands made with `command()` copy these settings only if they are set before; set them all now. */
function inherit(command: Command): void {
  for (const child of command.commands) {
    child.copyInheritedSettings(command)
    inherit(child)
  }
}

const EXAMPLES = `
The server is the one of the data directory here, or ROLLCALL_URL; the token is its admin-token,
or ROLLCALL_ADMIN_TOKEN_FILE. Every command takes --json. Exit: 0 done, 1 refused, 2 misused.

The process itself, with its settings: rollcall serve, rollcall migrate (the schema, and ends), rollcall doctor
(what is well and what is not; changes nothing).

Examples:
  rollcall tenant onboard acme
  rollcall connection set-oidc acme --issuer https://acme.okta.example --client-id 0oa1 --client-secret-file secret.txt
  rollcall sync status acme --follow
`

/** What a server said is one line each, whatever is in it; our own words have the lines they have. */
function wordsFor(error: unknown): string {
  if (error instanceof ApiError) {
    const problems = error.problems.map(({ at, message }) => printable(`  ${at}: ${message}`))
    const reference = error.status >= 500 ? ` (${error.requestId ?? 'no request id'})` : ''
    const helps = error.command === undefined ? [] : [printable(`With: ${error.command}`)]
    return problems.length > 0
      ? ['Refused:', ...problems].join('\n')
      : [printable(error.message + reference), ...helps].join('\n')
  }
  if (error instanceof TypeError && error.cause instanceof Error)
    return `The server cannot be reached: ${printable(error.cause.message)}. Is it running? Start it with: npm start`
  const isForWhoeverRanIt = error instanceof Failure || error instanceof Misuse
  const words = isForWhoeverRanIt || !(error instanceof Error) ? messageOf(error) : error.stack
  return printableLines(words ?? messageOf(error))
}

function printableLines(words: string): string {
  return words.split('\n').map(printable).join('\n')
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
