/**
 * The log events: every line of the log carries one of these as `event`, with a level, the time and
 * the fields named here. `area.noun.past-tense`; stable, because alarms are set on them.
 *
 * Lines hold ids, counts and codes. People are named by id, secrets not at all (SEC G-1).
 */
export interface LogEvent {
  readonly level: 'debug' | 'info' | 'warn' | 'error' | 'fatal'
  readonly meaning: string
  /** Beyond `level`, `time` and `event`. */
  readonly fields: readonly string[]
}

/** Who asked for what, as far as that was known when the line was written. */
const SEEN = ['tenantId', 'connectionId', 'credentialId', 'act', 'code', 'scim'] as const
/** What was thrown, and a word on what happens next. */
const ERROR = ['err', 'msg'] as const

export const LOG_EVENTS = {
  'main.server.started': {
    level: 'info',
    meaning: 'The server serves. `migrated` names the migrations that were applied just now.',
    fields: ['url', 'publicUrl', 'migrated'],
  },
  'audit.checkpoint.signed': {
    level: 'info',
    meaning:
      'A checkpoint says what the last entry of an audit log is: a copy of it that is out of reach of whoever changes the database.',
    fields: ['tenantId', 'position', 'hash'],
  },
  'audit.refusal.not-recorded': {
    level: 'warn',
    meaning:
      'Somebody was refused something, and the database would not take the entry that says so.',
    fields: ['tenantId', 'error'],
  },
  'audit.chain.found-broken': {
    level: 'error',
    meaning:
      'An audit log is not as it was written: somebody got at the database itself. `audit verify` names the first entry of which it shows.',
    fields: ['tenantId', 'position', 'problem'],
  },
  'main.node.aged': {
    level: 'warn',
    meaning: 'The Node that runs this gets no more fixes, or lacks some that there are.',
    fields: ['reason'],
  },
  'main.server.stopping': {
    level: 'info',
    meaning: 'It was asked to end, and ends in order.',
    fields: ['signal'],
  },
  'main.server.stopped': {
    level: 'info',
    meaning: 'It has ended in order.',
    fields: [],
  },
  'main.server.stopped-late': {
    level: 'error',
    meaning: 'It could not end in order in time, and was cut off. What was acknowledged is kept.',
    fields: ['afterMs'],
  },
  'main.history.swept': {
    level: 'info',
    meaning: 'What had outlived its days was taken out; `of` says of what.',
    fields: ['of', 'rows'],
  },
  'main.history.sweep-failed': {
    level: 'warn',
    meaning:
      'Not all that has outlived its days could be taken out. It is tried again within the hour.',
    fields: ['of', 'rows', 'error'],
  },
  'main.process.failed': {
    level: 'fatal',
    meaning:
      'An error that nobody caught. The process ends; whoever supervises it starts it again.',
    fields: ['kind', 'error'],
  },
  'db.server.died': {
    level: 'fatal',
    meaning: 'The embedded database ended without being asked to, and so the server ends.',
    fields: ['reason'],
  },
  'db.tables.counted': {
    level: 'info',
    meaning:
      'Tables have grown, and PostgreSQL has counted them, so that it finds what is in them.',
    fields: ['tables'],
  },
  'db.tables.not-counted': {
    level: 'warn',
    meaning:
      'Whether tables have grown could not be found out, usually because the database is away. It is tried again.',
    fields: ['error'],
  },
  'http.request.answered': {
    level: 'info',
    meaning:
      'One line for each request. `route` is the pattern and not the path, which may hold a name. `clientGone`: the connection ended before the answer was out, for example by a timeout of the client; what was asked may have been done.',
    fields: ['requestId', 'method', 'route', 'status', 'ms', 'address', 'clientGone', ...SEEN],
  },
  'http.request.postponed': {
    level: 'warn',
    meaning: 'Something that the request needed was away; the caller was asked to come back.',
    fields: ['requestId', 'error', ...SEEN],
  },
  'http.request.failed': {
    level: 'error',
    meaning: 'A mistake of ours. The caller was given the request id, and here is the error.',
    fields: ['requestId', 'error', ...SEEN],
  },
  'http.export.broken': {
    level: 'warn',
    meaning:
      'A file was cut off while it was sent: its caller may not read any more, or reading failed, as `error` says.',
    fields: ['requestId', 'error'],
  },
  'signin.request.failed': {
    level: 'error',
    meaning: 'A mistake of ours during a sign-in, a token request or a logout.',
    fields: ['tenantId', 'error'],
  },
  'signin.client.refused': {
    level: 'warn',
    meaning:
      'A site, or a provisioning client, was refused a token, a pushed request or a revocation: `reason` says why, in full. What it was told ends in the request id as a reference. `clientId` is missing where it named none that could be ours.',
    fields: ['requestId', 'tenantId', 'clientId', 'endpoint', 'grantType', 'error', 'reason'],
  },
  'signin.grant.reused': {
    level: 'warn',
    meaning:
      'A client showed a code or a refresh token a second time, so all that came of it is good for nothing now: somebody may have a copy. ' +
      'A site signs people in again; where `clientId` is a provisioning client, its administrator has to consent anew.',
    fields: ['tenantId', 'clientId', 'grantType'],
  },
  'signin.signal.obeyed': {
    level: 'info',
    meaning:
      'An identity provider said that sessions of people must end, and they have. None of `identityIds`: nobody of that name is here.',
    fields: ['tenantId', 'connectionId', 'kind', 'identityIds'],
  },
  'signin.signal.refused': {
    level: 'warn',
    meaning:
      'What came as a signal of an identity provider had no effect; `reason` names the check that it failed.',
    fields: ['tenantId', 'connectionId', 'door', 'reason'],
  },
  'signin.notice.sent': {
    level: 'info',
    meaning:
      'A site was told that a session has ended. `answer` is `ok`, or why not; then it is tried again.',
    fields: ['tenantId', 'deliveryId', 'siteId', 'tries', 'answer'],
  },
  'signin.notices.postponed': {
    level: 'warn',
    meaning:
      'Looking for sites that are owed a notice failed, usually because the database is away.',
    fields: [...ERROR],
  },
  'signin.host.given-up': {
    level: 'warn',
    meaning:
      'Nobody answered at this host five times in a row. What is asked there for `askedFor` (a connection, its signals, a site, the keys of sites, the webhook) now fails at once, but for a try every half a minute at most. Others ask on.',
    fields: ['tenantId', 'askedFor', 'host'],
  },
  'signin.host.back': {
    level: 'info',
    meaning: 'A host that had been given up has answered, and is asked as before.',
    fields: ['tenantId', 'askedFor', 'host'],
  },
  'warnings.delivery.sent': {
    level: 'info',
    meaning:
      'Somebody was warned that something ends. `answer` is `ok`, or why not; then it is tried again.',
    fields: ['tenantId', 'deliveryId', 'channel', 'tries', 'answer'],
  },
  'warnings.round.postponed': {
    level: 'warn',
    meaning: 'Looking for what ends soon failed, usually because the database is away.',
    fields: [...ERROR],
  },
  'audit.provisioning-log.postponed': {
    level: 'warn',
    meaning:
      'Rows of the provisioning log wait in memory, because the database is away. They are tried again.',
    fields: ['rows', 'error'],
  },
  'audit.tally.refused': {
    level: 'warn',
    meaning: "The database would not take what was counted of a tenant's day; it is lost.",
    fields: ['tenantId', 'error'],
  },
  'audit.provisioning-log.refused': {
    level: 'warn',
    meaning: 'The database would not take rows of the provisioning log; they are dropped.',
    fields: ['tenantId', 'error'],
  },
  'audit.provisioning-log.dropped': {
    level: 'warn',
    meaning:
      'Rows of the provisioning log are lost: there was no more room for them, or the database would not take them. The requests were answered nevertheless.',
    fields: ['rows'],
  },
  'audit.provisioning-log-policy.unread': {
    level: 'warn',
    meaning:
      'It is not known for which connections the provisioning log keeps values; until it is, it keeps none.',
    fields: ['error'],
  },
  'keys.values.rewrapped': {
    level: 'info',
    meaning:
      'Values that another master key wrapped are under `keyId`, which seals. `left` are still under others: the next round sees to them, but for `failed`, which do not open.',
    fields: ['keyId', 'rewrapped', 'left', 'failed'],
  },
  'keys.round.postponed': {
    level: 'warn',
    meaning:
      'Values could not be wrapped anew, usually because the database is away. What was done stays done, and it goes on.',
    fields: ['error'],
  },
  'keys.file.unread': {
    level: 'warn',
    meaning:
      'The key file is not as it should be; the keys that were read of it before are kept. Said once.',
    fields: ['error'],
  },
  'keys.master-key.lacking': {
    level: 'error',
    meaning:
      'Another master key has taken over, and this node does not have it: it is not ready. Put the key file here that the other nodes have. Said once.',
    fields: ['keyIds'],
  },
  'etl.look.failed': {
    level: 'warn',
    meaning:
      'Somebody watches a tenant, and looking at it failed, usually because the database is away.',
    fields: [...ERROR],
  },
  'etl.batch.undone': {
    level: 'warn',
    meaning:
      'A batch was undone; nothing of it is changed. It is tried again with fewer rows until the one at fault stands alone.',
    fields: ['tenantId', 'limit', ...ERROR],
  },
  'etl.batch.postponed': {
    level: 'warn',
    meaning: 'The database was away in the middle of a batch. The next poll takes it up again.',
    fields: ['tenantId', 'limit', ...ERROR],
  },
  'etl.poll.failed': {
    level: 'warn',
    meaning: 'Looking for what is pending failed, usually because the database is away.',
    fields: [...ERROR],
  },
  'etl.stalled.ended': {
    level: 'warn',
    meaning:
      'A node stood still in the middle of a statement (stopped, swapped out), and its session with the database was ended: what it had begun is undone, and others load on.',
    fields: ['pid', 'stoodMs', 'msg'],
  },
  'etl.stalled.not-permitted': {
    level: 'warn',
    meaning:
      'The role rollcall_app may not end sessions, its own neither: grant it execute on pg_terminate_backend(integer, bigint) in this database. Until then whoever stands still in the middle of a statement holds the tenant that it loads. Said once; the next start looks again.',
    fields: [...ERROR],
  },
  'etl.listener.lost': {
    level: 'warn',
    meaning:
      'The connection that hears of writes on other nodes broke. Polling finds them until it is back.',
    fields: [...ERROR],
  },
  'etl.notification.failed': {
    level: 'debug',
    meaning: 'Other nodes could not be told of a write. They find it by polling.',
    fields: [...ERROR],
  },
} as const satisfies Record<string, LogEvent>
