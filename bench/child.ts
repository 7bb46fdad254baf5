/** A process of its own for what must not share ours: it lives while `act` does. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'

export async function withChild<T>(
  file: string,
  words: readonly string[],
  act: (child: ChildProcess) => Promise<T>,
): Promise<T> {
  const child = fork(file, words)
  const ended = once(child, 'exit')
  // Whoever stops the bench stops it too.
  const kill = () => void child.kill()
  process.once('exit', kill)
  try {
    return await act(child)
  } finally {
    child.kill()
    await ended
    process.off('exit', kill)
  }
}

/** What it says next. @throws Error when it ends instead; why is on its stderr, which is ours */
export async function nextMessage<T>(child: ChildProcess): Promise<T> {
  const heard = new AbortController()
  const { signal } = heard
  const ended = once(child, 'exit', { signal }).then(([code]): never => {
    throw new Error(`${child.spawnargs.at(1)} ended with ${code}.`)
  })
  try {
    const [message] = await Promise.race([once(child, 'message', { signal }), ended])
    return message as T
  } finally {
    heard.abort()
    ended.catch(() => undefined)
  }
}
