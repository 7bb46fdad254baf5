/** People and groups, read: by id, by present or old FQN, by search. */
import { sql, type Expression, type SqlBool } from 'kysely'
import type { Db } from '../db/index.ts'
import { fold, type IdentityId, type TenantId } from '../lib/index.ts'
import { readFqn, renderFqn } from './fqn.ts'
import { identityOf } from './rows.ts'
import type { Identity, IdentityKind, IdentityState } from './types.ts'

export interface IdentitySearch {
  /** Part of a name, a display name or an e-mail address, in any letter case. */
  readonly q?: string | undefined
  readonly kind?: IdentityKind | undefined
  readonly state?: IdentityState | undefined
  readonly limit: number
  /** The last `identityId` of the page before. */
  readonly after?: string | undefined
}

type Row = Parameters<typeof identityOf>[0]

/** Of several who ask at once. */
const READ = [
  'identity-read',
  `select asked.nth, found.*
     from unnest((select $2::text[])) with ordinality as asked (id, nth),
          lateral (select * from identity where tenant_id = $1 and identity_id = asked.id limit 1) found`,
] as const

export function createReader({ db }: { db: Db }) {
  const reader = {
    async read(tenantId: TenantId, identityId: IdentityId): Promise<Identity | undefined> {
      const [row] = await db.shared.read<Row>(tenantId, ...READ, [tenantId], [identityId])
      return row && identityOf(row)
    },

    /**
     * Whose FQN that is, or, where nobody has it now, whose it was last. People before groups; of who is
     * joined to another, that one.
     */
    async resolveFqn(
      tenantId: TenantId,
      fqn: string,
    ): Promise<{ identity: Identity; isOld: boolean } | undefined> {
      const parts = readFqn(fqn)
      if (parts === undefined) return undefined
      const row = await db.inTenant(tenantId, (trx) =>
        trx
          .selectFrom('fqn')
          .innerJoin('identity', (join) =>
            join
              .onRef('identity.tenant_id', '=', 'fqn.tenant_id')
              .onRef('identity.identity_id', '=', 'fqn.identity_id'),
          )
          .innerJoin('identity as person', (join) =>
            join
              .onRef('person.tenant_id', '=', 'fqn.tenant_id')
              .on('person.identity_id', '=', (e) =>
                e.fn.coalesce('identity.joined_to', 'identity.identity_id'),
              ),
          )
          .selectAll('person')
          .select('fqn.valid_to')
          .where('fqn.tenant_id', '=', tenantId)
          .where('fqn.label_folded', '=', fold(parts.label))
          .where('fqn.name_folded', '=', fold(parts.name))
          .orderBy(sql`fqn.valid_to is null`, 'desc')
          .orderBy('fqn.kind', 'desc')
          .orderBy('fqn.valid_to', 'desc')
          .limit(1)
          .executeTakeFirst(),
      )
      return row && { identity: identityOf(row), isOld: row.valid_to !== null }
    },

    /** The names an identity has had, the present one first; a deleted one has none at present. */
    async history(
      tenantId: TenantId,
      identityId: IdentityId,
    ): Promise<{ fqn: string; validFrom: Date; validTo: Date | null }[]> {
      const rows = await db.inTenant(tenantId, (trx) =>
        trx
          .selectFrom('fqn')
          .select(['label', 'name', 'valid_from', 'valid_to'])
          .where('tenant_id', '=', tenantId)
          .where('identity_id', '=', identityId)
          .orderBy('valid_from', 'desc')
          .execute(),
      )
      return rows.map((row) => ({
        fqn: renderFqn(row.label, row.name),
        validFrom: row.valid_from,
        validTo: row.valid_to,
      }))
    },

    /**
     * In order of birth. Who is joined to another is found by their own name, too, and listed as that one,
     * but where that state is asked for.
     */
    async search(tenantId: TenantId, search: IdentitySearch): Promise<Identity[]> {
      const { q, kind, state, limit, after } = search
      const rows = await db.inTenant(tenantId, (trx) => {
        let query = trx.selectFrom('identity').selectAll().where('tenant_id', '=', tenantId)
        if (kind !== undefined) query = query.where('kind', '=', kind)
        query =
          state === undefined
            ? query.where('state', '<>', 'joined')
            : query.where('state', '=', state)
        if (after !== undefined) query = query.where(sql<string>`identity_id`, '>', after)
        if (q !== undefined && q.trim() !== '') query = query.where(isFoundBy(q.trim(), tenantId))
        return query.orderBy('identity_id').limit(limit).execute()
      })
      return rows.map(identityOf)
    },
  }
  return reader
}

/** Decides row by row, along the order of birth, and stops when a page is full. */
function isFoundBy(q: string, tenantId: TenantId): Expression<SqlBool> {
  return sql<SqlBool>`(${holds(q, 'identity')} or joined_from <> '{}' and exists (
    select from identity o where o.tenant_id = ${tenantId}
       and o.identity_id = any (identity.joined_from) and ${holds(q, 'o')}))`
}

function holds(q: string, of: 'identity' | 'o'): Expression<SqlBool> {
  const column = (name: string) => sql.ref(`${of}.${name}`)
  const within = (text: string) => `%${text.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`
  const [folded, lower] = [within(fold(q)), within(q.toLowerCase())]
  // What is asked in ASCII is found without the rules of other alphabets, which cost as much again.
  const lowerOf = (text: Expression<unknown>) =>
    ASCII.test(q) ? sql`lower(${text} collate "C")` : sql`lower(${text})`
  const [label, email] = [column('label'), column('email')]
  // Of what is without a colon the label is enough, and costs half: the name was looked at.
  const fqn = q.includes(':') ? sql`${label} || ':' || ${column('name')}` : label
  // Most are called by their address, which was looked at then, too.
  return sql<SqlBool>`(${column('name_folded')} like ${folded}
    or ${lowerOf(column('display_name'))} like ${lower}
    or ${email} <> ${column('name')} and ${lowerOf(email)} like ${lower}
    or ${lowerOf(fqn)} like ${lower} or ${column('external_id')} = ${q})`
}

const ASCII = /^[\0-\x7f]*$/
