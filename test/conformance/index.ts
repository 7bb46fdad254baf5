/**
 * The conformance suite: SCIM checks that know a URL and a token and nothing else. `npm run
 * conformance` runs it against any server; the tests beside this file run it against ours.
 */
export { type Check, Failed, FEATURES, type Group } from './check.ts'
export { GROUPS } from './checks/index.ts'
export { type KnownGap, KNOWN_GAPS } from './known-gaps.ts'
export { lineOf, listOfChecks, summaryOf } from './report.ts'
export { type Result, type Run, runSuite, selected } from './run.ts'
