/**
 * `npm run conformance -- URL TOKEN [URL2 TOKEN2]`: our SCIM checks against any server. URL is the
 * SCIM root, where /Users lies. A second URL and token, of another tenant, add the checks that nothing
 * of the one can be seen or changed from the other.
 *
 * Run it against a connection that is there for it, and once at a time: what it makes, it removes.
 * Exit 0 when every MUST was held, 1 when not, 2 when misused.
 */
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import {
  Failed,
  lineOf,
  listOfChecks,
  type Run,
  runSuite,
  selected,
  summaryOf,
} from '../test/conformance/index.ts'

const USAGE = `npm run conformance -- URL TOKEN [URL2 TOKEN2] [--only GROUP,CHECK…] [--json FILE]
npm run conformance -- --list [--only GROUP,CHECK…]

  URL TOKEN      the SCIM root of a connection, such as https://id.example.com/scim/v2/con_…, and its token
  URL2 TOKEN2    those of another tenant, for the checks that the two are kept apart
  --only         checks whose id begins so, such as patch or filter.precedence; several with commas
  --json FILE    also write the results, with what was expected and seen, as JSON
  --list         name the checks and run none`

class Misused extends Error {}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  if (error instanceof Misused) console.error(`${error.message}\n\n${USAGE}`)
  else console.error(error instanceof Failed ? `Cannot run: ${error.message}` : error)
  process.exitCode = error instanceof Misused ? 2 : 1
}

async function main(words: readonly string[]): Promise<number> {
  const { values, positionals } = parse(words)
  const only = (values.only ?? '').split(',').filter((each) => each !== '')
  const groups = selected(only)
  if (groups.length === 0) throw new Misused(`No check begins with ${only.join(' or ')}.`)
  if (values.list === true) {
    console.log(listOfChecks(groups))
    return 0
  }
  const [target, neighbour] = targetsOf(positionals)
  let group = ''
  const run = await runSuite({
    target,
    neighbour,
    only,
    onResult: (result, { title }) => {
      if (group !== title) console.log(`\n${title}`)
      group = title
      console.log(lineOf(result))
    },
  })
  console.log(`\n${summaryOf(run)}`)
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(run, null, 2)}\n`)
  return isHeld(run) ? 0 : 1
}

function isHeld({ results }: Run): boolean {
  return !results.some(({ level, outcome }) => level === 'MUST' && outcome === 'failed')
}

function parse(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: true,
      options: { only: { type: 'string' }, json: { type: 'string' }, list: { type: 'boolean' } },
    })
  } catch (error) {
    throw new Misused(error instanceof Error ? error.message : String(error))
  }
}

interface Target {
  readonly url: string
  readonly token: string
}

/** @throws Misused */
function targetsOf(words: readonly string[]): [Target, Target | undefined] {
  if (words.length !== 2 && words.length !== 4)
    throw new Misused('It takes a URL and a token, or two of each.')
  const [target, other] = [words.slice(0, 2), words.slice(2)].map(([url = '', token = '']) => ({
    url,
    token,
  }))
  if (target === undefined || !/^https?:\/\//.test(target.url) || !URL.canParse(target.url))
    throw new Misused(`"${target?.url}" is no http or https URL.`)
  if (words.length === 2 || other === undefined) return [target, undefined]
  if (!/^https?:\/\//.test(other.url) || !URL.canParse(other.url))
    throw new Misused(`"${other.url}" is no http or https URL.`)
  if (other.url === target.url) throw new Misused('The second URL must be that of another tenant.')
  return [target, other]
}
