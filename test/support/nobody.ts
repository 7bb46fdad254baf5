/** Names of nothing, for routes that are asked about it. */

/** Well-formed values for every name that a path may hold; none of them is of anything. */
export const NOBODY: Readonly<Record<string, string>> = {
  tenant: 'nobody',
  connection: `con_${'0'.repeat(26)}`,
  site: `sit_${'0'.repeat(26)}`,
  mapping: `ctm_${'0'.repeat(26)}`,
  identity: `idn_${'0'.repeat(26)}`,
  reference: `sgn_${'0'.repeat(26)}`,
  requestId: `req_${'0'.repeat(26)}`,
  resource: `usr_${'0'.repeat(26)}`,
  token: '0'.repeat(20),
  administrator: `adm_${'0'.repeat(26)}`,
  invitation: `inv_${'0'.repeat(26)}`,
  key: '0'.repeat(20),
  passkey: 'nobody',
  session: `ses_${'0'.repeat(26)}`,
  link: `lnk_${'0'.repeat(26)}`,
  name: 'it@nobody.example',
  fqn: 'Nobody:nobody@nobody.example',
  urn: 'urn:nobody:User',
  run: `run_${'0'.repeat(26)}`,
  domain: 'nobody.example',
  version: '1',
}
