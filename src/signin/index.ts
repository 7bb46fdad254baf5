/**
 * Signing in: a relying party towards the customers' identity providers, an OpenID provider towards
 * the sites of each tenant. It reads who people are and asks the loader for who is not there yet.
 *
 * Refuses to know SCIM and what is staged: that is the loader's to say.
 */
export { sendRefusal } from './respond.ts'
export { GOOD_MS as TEST_GOOD_MS, isConnectionTest, isTold } from './connection-test.ts'
export { createLanes } from './lanes.ts'
export { createOutbound } from './outbound.ts'
export type { Outbound } from './outbound.ts'
export { createSignin } from './signin.ts'
export { SEALED_BY_SIGNIN } from './sealed.ts'
export type { Signin } from './signin.ts'
export type { Outcomes } from './outcomes.ts'
export type { LogoutNotice } from './notice-log.ts'
export type { ProvisioningGrant } from './provisioning-grants.ts'
export type { Receipt } from './signals/index.ts'
export type { Verified } from './upstream.ts'
export type { SignIn, SignInStep } from './sign-ins.ts'
export type { TakePermit } from './take-permit.ts'
export { fetchBy, isClientRefused, signingWith } from './upstream.ts'
