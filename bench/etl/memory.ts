/** How much memory a process holds, looked at every second. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

export function watchMemory(pid: number) {
  let most = 0
  const look = async () => {
    const { stdout } = await run('ps', ['-o', 'rss=', '-p', String(pid)])
    most = Math.max(most, Number(stdout) / 1024)
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
