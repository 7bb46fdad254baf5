/** claim-type-mapping: create, list, try, check, remove. */
import { type Command, Option } from 'commander'
import { decodeJwt } from 'jose'
import type { AdminClient } from '../../contract/index.ts'
import { type Context, Misuse } from '../context.ts'
import { fields, table } from '../output.ts'
import { presentVerdict, presentWay } from './explain.ts'

type Mapping = Awaited<ReturnType<AdminClient['createClaimTypeMapping']>>
type Check = Awaited<ReturnType<AdminClient['checkClaimTypeMapping']>>
type Trial = Awaited<ReturnType<AdminClient['tryClaims']>>

const HEAD = ['ID', 'CONNECTION', 'ISSUER', 'ORIGINAL ISSUER', 'CLAIM', 'COMPARED WITH']

export function addMappingCommands(program: Command, context: Context): void {
  const { client, terminal, show, confirm, connectionOf } = context
  const mapping = program
    .command('claim-type-mapping')
    .description('Which claim of an issuer names the person.')

  mapping
    .command('create <tenant>')
    .description('say which claim of an issuer names the person')
    .requiredOption('--issuer <url>', 'the issuer of the tokens')
    .option('--claim-type <claim>', 'the claim; default: sub, or oid of Entra ID')
    .addOption(
      new Option('--matches <attribute>', 'what the claim is compared with')
        .choices(['externalId', 'userName'])
        .default('externalId'),
    )
    .option('--original-issuer <issuer>', 'for people whom this one has signed in first, alone')
    .option('--original-issuer-claim <claim>', 'the claim that says which; default: idp')
    .option('--connection <id>', 'which; default: the only one')
    .option('--json', 'for machines')
    .addHelpText(
      'after',
      '\nExample:\n  rollcall claim-type-mapping create acme --issuer https://acme.okta.example',
    )
    .action(async (tenant: string, options) => {
      const made = await client().createClaimTypeMapping({
        tenant,
        connectionId: await connectionOf(tenant, options.connection),
        issuer: options.issuer,
        claimType: options.claimType,
        matches: options.matches,
        originalIssuer: options.originalIssuer,
        originalIssuerClaim: options.originalIssuerClaim,
      })
      show(options.json, made, table(HEAD, [rowOf(made)], ''))
      if (made.caution !== null) terminal.err(`${made.caution}\n`)
      // Only an e-mail address is known not to be one by its looks; to look over everybody takes its time.
      if (made.claimType === 'email') await warnOfOthers(context, tenant, made)
    })

  mapping
    .command('list <tenant>')
    .description('list the mappings of a tenant')
    .option('--json', 'for machines')
    .action(async (tenant: string, { json }) => {
      const list = await client().listClaimTypeMappings({ tenant })
      show(json, list, table(HEAD, list.items.map(rowOf), 'There are no mappings yet.'))
    })

  addLooking(mapping, context)

  mapping
    .command('remove <tenant> <mapping>')
    .description('remove a mapping; sign-ins by that issuer are refused from now on')
    .option('--yes', 'do not ask')
    .option('--json', 'for machines')
    .action(async (tenant: string, named: string, { yes, json }) => {
      const id = await mappingOf(context, tenant, named)
      await confirm(yes, `Sign-ins by the issuer of ${id} will be refused.`)
      await client().removeClaimTypeMapping({ tenant, mapping: id })
      show(json, { removed: id }, `${id} is removed.\n`)
    })
}

/** What sign-ins will come to, before anybody signs in. */
function addLooking(mapping: Command, context: Context): void {
  const { client, show, showPage, connectionOf, readInput } = context
  mapping
    .command('try <tenant>')
    .description('show what would become of a token: mapping, person, verdict; nobody is signed in')
    .requiredOption('--claims <path>', 'an ID token, or its claims as JSON; - for standard input')
    .option('--connection <id>', 'which; default: the only one')
    .option('--json', 'for machines')
    .addHelpText(
      'after',
      '\nA token stays on this machine: only its claims are sent, and they are not verified.\n' +
        '\nExample:\n  rollcall claim-type-mapping try acme --claims token.txt',
    )
    .action(async (tenant: string, { claims, connection, json }) => {
      const tried = await client().tryClaims({
        tenant,
        connectionId: await connectionOf(tenant, connection),
        claims: readClaims(await readInput(claims), claims),
      })
      show(json, tried, presentTrial(tried))
    })

  mapping
    .command('check <tenant> [mapping]')
    .description('list whom a mapping will not let in, before it goes live')
    .option('--values <path>', "the claim's values, one a line, instead of all people; - for input")
    .option('--limit <count>', 'how many people', '50')
    .option('--after <id>', 'go on after this id')
    .option('--json', 'for machines')
    .action(async (tenant: string, named: string | undefined, { values, limit, after, json }) => {
      const at = { tenant, mapping: await mappingOf(context, tenant, named) }
      if (values === undefined) {
        const checked = await client().checkClaimTypeMapping({ ...at, limit, after })
        showPage(json, checked, presentCheck(checked))
        return
      }
      const lines = (await readInput(values)).split(/\r?\n/).filter((line) => line !== '')
      const checked = await client().checkClaimValues({ ...at, values: lines })
      const rows = checked.items.map(({ value, code }) => [value, code])
      show(json, checked, table(['VALUE', 'CODE'], rows, `All ${checked.asked} would be let in.`))
    })
}

/** Of those whom an e-mail address will never find. */
async function warnOfOthers(
  { client, terminal }: Context,
  tenant: string,
  { id: mapping, matches }: Mapping,
): Promise<void> {
  const { active, unlike } = await client().checkClaimTypeMapping({ tenant, mapping, limit: 1 })
  if (unlike > 0)
    terminal.err(
      `${unlike} of ${active} active people have no e-mail address as ${matches}, and would be ` +
        `refused: claim-type-mapping check ${tenant} ${mapping}\n`,
    )
}

/** The mapping meant: the one named, or the only one there is. */
async function mappingOf(
  { client }: Context,
  tenant: string,
  named: string | undefined,
): Promise<`ctm_${string}`> {
  if (named?.startsWith('ctm_') === true) return named as `ctm_${string}`
  if (named !== undefined) throw new Misuse(`"${named}" is not the id of a mapping (ctm_…).`)
  const { items } = await client().listClaimTypeMappings({ tenant })
  const [only, second] = items
  if (only !== undefined && second === undefined) return only.id
  throw new Misuse(
    `This tenant has ${items.length} mappings: name one (${items.map(({ id }) => id).join(', ')}).`,
  )
}

function presentCheck({ active, without, sharing, unlike, claim, items }: Check): string {
  const also = unlike > 0 ? `, ${unlike} have no e-mail address there` : ''
  const counts = `Of ${active} active people ${without} have nothing to be found by, ${sharing} share it${also}.\n`
  const rows = items.map(({ fqn, value, code, identityId }) => [fqn, value, code, identityId])
  const none = claim.isSent === true ? 'All would be let in.' : 'Each has something of their own.'
  const caution = claim.caution === null ? '' : `${claim.caution}\n`
  return counts + table(['FQN', 'VALUE', 'CODE', 'ID'], rows, none) + caution
}

/** @throws Misuse when it is neither a token nor a JSON object */
function readClaims(text: string, file: string): Record<string, unknown> {
  try {
    const claims: unknown = text.trim().startsWith('{') ? JSON.parse(text) : decodeJwt(text.trim())
    return claims as Record<string, unknown>
  } catch {
    throw new Misuse(`${file} holds neither an ID token nor its claims as a JSON object.`)
  }
}

function presentTrial({ issuer, mapping, value, verdict, people }: Trial): string {
  const looked = fields([
    ['Issuer', issuer],
    [
      'Mapping',
      mapping && `${mapping.claimType} is compared with ${mapping.matches} (${mapping.id})`,
    ],
    ['Original issuer', mapping?.originalIssuer ?? undefined],
    ['Looked up', value],
  ])
  return [presentVerdict(verdict), looked, ...people.map(presentWay)].join('\n')
}

function rowOf(row: {
  id: string
  connectionId: string
  issuer: string
  originalIssuer: string | null
  claimType: string
  matches: string
}): string[] {
  const { id, connectionId, issuer, originalIssuer, claimType, matches } = row
  return [id, connectionId, issuer, originalIssuer ?? 'any', claimType, matches]
}
