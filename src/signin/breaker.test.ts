import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createBreaker, type Outcome } from './breaker.ts'

function newBreaker() {
  let now = 1_000_000
  const breaker = createBreaker(() => now)
  return {
    ...breaker,
    pass: (seconds: number) => (now += seconds * 1000),
    end(times: number, outcome: Outcome) {
      for (let each = 0; each < times; each += 1) breaker.begin()(outcome)
    },
  }
}

// SEC X-4
test('five calls in a row that nobody answers open it, and four do not', () => {
  const { end, refuses } = newBreaker()

  end(4, 'silent')
  const afterFour = refuses()
  end(1, 'silent')

  assert.deepEqual([afterFour, refuses()], [false, true])
})

// SEC X-4
test('an answer in between closes the count, and what says nothing of the host does not count', () => {
  const { end, isOpen } = newBreaker()

  end(4, 'silent')
  end(1, 'answered')
  end(4, 'silent')
  end(9, 'nothing')

  assert.equal(isOpen(), false)
})

// SEC X-4
test('calls of a hiccup that end when somebody has been answered since open nothing', () => {
  const { begin, end, isOpen } = newBreaker()

  const swallowed = Array.from({ length: 16 }, () => begin())
  end(1, 'answered')
  for (const ended of swallowed) ended('silent')

  assert.equal(isOpen(), false)
})

// SEC X-4
test('after its time one call tries, alone; each that fails doubles the time to half a minute', () => {
  const { begin, end, pass, refuses } = newBreaker()
  end(5, 'silent')

  const waits = [5, 10, 20, 30, 30].map((seconds) => {
    pass(seconds - 1)
    const early = refuses()
    pass(1)
    const inTime = refuses()
    const tried = begin()
    const beside = refuses()
    tried('silent')
    return [early, inTime, beside]
  })

  for (const seen of waits) assert.deepEqual(seen, [true, false, true])
})

// SEC X-4
test('a try that is answered closes it, and what fails next begins anew with five and 5 seconds', () => {
  const { end, isOpen, pass, refuses } = newBreaker()
  end(5, 'silent')
  pass(5)
  end(1, 'silent')
  pass(10)

  end(1, 'answered')
  const closed = !isOpen()
  end(4, 'silent')
  const afterFour = refuses()
  end(1, 'silent')
  pass(5)

  assert.deepEqual([closed, afterFour, refuses()], [true, false, false])
})

// SEC X-4
test('a call that goes though it is open closes it if it is answered, and else changes nothing', () => {
  const { end, isOpen, pass, refuses } = newBreaker()
  end(5, 'silent')

  end(3, 'silent')
  pass(5)
  const afterFive = refuses()
  pass(-1)
  end(1, 'answered')

  assert.deepEqual([afterFive, isOpen()], [false, false])
})

test('a clock that is put back does not hold it open', () => {
  const { end, pass, refuses } = newBreaker()
  end(5, 'silent')

  pass(-3600)

  assert.equal(refuses(), false)
})
