/**
 * Passkeys: asking the browser and taking its answer, to sign in and to register further ones. What is
 * asked and answered has WebAuthn's own JSON form (`PublicKeyCredential.parse…OptionsFromJSON`, `toJSON`).
 */
import { z } from 'zod'
import { instant, listOf, nothing } from '../parts.ts'
import type { Routes } from '../route.ts'
import { session } from './session.ts'

const json = z.record(z.string(), z.unknown())
const passkey = z.object({
  id: z.string(),
  name: z.string(),
  createdAt: instant,
  lastUsedAt: instant.nullable(),
})

export const passkeyRoutes = {
  askWithPasskey: {
    method: 'POST',
    path: '/admin/v1/session/passkey/options',
    needs: 'anyone',
    summary: 'What the browser is asked, to sign in with a passkey.',
    input: z.strictObject({}),
    reply: z.object({ options: json }),
  },
  signInWithPasskey: {
    method: 'POST',
    path: '/admin/v1/session/passkey',
    needs: 'anyone',
    summary: 'Signs in with the answer of the browser.',
    input: z.strictObject({ answer: json }),
    reply: session,
  },
  askForPasskey: {
    method: 'POST',
    path: '/admin/v1/passkeys/options',
    needs: 'signed-in',
    fresh: true,
    summary: 'What the browser is asked, to register a passkey.',
    input: z.strictObject({}),
    reply: z.object({ options: json }),
  },
  addPasskey: {
    method: 'POST',
    path: '/admin/v1/passkeys',
    needs: 'signed-in',
    fresh: true,
    summary: 'Registers the passkey that the browser made.',
    status: 201,
    input: z.strictObject({ name: z.string().trim().min(1).max(100), answer: json }),
    reply: passkey,
  },
  listPasskeys: {
    method: 'GET',
    path: '/admin/v1/passkeys',
    needs: 'signed-in',
    summary: "One's own passkeys.",
    input: z.strictObject({}),
    reply: listOf(passkey),
  },
  removePasskey: {
    method: 'DELETE',
    path: '/admin/v1/passkeys/{passkey}',
    needs: 'signed-in',
    fresh: true,
    summary: "Removes one of one's own passkeys.",
    input: z.strictObject({ passkey: z.string().min(1).max(1400) }),
    reply: nothing,
  },
} as const satisfies Routes
