/** Sign-ins in two ways: as many as the machine holds, and at an even pace whatever they take. */
import { setTimeout as wait } from 'node:timers/promises'
import { timed } from '../figures.ts'

/** @returns how many were done in that time, each loop one after another */
export async function asManyAsCanBe(
  loops: number,
  seconds: number,
  act: (index: number) => Promise<unknown>,
): Promise<{ readonly done: number; readonly perSecond: number }> {
  const from = performance.now()
  let begun = 0
  const loop = async () => {
    while (performance.now() < from + seconds * 1000) {
      begun += 1
      await act(begun)
    }
  }
  await Promise.all(Array.from({ length: loops }, loop))
  return { done: begun, perSecond: (begun * 1000) / (performance.now() - from) }
}

/** @returns how long each took, in milliseconds */
export async function atPace(
  perSecond: number,
  seconds: number,
  act: (index: number) => Promise<unknown>,
): Promise<readonly number[]> {
  const from = performance.now()
  const running: Promise<number>[] = []
  for (let index = 0; index < perSecond * seconds; index += 1) {
    const dueInMs = from + (index * 1000) / perSecond - performance.now()
    if (dueInMs > 1) await wait(dueInMs)
    running.push(timed(() => act(index)))
  }
  return Promise.all(running)
}
