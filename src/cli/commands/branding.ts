/** `branding`: how the pages of a tenant's sign-in look. */
import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import type { AdminClient } from '../../contract/index.ts'
import { type Context, Failure } from '../context.ts'
import { fields } from '../output.ts'

type Shown = Awaited<ReturnType<AdminClient['readBranding']>>

export function addBrandingCommands(program: Command, { client, show }: Context): void {
  const branding = program
    .command('branding')
    .description("How the pages of a tenant's sign-in look.")

  branding
    .command('show <tenant>')
    .description('show name, colours and logo')
    .option('--json', 'for machines')
    .action(async (tenant: string, options) => {
      const shown = await client().readBranding({ tenant })
      show(options.json, shown, fields(pairsOf(shown)))
    })

  branding
    .command('set <tenant>')
    .description('change what is given; "none" takes it away')
    .option('--name <name>', 'above each page')
    .option('--accent <colour>', 'of links and buttons, as #1d4ed8')
    .option('--accent-dark <colour>', 'the same on dark screens; default: follows from it')
    .option('--logo <file>', 'a PNG or JPEG of up to 128 KiB')
    .option('--json', 'for machines')
    .action(async (tenant: string, options) => {
      const shown = await client().changeBranding({
        tenant,
        name: orNull(options.name),
        accent: orNull(options.accent),
        accentDark: orNull(options.accentDark),
        logo: logoOf(options.logo),
      })
      show(options.json, shown, fields(pairsOf(shown)))
    })
}

function orNull(text: string | undefined): string | null | undefined {
  return text === 'none' ? null : text
}

function logoOf(file: string | undefined): string | null | undefined {
  if (file === undefined || file === 'none') return orNull(file)
  try {
    return readFileSync(file).toString('base64')
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : ''
    throw new Failure(`The logo cannot be read: ${why}`, { cause })
  }
}

function pairsOf({ name, accent, accentDark, logo, changedAt }: Shown) {
  return [
    ['Name', name],
    ['Accent', accent],
    ['Accent on dark', accentDark],
    ['Logo', logo && `${logo.type}, ${logo.width} by ${logo.height}`],
    ['Changed', changedAt],
  ] as const
}
