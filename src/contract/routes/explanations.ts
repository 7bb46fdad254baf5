/** Explanations: one person's whole way, and whether they can sign in. */
import { z } from 'zod'
import {
  connectionId,
  count,
  identityId,
  instant,
  listOf,
  mappingId,
  pageOf,
  paging,
  tenantRef,
} from '../parts.ts'
import type { Routes } from '../route.ts'
import { brief, event, identity } from './identities.ts'
import { signIn } from './logs.ts'
import { role } from './rules.ts'
import { quarantined } from './sync.ts'

const verdict = z.object({
  canSignIn: z.boolean().describe('Of a sign-in by its reference: whether that one let them in.'),
  code: z
    .string()
    .nullable()
    .describe('The code that a sign-in would be refused with, or that the one asked about was.'),
  because: z.string(),
  todo: z.string().describe('Who does what next.'),
  act: z
    .enum([
      'tenant resume',
      'connection enable',
      'connection set-oidc',
      'claim-type-mapping create',
      'sync resume',
      'sync retry',
      'hold list',
      'rule show',
    ])
    .nullable()
    .describe('What of that is done here, as the command line calls it.'),
})

const explanation = z.object({
  verdict,
  connection: z.object({ id: z.string(), label: z.string(), issuer: z.string().nullable() }),
  mapping: z
    .object({
      id: z.string(),
      claimType: z.string(),
      matches: z.string(),
      originalIssuer: z.string().nullable(),
    })
    .nullable(),
  staged: z
    .object({
      resourceId: z.string(),
      userName: z.string(),
      externalId: z.string().nullable(),
      active: z.boolean(),
      version: count,
      createdAt: instant,
      modifiedAt: instant,
    })
    .nullable()
    .describe('As the identity provider last said it; null: never handed over, or deleted.'),
  progress: z
    .object({
      pausedReason: z.string().nullable(),
      waiting: count,
      oldestWaitingAt: instant.nullable(),
      quarantined: z.array(quarantined),
      heldAt: instant.nullable().describe('Since when the brake holds their leaving.'),
      keptAt: instant
        .nullable()
        .describe('Since when they are kept though they have left: discarded, or undone.'),
    })
    .nullable(),
  identity: identity.nullable().describe('As sites know them; null: not loaded.'),
  joining: z
    .object({
      value: z.string().nullable().describe('What the rule gives for them.'),
      because: z.string(),
      people: z
        .array(identity)
        .describe('Whom sites know them as, then who is one person with that.'),
    })
    .nullable()
    .describe('With whom they are one person, or why with nobody; null: there is no joining rule.'),
  groups: z.array(
    brief.extend({
      held: z
        .object({ heldAt: instant, isDiscarded: z.boolean() })
        .nullable()
        .describe('Set: they are in it only because the brake holds that, or it was discarded.'),
    }),
  ),
  roles: z.array(role).describe('Each with the groups that give it.'),
  events: z.array(event).describe('The latest first, each with the request that began it.'),
  signIns: z.array(signIn),
})

export const explanationRoutes = {
  explain: {
    method: 'GET',
    path: '/admin/v1/tenants/{tenant}/explanations',
    needs: 'tenant-viewer',
    summary: 'Why somebody can or cannot sign in, with everything that is known on the way.',
    input: z.strictObject({
      tenant: tenantRef,
      person: z
        .string()
        .min(1)
        .max(600)
        .describe('userName, FQN, e-mail, externalId, an id, or the reference of a sign-in.'),
    }),
    reply: z.object({
      asked: z
        .string()
        .describe('What was looked up; for a reference, what that sign-in brought, if it did.'),
      identityId: identityId.nullable(),
      signIn: signIn.nullable(),
      verdict: verdict.describe(
        'Of the sign-in, where one is asked about; else of the only or first person. How it is with them now, each of people says.',
      ),
      people: z.array(explanation),
    }),
  },
  tryClaims: {
    method: 'POST',
    path: '/admin/v1/tenants/{tenant}/claim-type-mappings/trials',
    needs: 'tenant-viewer',
    summary:
      'What would become of a token with these claims. Nothing is loaded, nobody is signed in.',
    input: z.strictObject({
      tenant: tenantRef,
      connectionId: connectionId.optional().describe('May be left out when there is only one.'),
      claims: z
        .record(z.string().max(200), z.unknown())
        .describe('Of an ID token, "iss" among them. They are not verified.'),
    }),
    reply: z.object({
      issuer: z.string(),
      connectionId,
      mapping: explanation.shape.mapping,
      value: z.string().nullable().describe('What the person is looked up by.'),
      verdict,
      people: z.array(explanation),
    }),
  },
  checkClaimTypeMapping: {
    method: 'GET',
    path: '/admin/v1/tenants/{tenant}/claim-type-mappings/{mapping}/unfindable',
    needs: 'tenant-viewer',
    summary:
      'The active people of a connection whom its mapping will not let in, before it goes live.',
    input: z.strictObject({ tenant: tenantRef, mapping: mappingId, ...paging }),
    reply: pageOf(
      z.object({
        identityId,
        fqn: z.string(),
        value: z
          .string()
          .nullable()
          .describe('Shared with others, or what the claim cannot be; null: they have none.'),
        code: z.string().describe('The code that a sign-in would be refused with.'),
      }),
    ).extend({
      active: count.describe('Active people of the connection.'),
      without: count.describe('Of them, those who have nothing to be found by.'),
      sharing: count.describe('Of them, those who share it with somebody.'),
      unlike: count.describe(
        'Of them, those who have what the claim cannot be: no e-mail address, where the claim is "email".',
      ),
      claim: z
        .object({
          isSent: z.boolean().nullable().describe('Null: no token that says so was seen lately.'),
          caution: z.string().nullable().describe('What to think of before it goes live.'),
        })
        .describe('Whether the tokens that the mapping is for have its claim.'),
    }),
  },
  checkClaimValues: {
    method: 'POST',
    path: '/admin/v1/tenants/{tenant}/claim-type-mappings/{mapping}/checks',
    needs: 'tenant-viewer',
    summary:
      "Which of the values that tokens will bring would be refused, such as all of an application's subjects.",
    input: z.strictObject({
      tenant: tenantRef,
      mapping: mappingId,
      values: z.array(z.string().min(1).max(500)).min(1).max(10_000),
    }),
    reply: listOf(z.object({ value: z.string(), code: z.string() })).extend({ asked: count }),
  },
} as const satisfies Routes
