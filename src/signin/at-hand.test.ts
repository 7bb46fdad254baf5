import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createAtHand, type Asked, type Holder } from './at-hand.ts'

const jane: Holder = { identityId: 'idn_1', tellsGroups: true }
const NOTHING: Asked = { person: undefined, hasLeft: false, groups: undefined }

function open() {
  let underWay: object | undefined = {}
  const asked: Holder[] = []
  return {
    ...createAtHand({ request: () => underWay }),
    asked,
    ask: async (holder: Holder) => {
      asked.push(holder)
      return NOTHING
    },
    nextRequest: (is: object | undefined) => {
      underWay = is
    },
  }
}

test('who has shown something before is asked about once when it is shown again', async () => {
  const { holds, askAhead, takeAhead, ask, asked } = open()
  holds('hash-1', jane)

  askAhead('hash-1', ask)
  askAhead('hash-1', ask)

  assert.equal(takeAhead('idn_2'), undefined)
  assert.equal(await takeAhead('idn_1'), NOTHING)
  assert.equal(takeAhead('idn_1'), undefined, 'good for one question')
  assert.deepEqual(asked, [jane])
})

test('nobody is asked about ahead of a stranger, or where no request is under way', () => {
  const { holds, askAhead, takeAhead, ask, asked, nextRequest } = open()
  holds('hash-1', jane)

  askAhead('hash-2', ask)
  assert.equal(takeAhead('idn_1'), undefined)
  nextRequest(undefined)
  askAhead('hash-1', ask)

  assert.deepEqual(asked, [])
})

// SEC R-8
test('what one request has asked is no answer for the next', () => {
  const { holds, askAhead, takeAhead, ask, nextRequest } = open()
  holds('hash-1', jane)
  askAhead('hash-1', ask)

  nextRequest({})

  assert.equal(takeAhead('idn_1'), undefined)
})

test('where asking ahead fails, whoever takes the answer hears of it, and nobody else', async () => {
  const { holds, askAhead, takeAhead } = open()
  holds('hash-1', jane)

  askAhead('hash-1', () => Promise.reject(new Error('away')))

  await assert.rejects(async () => takeAhead('idn_1'), /away/)
})
