/** What is asked for all tenants, through db.operatorWide; by the file that asks. It locks nothing. */
export const OPERATOR_WIDE: Readonly<Record<string, string>> = {
  'src/sync/pending.ts': 'whose turn it is: a probe of one index for each tenant',
  'src/etl/totals.ts': 'how much waits or is set aside, for the metrics',
  'src/etl/troubles.ts': 'what stands in the way of whom, for the overview',
  'src/etl/lease.ts': 'whose full run is under way',
  'src/signin/notices.ts': 'which tenants owe a site a notice',
  'src/signin/sign-ins.ts': 'the operator has only the reference that a person quotes',
  'src/signin/outcomes.ts': 'how sign-ins go at each tenant, for the overview',
  'src/tenants/expiring.ts': 'what ends soon, before somebody is locked out',
  'src/audit/tally-reading.ts': 'what the last days were like, for the overview',
  'src/signin/failing-sites.ts':
    'which sites do not hear that sessions end, for the overview and the health of the service',
  'src/signin/expiring-grants.ts': 'which grants to provision end soon',
  'src/warnings/outbox.ts': 'which tenants are owed a warning, and how many are owed',
  'src/audit/log-policy.ts': 'which connections keep values',
  'src/audit/log-reading.ts': 'the operator has only the request id that an administrator quotes',
}
