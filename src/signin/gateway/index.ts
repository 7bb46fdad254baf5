/** Sign-in for sites that speak no OpenID Connect, through the reverse proxy before them. */
export { createGateway } from './gateway.ts'
export type { Gateway, GatewayDoor } from './gateway.ts'
