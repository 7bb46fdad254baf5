/**
 * Small things without a domain: ids, time and chance, scopes, refusals, secrets.
 * Knows neither SCIM nor SQL.
 */
export { fold } from './fold.ts'
export { createIds, firstIdAt, isId } from './id.ts'
export type {
  ConnectionId,
  Id,
  IdentityId,
  NewId,
  Prefix,
  ResourceId,
  SiteId,
  TenantId,
} from './id.ts'
export { systemClock, systemRandom } from './clock.ts'
export type { Clock, Random } from './clock.ts'
export type { Actor, Role, Scope, TenantScope } from './scope.ts'
export { innerHost, reachesInner } from './inner-network.ts'
export { isPublic, networkOf } from './network.ts'
export { remember } from './remember.ts'
export { storable } from './storable.ts'
export { linesOf, shorten } from './thrown.ts'
export { hasNext, publishedKeys, stagesOf } from './key-stages.ts'
export type { KeyStage, SigningKey } from './key-stages.ts'
export { makeKeyPair } from './key-pair.ts'
export type { KeyPair } from './key-pair.ts'
export { Refusal, REFUSALS, Unavailable } from './refusals.ts'
export { laterThan, refuseChanged } from './replacing.ts'
export type { RefusalCode } from './refusals.ts'
export { hashSecret, mintSecret, mintToken, parseToken, sameHash } from './secrets.ts'
export type { MintedToken, ParsedToken, TokenPrefix } from './secrets.ts'
export {
  derivedSecrets,
  deriveSecret,
  idsOf,
  rewrap,
  seal,
  unseal,
  wrappingKey,
} from './sealing.ts'
export type { MasterKey, WrappingKey } from './sealing.ts'
export { createKeyRing } from './key-ring.ts'
export type { KeyRing } from './key-ring.ts'
