/**
 * Lists as files. An export is the pages of a list, one after another: its filters and its right are
 * the list's own, and it takes what the list leaves out: where it begins and how far it goes. Whoever finds
 * a screen unlocked does not take everything away: a person must have signed in lately (SEC C-3).
 */
import { z } from 'zod'
import type { Routes } from '../route.ts'
import { identity, identityRoutes } from './identities.ts'
import { logRoutes, provisioningEntry, signIn } from './logs.ts'

const file = {
  format: z
    .enum(['csv', 'ndjson'])
    .default('csv')
    .describe('csv: a head, then a line each (RFC 4180). ndjson: a JSON object a line.'),
}
const whole = { limit: true, after: true } as const
const ofIdentities = identityRoutes.listIdentities.input.omit({ ...whole, kind: true }).extend(file)

export const exportRoutes = {
  exportPeople: {
    method: 'GET',
    path: '/admin/v1/tenants/{tenant}/exports/people',
    needs: 'tenant-viewer',
    fresh: true,
    summary: 'People as a file, in the order and with the filters of the list.',
    input: ofIdentities,
    reply: identity,
    exports: { list: 'listIdentities', always: { kind: 'person' } },
  },
  exportGroups: {
    method: 'GET',
    path: '/admin/v1/tenants/{tenant}/exports/groups',
    needs: 'tenant-viewer',
    fresh: true,
    summary: 'Groups as a file.',
    input: ofIdentities,
    reply: identity,
    exports: { list: 'listIdentities', always: { kind: 'group' } },
  },
  exportProvisioningLog: {
    method: 'GET',
    path: '/admin/v1/tenants/{tenant}/exports/provisioning-log',
    needs: 'tenant-viewer',
    fresh: true,
    summary: 'SCIM requests and what became of them as a file, latest first.',
    input: logRoutes.listProvisioningLog.input.omit(whole).extend(file),
    reply: provisioningEntry,
    exports: { list: 'listProvisioningLog' },
  },
  exportSignIns: {
    method: 'GET',
    path: '/admin/v1/tenants/{tenant}/exports/sign-ins',
    needs: 'tenant-viewer',
    fresh: true,
    summary: 'Attempts to sign in as a file, latest first.',
    input: logRoutes.listSignIns.input.omit(whole).extend(file),
    reply: signIn,
    exports: { list: 'listSignIns' },
  },
} as const satisfies Routes
