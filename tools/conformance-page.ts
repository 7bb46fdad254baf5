/**
 * The page of the conformance checks, from their list. It needs no server to tell what holds: the
 * tests of the suite keep the list of known gaps true, so whatever is not in it holds.
 */
import { type Check, FEATURES, type Group, GROUPS, KNOWN_GAPS } from '../test/conformance/index.ts'

export function conformanceLines(): string[] {
  const checks = GROUPS.flatMap((group) => group.checks)
  const count = (level: Check['level']) => checks.filter((check) => check.level === level).length
  return [
    `${checks.length} checks of SCIM 2.0 (RFC 7643, 7644 and 9865, and what identity providers need beyond them): ${count('MUST')} MUST,`,
    `${count('SHOULD')} SHOULD, ${count('MAY')} MAY. They know a URL and a token and nothing else, so they run against any server:`,
    '',
    '    npm run conformance -- URL TOKEN [URL2 TOKEN2] [--only patch,filter.precedence] [--json results.json]',
    '    npm run conformance -- --list',
    '',
    'URL is the SCIM root, where `/Users` lies: for Rollcall the BaseUrl of a connection. Give it a connection that is there for',
    'this, once at a time. What a run makes carries the prefix `conformance-` and is removed; what a killed run left behind, the',
    'next one removes. URL2 and TOKEN2 are those of another tenant, for the checks that nothing of the one can be seen, found or',
    'changed from the other; it needs a connection for this too. Exit 0 when every MUST was held, 1 when not, 2 when misused.',
    '',
    'What a server does not announce is skipped, and the report says so; what it announces must work. A MAY that does not hold is',
    'told and counts as nothing.',
    '',
    'The tests of Rollcall run all of this over HTTP against the server, on the embedded PostgreSQL and on the oldest one that is',
    'supported, and against the rules over a store in memory. All of it holds but what stands under the next heading: a check that',
    'fails and is not there fails the tests, and so does one that is there and holds.',
    '',
    '## Known gaps',
    '',
    ...gaps(),
    ...GROUPS.flatMap(section),
  ]
}

function gaps(): string[] {
  if (KNOWN_GAPS.length === 0) return ['None.']
  const where = { server: 'the server', memory: 'the store in memory', both: 'both' }
  return [
    '| Check | At | Because |',
    '|---|---|---|',
    ...KNOWN_GAPS.map(({ id, at, reason }) => `| \`${id}\` | ${where[at]} | ${reason} |`),
  ]
}

function section({ title, needs = [], checks }: Group): string[] {
  const skipped = needs.map((feature) => FEATURES[feature])
  return [
    '',
    `## ${title}`,
    '',
    ...(skipped.length === 0 ? [] : [`Skipped where ${skipped.join(', or ')}.`, '']),
    '| | Check | | Section |',
    '|---|---|---|---|',
    ...checks.map(
      ({ id, level, title: what, section: source }) =>
        `| ${level} | ${plain(what)} | \`${id}\` | ${plain(source)} |`,
    ),
  ]
}

/** Text as text: nothing of it may begin a column, a tag or emphasis. */
function plain(text: string): string {
  return text.replaceAll(/[\\|<*_[\]]/g, (sign) => `\\${sign}`)
}
