/**
 * `npm run advisories`: fails on an advisory of a high or critical severity against what runs in production
 * (SEC D-2). A registry that tells nothing of advisories, or none that answers, is said and is no failure.
 */
import { spawnSync } from 'node:child_process'

interface Vulnerability {
  readonly severity: string
  /** Names of packages that bring it, or the advisories themselves. */
  readonly via: readonly (string | { readonly title: string; readonly url: string })[]
}

interface Report {
  readonly vulnerabilities?: Readonly<Record<string, Vulnerability>>
  readonly message?: string
}

const once = ['--fetch-retries=0', '--fetch-timeout=20000']
const words = ['audit', '--json', '--omit=dev', '--package-lock-only', ...once]
const { stdout } = spawnSync('npm', words, { encoding: 'utf8', maxBuffer: 2 ** 26 })
const { vulnerabilities, message } = reportIn(stdout)
if (vulnerabilities === undefined) {
  console.error(`ADVISORIES WERE NOT ASKED FOR: ${message ?? 'npm said nothing of them'}`)
} else {
  const grave = Object.entries(vulnerabilities).filter(([, { severity }]) =>
    ['high', 'critical'].includes(severity),
  )
  for (const [name, { severity, via }] of grave) {
    const causes = via.map((each) =>
      typeof each === 'string' ? each : `${each.title} (${each.url})`,
    )
    console.error(`${severity}: ${name}: ${causes.join(', ')}`)
  }
  console.log(
    `${Object.keys(vulnerabilities).length} packages with advisories, ${grave.length} grave`,
  )
  process.exitCode = grave.length === 0 ? 0 : 1
}

function reportIn(text: string): Report {
  try {
    return JSON.parse(text) as Report
  } catch {
    return { message: text.slice(0, 200) }
  }
}
