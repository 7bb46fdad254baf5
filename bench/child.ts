/** A process of its own for what must not share ours: it lives while `act` does. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { basename } from 'node:path'

/** @throws Error when it ends before `act` does */
export async function withChild<T>(
  file: string,
  words: readonly string[],
  act: (child: ChildProcess) => Promise<T>,
): Promise<T> {
  const child = fork(file, words)
  const ended = once(child, 'exit')
  const died = ended.then(([code]): never => {
    throw new Error(`${basename(file)} ended with ${code}.`)
  })
  // Whoever stops the bench stops it too.
  const kill = () => void child.kill()
  process.once('exit', kill)
  try {
    return await Promise.race([act(child), died])
  } finally {
    child.kill()
    await ended
    process.off('exit', kill)
  }
}

/** What it says next. */
export async function nextMessage<T>(child: ChildProcess): Promise<T> {
  const [message] = (await once(child, 'message')) as [T]
  return message
}
