/** How much memory a process holds, looked at every second. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** What it holds now, in MiB. */
export async function memoryOf(pid: number): Promise<number> {
  const { stdout } = await run('ps', ['-o', 'rss=', '-p', String(pid)])
  return Number(stdout) / 1024
}

export function watchMemory(pid: number) {
  let most = 0
  const look = async () => {
    most = Math.max(most, await memoryOf(pid))
  }
  const timer = setInterval(() => void look().catch(() => undefined), 1_000).unref()
  return {
    /** @returns the most it held at any look, in MiB */
    async stop(): Promise<number> {
      clearInterval(timer)
      await look()
      return most
    },
  }
}
