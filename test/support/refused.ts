/** What the admin API answers when it refuses, for `assert.rejects`. */
import { ApiError } from '../../src/contract/index.ts'
import type { RefusalCode } from '../../src/lib/index.ts'

export function isRefused(code: RefusalCode, why: RegExp): (error: unknown) => boolean {
  return (error) =>
    error instanceof ApiError &&
    error.code === code &&
    why.test([error.message, ...error.problems.map(({ at }) => at)].join(' '))
}
