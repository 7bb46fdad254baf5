/** Folders for what a run needs on disk; gone with the process, however that ends. */
import { rmSync } from 'node:fs'
import { chmod, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const made: string[] = []
process.once('exit', () => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true })
})

export async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-bench-'))
  made.push(folder)
  // As root, PostgreSQL runs as somebody else, who must get through here.
  await chmod(folder, 0o711)
  return folder
}
