/**
 * Branding: the name, logo and colour that the pages of a tenant's sign-in carry. What would make them
 * unreadable or dangerous is refused here: a colour by its contrast, a logo by what its bytes are.
 */
import type { Selectable } from 'kysely'
import type { Database, Transaction } from '../db/index.ts'
import { type Actor, laterThan, Refusal, type TenantId, refuseChanged } from '../lib/index.ts'
import { CARD, type Colour, contrast, LEAST_CONTRAST, readableOn } from './colours.ts'
import { cleanName } from './names.ts'
import { type Raster, rasterOf } from './raster.ts'
import type { Given } from './types.ts'

const MOST_LOGO_BYTES = 128 * 1024
const MOST_LOGO_PIXELS = 2000

export interface Branding {
  /** Null: the tenant's own name. */
  readonly name: string | null
  /** Null: ours. Readable on a light card. */
  readonly accent: Colour | null
  /** As asked for; null where it follows from `accent`. Readable on a dark card. */
  readonly accentDark: Colour | null
  readonly logo: Raster | null
  /** Null where nothing was ever set. */
  readonly changedAt: Date | null
}

/** What stays as it is is left out; null takes it away. */
export interface BrandingChange {
  readonly name?: string | null | undefined
  readonly accent?: string | null | undefined
  readonly accentDark?: string | null | undefined
  readonly logo?: Buffer | null | undefined
  /** When it was changed last, as it was read: null for never. Undefined: whatever it is. */
  readonly replaces?: Date | null | undefined
}

type Row = Omit<Selectable<Database['branding']>, 'logo'>

const COLUMNS = [
  'tenant_id',
  'name',
  'accent',
  'accent_dark',
  'logo_type',
  'logo_width',
  'logo_height',
  'changed_at',
] as const

/** No row was changed then. */
const NEVER = new Date(0)

const NONE: Branding = { name: null, accent: null, accentDark: null, logo: null, changedAt: null }

export function createBranding({ db, audit, clock }: Given) {
  return {
    readBranding: (tenantId: TenantId): Promise<Branding> =>
      db.inTenant(tenantId, (trx) => read(trx, tenantId)),

    async readLogo(tenantId: TenantId): Promise<(Raster & { bytes: Buffer }) | undefined> {
      const row = await db.inTenant(tenantId, (trx) =>
        trx.selectFrom('branding').selectAll().where('tenant_id', '=', tenantId).executeTakeFirst(),
      )
      const logo = row && logoOf(row)
      return row?.logo && logo ? { ...logo, bytes: row.logo } : undefined
    },

    /**
     * @throws Refusal `invalid_input` for a colour that cannot be read, or bytes that are no logo;
     *         `conflict` where it was changed since it was read (SEC C-7)
     */
    async changeBranding(
      actor: Actor,
      tenantId: TenantId,
      change: BrandingChange,
    ): Promise<Branding> {
      const changed = valuesOf(change)
      return db.inTenant(tenantId, async (trx) => {
        const before = await read(trx, tenantId, { locks: true })
        const { replaces } = change
        const values = { ...changed, changed_at: laterThan(before.changedAt ?? NEVER, clock()) }
        const written = await trx
          .insertInto('branding')
          .values({ tenant_id: tenantId, ...values })
          .onConflict((conflict) => {
            const update = conflict.column('tenant_id').doUpdateSet(values)
            return replaces === undefined
              ? update
              : update.where('branding.changed_at', '=', replaces ?? NEVER)
          })
          .returning('tenant_id')
          .executeTakeFirst()
        if (written === undefined) refuseChanged('the branding', 'branding show')
        const after = await read(trx, tenantId)
        await audit.record(trx, tenantId, actor, {
          act: 'tenants.branding.changed',
          object: tenantId,
          details: { before, after },
        })
        return after
      })
    },
  }
}

async function read(
  trx: Transaction,
  tenantId: TenantId,
  { locks }: { locks: boolean } = { locks: false },
): Promise<Branding> {
  const found = trx.selectFrom('branding').select(COLUMNS).where('tenant_id', '=', tenantId)
  const row = await (locks ? found.forUpdate() : found).executeTakeFirst()
  if (row === undefined) return NONE
  return {
    name: row.name,
    accent: row.accent,
    accentDark: row.accent_dark,
    logo: logoOf(row) ?? null,
    changedAt: row.changed_at,
  }
}

function logoOf({ logo_type: type, logo_width: width, logo_height: height }: Row) {
  return type === null || width === null || height === null ? undefined : { type, width, height }
}

/** The columns that change. */
function valuesOf({ name, accent, accentDark, logo }: BrandingChange) {
  return {
    ...(name === undefined ? {} : { name: name && cleanName('brand', name) }),
    ...(accent === undefined ? {} : { accent: accent && readable('accent', accent, CARD.light) }),
    ...(accentDark === undefined
      ? {}
      : { accent_dark: accentDark && readable('dark accent', accentDark, CARD.dark) }),
    ...(logo === undefined ? {} : logoValues(logo)),
  }
}

function readable(what: string, text: string, card: Colour): Colour {
  const colour = text.toLowerCase()
  if (!/^#[0-9a-f]{6}$/.test(colour))
    throw new Refusal(
      'invalid_input',
      `"${text.slice(0, 20)}" is no colour: give # and six hex digits, as #1d4ed8.`,
    )
  const ratio = contrast(colour, card)
  if (ratio >= LEAST_CONTRAST) return colour
  throw new Refusal(
    'invalid_input',
    `The ${what} ${colour} has a contrast of ${ratio.toFixed(2)} to the page's ${card} and cannot be read; ` +
      `it takes ${LEAST_CONTRAST} (WCAG 2.2, 1.4.3). The nearest that can be is ${readableOn(card, colour)}.`,
  )
}

function logoValues(logo: Buffer | null) {
  if (logo === null) return { logo, logo_type: null, logo_width: null, logo_height: null }
  const raster = rasterOf(logo)
  if (raster === undefined)
    throw new Refusal('invalid_input', 'The logo is neither a PNG nor a JPEG. Export it as PNG.')
  const { type, width, height } = raster
  const isLarge = Math.max(width, height) > MOST_LOGO_PIXELS || logo.length > MOST_LOGO_BYTES
  if (isLarge)
    throw new Refusal(
      'invalid_input',
      `The logo has ${width} by ${height} pixels and ${logo.length} bytes. ` +
        `It takes up to ${MOST_LOGO_PIXELS} each way and ${MOST_LOGO_BYTES} bytes: scale it down.`,
    )
  return { logo, logo_type: type, logo_width: width, logo_height: height }
}
