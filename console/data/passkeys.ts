/** Passkeys: what the server asks goes to the browser, and its answer back, both in WebAuthn's own JSON form. */
import { queryOptions, useQuery } from '@tanstack/react-query'
import { api, type Reply } from './api.ts'
import type { Session } from './session.ts'

type Asked = Reply<'askWithPasskey'>['options']

/** How one gets in. */
export const waysQuery = queryOptions({
  queryKey: ['ways'],
  queryFn: () => api.readSignInWays({}),
})

/** Set: passkeys are of this address of the console, and the page has come from another. */
export function usePasskeyAddress(): string | undefined {
  const { data } = useQuery(waysQuery)
  if (data === undefined || new URL(data.publicUrl).origin === location.origin) return undefined
  return `${data.publicUrl}/console`
}

/** @throws Error when there is none here, or the person does not want to */
export async function signInWithPasskey(): Promise<Session> {
  const { options } = await api.askWithPasskey({})
  // The server made it in that form.
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(
    options as Asked & PublicKeyCredentialRequestOptionsJSON,
  )
  return api.signInWithPasskey({ answer: answerOf(await navigator.credentials.get({ publicKey })) })
}

/** Makes one, and lets the server know it by that name. */
export async function addPasskey(name: string): Promise<void> {
  const { options } = await api.askForPasskey({})
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
    options as Asked & PublicKeyCredentialCreationOptionsJSON,
  )
  const answer = answerOf(await navigator.credentials.create({ publicKey }))
  await api.addPasskey({ name, answer })
}

function answerOf(credential: Credential | null): Record<string, unknown> {
  if (credential instanceof PublicKeyCredential) return { ...credential.toJSON() }
  throw new Error('The browser has made no passkey.')
}
