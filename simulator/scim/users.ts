/**
 * What Okta sends about people: create or take over, update, deactivate, activate.
 *
 * Okta looks a person up by login before it creates, and whom it finds it takes over without asking:
 * updates and, if need be, activates. A person renamed while they did not have the application is
 * not found, and is created again under the same externalId.
 */
import type { App } from '../app.ts'
import type { Person } from '../org.ts'
import { newUser, updatedUser } from './bodies.ts'
import { find, idOf, lookup } from './client.ts'
import type { Given } from './dialects/dialect.ts'
import { eachAtOnce } from './pace.ts'

type UserJobs = Pick<App, 'assign' | 'unassign' | 'reactivate' | 'pushProfile' | 'provisionAll'>

export function createUserJobs(given: Given & { readonly concurrency: number }): UserJobs {
  const { client, dialect, links, record, concurrency } = given

  const putProfile = async (person: Person, scimId: string) => {
    const path = `/Users/${scimId}`
    await client.send('PUT', path, updatedUser(await client.send('GET', path), person))
    record.wrote({ kind: 'user', scimId })
  }

  const setActive = async (scimId: string, active: boolean) => {
    await dialect.setActive(scimId, active)
    record.wrote({ kind: 'user', scimId })
  }

  /** A create whose answer was lost may have arrived: each try begins with looking. */
  const findOrCreate = (person: Person) =>
    client.retry(async () => {
      const found = await find(client.sendOnce, lookup('Users', 'userName', person.login))
      if (found) return { scimId: idOf(found, 'user'), found }
      const scimId = idOf(await client.sendOnce('POST', '/Users', newUser(person)), 'user')
      record.wrote({ kind: 'user', scimId })
      return { scimId, found }
    })

  const provision = (person: Person, sentence: string) =>
    links.inTurn(person, () =>
      record.job(`assign ${person.login}`, sentence, async () => {
        const { scimId, found } = await findOrCreate(person)
        links.link(person, scimId)
        links.assigned.add(person.id)
        if (!found) return
        if (found.active !== true) await setActive(scimId, true)
        await putProfile(person, scimId)
      }),
    )

  const assign = (person: Person) => provision(person, `Error while creating user ${person.login}`)

  return {
    assign,
    reactivate: (person) => provision(person, `Error while reactivating user ${person.login}`),
    unassign: (person) =>
      links.inTurn(person, () => {
        const { login } = person
        return record.job(
          `unassign ${login}`,
          `Error while deactivating user ${login}`,
          async () => {
            const scimId = links.scimIdOf(person)
            if (scimId === undefined || !links.assigned.delete(person.id)) return
            await setActive(scimId, false)
          },
        )
      }),
    pushProfile: (person) =>
      links.inTurn(person, () => {
        const sentence = `Error while trying to push profile update for ${person.login}`
        return record.job(`push profile of ${person.login}`, sentence, async () => {
          const scimId = links.scimIdOf(person)
          const isSilent = person.status !== 'ACTIVE' || !links.assigned.has(person.id)
          if (scimId !== undefined && !isSilent) await putProfile(person, scimId)
        })
      }),
    provisionAll: async (people, onProgress) => {
      let done = 0
      let failed = 0
      await eachAtOnce(people, concurrency, async (person) => {
        const outcome = await assign(person)
        if (outcome.done) done += 1
        else failed += 1
        onProgress?.(done + failed, people.length)
      })
      return { done, failed }
    },
  }
}
