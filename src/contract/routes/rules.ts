/** Rules: which expression gives which fact of a connection's people and groups. */
import { z } from 'zod'
import { connectionId, count, identityId, instant, listOf, paging, tenantRef } from '../parts.ts'
import { brief } from './identities.ts'
import type { Routes } from '../route.ts'

const rule = z.string().min(1).max(2_000)
const property = z.string().regex(/^[A-Za-z][\w:.-]{0,199}$/)

const ruleSet = z.strictObject({
  name: rule.optional().describe('The name in the FQN, after the label.'),
  displayName: rule.optional(),
  givenName: rule.optional(),
  familyName: rule.optional(),
  email: rule.optional(),
  locale: rule.optional(),
  active: rule
    .optional()
    .describe('Who counts as active of those whom the identity provider has not deactivated.'),
  groupName: rule.optional(),
  properties: z
    .record(property, rule.nullable())
    .refine(
      (all) => Object.keys(all).length <= 50,
      'A connection has rules for 50 properties at most.',
    )
    .optional()
    .describe('By name; null leaves out what would be there.'),
  roles: z
    .record(z.string().regex(/^[A-Za-z][\w:.-]{0,99}$/), z.array(identityId).min(1).max(100))
    .refine((all) => Object.keys(all).length <= 100, 'A connection has 100 roles at most.')
    .optional()
    .describe('By name of the role, the ids of the groups whose members have it.'),
})

const version = z.object({
  version: count.describe('0: none was ever written.'),
  rules: ruleSet,
  author: z.string().nullable(),
  createdAt: instant.nullable(),
})

const joiningRule = z.object({
  by: rule
    .nullable()
    .describe(
      'An expression; people for whom it gives the same text are one person. Null: nobody is joined.',
    ),
  active: z
    .enum(['all', 'any'])
    .describe('Which of the connections that have somebody must say that they are active.'),
  connections: z
    .array(connectionId)
    .max(20)
    .describe('The one that leads first; none: all, the oldest first.'),
})

const joining = joiningRule.extend({
  version: count.describe('0: none was ever written.'),
  author: z.string().nullable(),
  createdAt: instant.nullable(),
})

const previewed = z.object({
  resourceId: z.string(),
  kind: z.enum(['person', 'group']),
  fqn: z.string().nullable().describe('Under the rules in force.'),
  changes: z.record(z.string(), z.object({ from: z.unknown(), to: z.unknown() })),
  refused: z.string().nullable().describe('Why they could not be loaded.'),
})

export const role = z.object({
  role: z.string(),
  because: z.array(brief).describe('The groups that give it to them.'),
})

const at = { tenant: tenantRef, connection: connectionId }
const all = '/admin/v1/tenants/{tenant}/connections/{connection}/rules'

const joiningPath = '/admin/v1/tenants/{tenant}/joining'

export const ruleRoutes = {
  readRules: {
    method: 'GET',
    path: all,
    needs: 'tenant-viewer',
    summary: 'The rules in force of a connection.',
    input: z.strictObject(at),
    reply: version,
  },
  listRuleVersions: {
    method: 'GET',
    path: `${all}/versions`,
    needs: 'tenant-viewer',
    summary: 'The latest versions of the rules, with who wrote each and when.',
    input: z.strictObject({ ...at, limit: paging.limit }),
    reply: listOf(version),
  },
  readRuleVersion: {
    method: 'GET',
    path: `${all}/versions/{version}`,
    needs: 'tenant-viewer',
    summary: 'One version of the rules.',
    input: z.strictObject({
      ...at,
      version: z.coerce
        .number()
        .int()
        .min(0)
        .max(2 ** 31 - 1),
    }),
    reply: version,
  },
  previewRules: {
    method: 'POST',
    path: `${all}/previews`,
    needs: 'tenant-viewer',
    summary: 'What rules would make of the people and groups that are there; nothing is changed.',
    input: z.strictObject({
      ...at,
      rules: ruleSet,
      person: z
        .string()
        .min(1)
        .max(600)
        .optional()
        .describe('Somebody to show in any case: userName, e-mail, externalId or resource id.'),
    }),
    reply: z.object({
      lookedAt: count.describe(
        'At most 500 people and 500 groups, the first and the last to come.',
      ),
      wouldChange: count,
      refused: count,
      people: z.array(previewed).describe('The one asked for, then at most 50 of each.'),
    }),
  },
  previewJoining: {
    method: 'POST',
    path: '/admin/v1/tenants/{tenant}/joining-previews',
    needs: 'tenant-viewer',
    summary:
      'Who would be one person by a rule over several connections, and who could not be told apart; nothing is changed.',
    input: z.strictObject({
      tenant: tenantRef,
      by: rule.describe('An expression; people for whom it gives the same text are one person.'),
      connections: z
        .array(connectionId)
        .max(20)
        .default([])
        .describe('The one that leads first; none: all, the oldest first.'),
    }),
    reply: z.object({
      lookedAt: count,
      isWhole: z
        .boolean()
        .describe('Whether that is everybody: at most about 50,000 are looked at.'),
      without: count.describe('For whom the rule gives nothing.'),
      joined: count,
      wouldBeOut: count.describe(
        'Of the joined, who is active at one connection and deactivated at another.',
      ),
      refused: count,
      people: z
        .array(
          z.object({
            value: z.string(),
            refused: z.string().nullable().describe('Why they stay apart.'),
            sources: z
              .array(
                z.object({
                  resourceId: z.string(),
                  connectionId,
                  userName: z.string(),
                  isActive: z.boolean(),
                }),
              )
              .describe('The one that leads first; at most 20.'),
          }),
        )
        .describe('At most 50 of each.'),
    }),
  },
  readJoining: {
    method: 'GET',
    path: joiningPath,
    needs: 'tenant-viewer',
    summary: 'The rule in force by which people of several connections are one person.',
    input: z.strictObject({ tenant: tenantRef }),
    reply: joining,
  },
  listJoiningVersions: {
    method: 'GET',
    path: `${joiningPath}/versions`,
    needs: 'tenant-viewer',
    summary: 'Its latest versions, with who wrote each and when.',
    input: z.strictObject({ tenant: tenantRef, limit: paging.limit }),
    reply: listOf(joining),
  },
  applyJoining: {
    method: 'POST',
    path: `${joiningPath}/versions`,
    needs: 'tenant-admin',
    summary:
      'Adds a version, which is in force at once; a full run joins and parts who is there. A rule that compares nothing but e-mail addresses is refused.',
    status: 201,
    input: z.strictObject({
      tenant: tenantRef,
      by: joiningRule.shape.by,
      active: joiningRule.shape.active.default('all'),
      connections: joiningRule.shape.connections.default([]),
      replaces: count.describe('The version in force; 0 for the first.'),
    }),
    reply: joining.extend({ runId: z.string() }),
  },
  listRoles: {
    method: 'GET',
    path: '/admin/v1/tenants/{tenant}/identities/{identity}/roles',
    needs: 'tenant-viewer',
    summary: 'The roles that a person has now, and the groups that give them.',
    input: z.strictObject({ tenant: tenantRef, identity: identityId }),
    reply: listOf(role),
  },
  applyRules: {
    method: 'POST',
    path: `${all}/versions`,
    needs: 'tenant-admin',
    summary:
      'Adds a version, which is in force at once; a full run brings along what is there and counts it.',
    status: 201,
    input: z.strictObject({
      ...at,
      rules: ruleSet,
      replaces: count.describe('The version in force; 0 for the first.'),
    }),
    reply: version.extend({ runId: z.string() }),
  },
} as const satisfies Routes
