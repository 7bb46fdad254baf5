/** The peers' packages: installed when they are asked for, beside our own and not among them. */
import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const HERE = fileURLToPath(new URL('./', import.meta.url))
/** Where neither git nor any check of ours looks. */
const FOLDER = fileURLToPath(new URL('../../node_modules/.bench-peers/', import.meta.url))
const FILES = ['package.json', 'package-lock.json']

/** Some 470 packages and 260 MB, without their scripts; nothing when they are there already. */
export function installPeers(): void {
  const isCurrent =
    // npm writes it last.
    existsSync(join(FOLDER, 'node_modules/.package-lock.json')) &&
    FILES.every((file) => read(join(FOLDER, file)) === read(join(HERE, file)))
  if (isCurrent) return
  mkdirSync(FOLDER, { recursive: true })
  for (const file of FILES) copyFileSync(join(HERE, file), join(FOLDER, file))
  const words = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', FOLDER]
  execFileSync('npm', words, { cwd: FOLDER, stdio: ['ignore', 'ignore', 'inherit'] })
}

/** One of them. It has no types here, so whoever asks says what it knows of it. */
export function loadPeer(name: string): unknown {
  return createRequire(join(FOLDER, 'package.json'))(name)
}

function read(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined
}
