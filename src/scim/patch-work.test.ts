import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startScim, USER } from '../../test/support/scim.ts'

const times = (length: number, make: (index: number) => unknown) =>
  Array.from({ length }, (_, index) => make(index))

// SEC P-2, L-5
test('operations that would go through more text than a request may are tooMany, and nothing is changed', async () => {
  const { hire, patch, read } = startScim()
  const emails = times(20, (n) => ({ value: `${n}${'é'.repeat(40_000)}`, type: 't' }))
  const { id } = await hire('nadia', { emails })
  const before = await read(id)
  const sixty = times(60, (n) => `value co "${n}z"`).join(' or ')

  const replies = [
    await patch(id, { op: 'replace', path: 'title', value: 'x' }, remove(`emails[${sixty}]`)),
    await patch(id, ...times(1_000, () => remove('emails[value eq "z"]'))),
    await patch(id, ...times(1_000, () => ({ op: 'add', path: 'emails', value: { value: 'z' } }))),
  ]

  for (const { status, body } of replies)
    assert.deepEqual([status, body.scimType], [400, 'tooMany'], body.detail)
  assert.deepEqual(await read(id), before)
})

test('a thousand operations on a hundred values of usual length are not too many (SEC P-2)', async () => {
  const { hire, patch } = startScim()
  const { id } = await hire('nadia', {
    emails: times(100, (n) => ({ value: `somebody.${n}@subsidiary.example`, type: 'work' })),
  })
  const operations = times(1_000, (n) => ({
    op: 'replace',
    path: `emails[type eq "work" and value eq "somebody.${n % 100}@subsidiary.example"].display`,
    value: `${n}`,
  }))

  const { status, body } = await patch(id, ...operations)

  assert.equal(status, 200)
  assert.equal(body.emails[99].display, '999')
})

// SEC P-9
test('a resource is no longer than its limit, however small the steps', async () => {
  const { ask, hire, patch, read } = startScim()
  const long = (from: number) => times(20, (n) => ({ value: `${from + n}${'x'.repeat(60_000)}` }))
  const { id } = await hire('nadia', { emails: long(0) })
  const body = { schemas: [USER], userName: 'nadia', emails: long(0), roles: long(0) }

  const refused = [
    await patch(id, { op: 'add', path: 'emails', value: long(20) }),
    await patch(id, { op: 'add', path: 'roles', value: long(0) }),
    await ask('PUT', `/Users/${id}`, body),
    await ask('POST', '/Users', { ...body, userName: 'other' }),
  ]

  for (const { status, body: said } of refused)
    assert.deepEqual([status, said.scimType], [400, 'invalidValue'], said.detail)
  assert.equal((await read(id)).emails.length, 20)
})

test('ten operations of a request may look at every member, and not one more (SEC P-2, L-5)', async () => {
  const { found, hire, patch, read } = startScim()
  const { id } = await found('Crew', [(await hire('a')).id])
  const where = remove('members[display eq "nobody"]')

  const many = await patch(id, ...times(11, () => where))
  const few = await patch(id, ...times(10, () => where))

  assert.deepEqual([many.status, many.body.scimType], [400, 'tooMany'])
  assert.deepEqual([few.status, (await read(id)).members.length], [204, 1])
})

function remove(path: string): object {
  return { op: 'remove', path }
}
