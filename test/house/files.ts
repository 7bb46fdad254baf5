/** The files of the repository, as the house's tests look at them: what git would commit. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'

/** Paths from the root: tracked or about to be, and still there. */
export function repositoryFiles(): string[] {
  // A runner's checkout may belong to another user, which git would refuse to look at.
  const git = [
    '-c',
    'safe.directory=*',
    'ls-files',
    '--cached',
    '--others',
    '--exclude-standard',
    '-z',
  ]
  return execFileSync('git', git)
    .toString()
    .split('\0')
    .filter((file) => file !== '' && existsSync(file))
    .toSorted()
}

export function read(file: string): string {
  return readFileSync(file, 'utf8')
}

/** `path:line  text` for each line that matches, so that a failure says where to go. */
export function linesMatching(files: readonly string[], pattern: RegExp): string[] {
  return files.flatMap((file) =>
    read(file)
      .split('\n')
      .flatMap((line, index) =>
        pattern.test(line) ? [`${file}:${index + 1}  ${line.trim().slice(0, 120)}`] : [],
      ),
  )
}
