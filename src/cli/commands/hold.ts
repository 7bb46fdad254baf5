/** hold: list, groups, release, discard, policy. */
import type { Command } from 'commander'
import type { AdminClient } from '../../contract/index.ts'
import { type Context, Misuse } from '../context.ts'
import { table } from '../output.ts'
import { drawLine, heldWords } from './pipeline.ts'

/** @param parent  the program itself, and `sync`, whose data it is that waits */
export function addHoldCommands(parent: Command, context: Context): void {
  const hold = parent
    .command('hold')
    .description('The brake: people, groups and memberships held until somebody decides.')
  addLists(hold, context)
  addDecisions(hold, context)
  addPolicy(hold, context)
}

function addLists(hold: Command, { client, showPage }: Context): void {
  hold
    .command('list <tenant>')
    .description('list what is held, and the request that would have had it so')
    .option('--of <resource>', 'only this person, or this group with its memberships')
    .option('--kept', 'what was discarded or undone, and is kept as it is, instead')
    .option('--after <key>', 'go on after this')
    .option('--limit <count>', 'how many', '50')
    .option('--json', 'for machines')
    .action(async (tenant: string, { of, kept, after, limit, json }) => {
      const which = { resource: of, kept: kept === true ? 'yes' : 'no' } as const
      const list = await client().listHeld({ tenant, ...which, after, limit })
      const rows = list.items.map((row) => [
        row.fqn,
        row.memberId === null ? row.displayName : `member ${row.member?.fqn ?? row.memberId}`,
        row.wouldBe,
        row.heldAt,
        row.requestId,
        row.resourceId,
      ])
      const head = ['FQN', 'NAME', 'WOULD BE', 'SINCE', 'REQUEST', 'RESOURCE']
      showPage(
        json,
        list,
        table(head, rows, kept === true ? 'Nothing is kept.' : 'Nothing is held.'),
      )
    })

  hold
    .command('groups <tenant>')
    .description('list the groups that are held, and how much of each')
    .option('--after <resource>', 'go on after this')
    .option('--limit <count>', 'how many', '50')
    .option('--json', 'for machines')
    .action(async (tenant: string, { after, limit, json }) => {
      const list = await client().listHeldGroups({ tenant, after, limit })
      const rows = list.items.map((row) => [
        row.fqn,
        row.isDeletion ? 'deleted' : `without ${row.held}`,
        row.members,
        row.heldSince,
        row.resourceId,
      ])
      const head = ['FQN', 'WOULD BE', 'MEMBERS', 'SINCE', 'RESOURCE']
      showPage(json, list, table(head, rows, 'No group is held.'))
    })
}

function addDecisions(hold: Command, { client, show, confirm }: Context): void {
  for (const { verb, does, says } of [
    { verb: 'release', does: 'let what is held happen', says: 'will lose access or go' },
    { verb: 'discard', does: 'keep what is held as it is', says: 'will stay' },
  ] as const)
    hold
      .command(`${verb} <tenant>`)
      .description(does)
      .option('--of <resource>', 'only this person, or this group with its memberships')
      .option('--yes', 'do not ask')
      .option('--json', 'for machines')
      .action(async (tenant: string, { of, yes, json }) => {
        const meant = await meantBy(client(), tenant, of)
        if (meant !== undefined) await confirm(yes, `${meant} of ${tenant} ${says}.`)
        const act = verb === 'release' ? client().releaseHeld : client().discardHeld
        const shown = await act({ tenant, resource: of })
        show(json, shown, `${drawLine(shown)}\n`)
      })
}

/** In words; undefined where nothing is held. */
async function meantBy(
  client: AdminClient,
  tenant: string,
  of: string | undefined,
): Promise<string | undefined> {
  if (of === undefined) return heldWords(await client.readSync({ tenant }))
  const found = await Promise.all(
    (['no', 'yes'] as const).map((kept) =>
      client.listHeld({ tenant, resource: of, kept, limit: 1 }),
    ),
  )
  const [first] = found.flatMap(({ items }) => items)
  if (first === undefined) return undefined
  return first.memberId === null ? first.fqn : `What is held of ${first.fqn}`
}

function addPolicy(hold: Command, { client, show }: Context): void {
  hold
    .command('policy <tenant>')
    .description('show, or change with the options, how much may go before the brake holds')
    .option('--share <percent>', 'of the people who were active when the window began')
    .option('--at-least <count>', 'so many people may always leave')
    .option('--window <minutes>', 'within which time')
    .option('--cut-access <yes-or-no>', 'whether the sessions of who is held end at once')
    .option('--group-share <percent>', 'of the members of a group; 100 holds no group')
    .option('--group-size <count>', 'a group that had fewer members is never held')
    .option('--json', 'for machines')
    .action(async (tenant: string, options) => {
      const { json, cutAccess } = options
      const change = {
        share: shareOf('--share', options.share),
        atLeast: numberOf('--at-least', options.atLeast),
        windowMinutes: numberOf('--window', options.window),
        cutsAccess: cutAccess === undefined ? undefined : yesOrNo(cutAccess),
        groupShare: shareOf('--group-share', options.groupShare),
        groupSize: numberOf('--group-size', options.groupSize),
      }
      const isChange = Object.values(change).some((value) => value !== undefined)
      const shown = await (isChange
        ? client().changeBrake({ tenant, ...change })
        : client().readBrake({ tenant }))
      show(json, shown, policyWords(shown))
    })
}

function policyWords(policy: Awaited<ReturnType<AdminClient['readBrake']>>): string {
  const percent = (share: number) => `${Math.round(share * 1000) / 10} %`
  return (
    `${percent(policy.share)} within ${policy.windowMinutes} minutes, and at least ${policy.atLeast} people; ` +
    `then ${policy.cutsAccess ? 'sessions end at once' : 'access goes on'} until decided\n` +
    `${percent(policy.groupShare)} of a group of ${policy.groupSize} members or more\n`
  )
}

function shareOf(option: string, text: string | undefined): number | undefined {
  const percent = numberOf(option, text)
  return percent === undefined ? undefined : percent / 100
}

function numberOf(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const number = Number(text)
  if (text.trim() !== '' && Number.isFinite(number)) return number
  throw new Misuse(`${option} takes a number, not "${text}".`)
}

function yesOrNo(text: string): boolean {
  if (text === 'yes' || text === 'no') return text === 'yes'
  throw new Misuse(`--cut-access takes yes or no, not "${text}".`)
}
