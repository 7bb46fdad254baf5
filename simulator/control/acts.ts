/**
 * What an administrator can do, as a table: the API has a route and the pages have a form for each.
 *
 * Input is text by name, from a form or from JSON. An act answers what there is to tell in JSON and
 * ends when the applications have answered; only giving an application everybody goes on behind.
 */
import type { App } from '../app.ts'
import type { Okta } from '../okta.ts'
import { appIn, groupIn, Misused, personIn } from './find.ts'
import { viewApp, viewGroup, viewPerson } from './view.ts'

export interface Act {
  readonly needs: readonly string[]
  readonly may?: readonly string[]
  /** `given` has what is needed; what may be left out is '' then. */
  readonly run: (okta: Okta, given: (name: string) => string) => unknown
}

const peopleActs: Record<string, Act> = {
  hire: {
    needs: ['givenName', 'familyName'],
    may: ['login', 'title', 'department', 'assign'],
    run: async (okta, given) => {
      const optional = ['login', 'title', 'department'].filter((name) => given(name) !== '')
      const person = okta.hire({
        givenName: given('givenName'),
        familyName: given('familyName'),
        ...Object.fromEntries(optional.map((name) => [name, given(name)])),
      })
      // One after another: two applications may be the same server, and both would create.
      if (given('assign') !== 'no') for (const app of okta.apps) await app.assign(person)
      return viewPerson(okta, person)
    },
  },
  'hire-many': {
    needs: ['count'],
    run: (okta, given) => {
      const count = Number(given('count'))
      if (!/^\d{1,6}$/.test(given('count')) || count === 0)
        throw new Misused(400, `count must be a number from 1 to 999999, not "${given('count')}".`)
      return { hired: okta.hireMany(count).length }
    },
  },
  leave: {
    needs: ['person'],
    run: async (okta, given) => {
      const person = personIn(okta, given('person'))
      await okta.leave(person)
      return viewPerson(okta, person)
    },
  },
  rehire: {
    needs: ['person'],
    run: async (okta, given) => {
      const person = personIn(okta, given('person'))
      await okta.rehire(person)
      return viewPerson(okta, person)
    },
  },
  rename: {
    needs: ['person'],
    may: ['login', 'givenName', 'familyName'],
    run: async (okta, given) => {
      const person = personIn(okta, given('person'))
      const changed = ['login', 'givenName', 'familyName'].filter((name) => given(name) !== '')
      await okta.rename(person, Object.fromEntries(changed.map((name) => [name, given(name)])))
      return viewPerson(okta, person)
    },
  },
  move: {
    needs: ['person', 'from', 'to'],
    run: async (okta, given) => {
      const person = personIn(okta, given('person'))
      const [from, to] = [groupIn(okta, given('from')), groupIn(okta, given('to'))]
      await okta.removeMember(from, person)
      await okta.addMember(to, person)
      return viewPerson(okta, person)
    },
  },
}

const groupActs: Record<string, Act> = {
  'create-group': {
    needs: ['name'],
    may: ['members'],
    run: (okta, given) => {
      const logins = given('members')
        .split(/[\s,]+/)
        .filter(Boolean)
      const members = logins.map((login) => personIn(okta, login))
      return viewGroup(okta, okta.createGroup(given('name'), members))
    },
  },
  'rename-group': {
    needs: ['group', 'name'],
    run: async (okta, given) => {
      const group = groupIn(okta, given('group'))
      await okta.renameGroup(group, given('name'))
      return viewGroup(okta, group)
    },
  },
  'add-member': {
    needs: ['group', 'person'],
    run: async (okta, given) => {
      const group = groupIn(okta, given('group'))
      await okta.addMember(group, personIn(okta, given('person')))
      return viewGroup(okta, group)
    },
  },
  'remove-member': {
    needs: ['group', 'person'],
    run: async (okta, given) => {
      const group = groupIn(okta, given('group'))
      await okta.removeMember(group, personIn(okta, given('person')))
      return viewGroup(okta, group)
    },
  },
  push: {
    needs: ['app', 'group'],
    run: async (okta, given) => {
      const [app, group] = [appIn(okta, given('app')), groupIn(okta, given('group'))]
      await (app.scimIdOf(group) === undefined ? app.pushGroup(group) : app.pushNow(group))
      return viewGroup(okta, group)
    },
  },
  unlink: {
    needs: ['app', 'group'],
    may: ['delete'],
    run: async (okta, given) => {
      const group = groupIn(okta, given('group'))
      await appIn(okta, given('app')).unlinkGroup(group, { delete: given('delete') === 'yes' })
      return viewGroup(okta, group)
    },
  },
}

const OAUTH = ['authority', 'clientId', 'clientSecret'] as const

const appActs: Record<string, Act> = {
  'add-app': {
    needs: ['name', 'kind', 'baseUrl', 'auth', 'pace'],
    may: ['token', ...OAUTH, 'scope'],
    run: async (okta, given) => {
      const mode = oneOf(given, 'auth', ['bearer', 'header', 'oauth'])
      const lacking = (mode === 'oauth' ? OAUTH : ['token']).filter((name) => given(name) === '')
      if (lacking.length > 0) throw new Misused(400, `"${mode}" needs ${lacking.join(', ')}.`)
      const app = okta.addApp({
        name: given('name'),
        kind: oneOf(given, 'kind', ['oin', 'aiw']),
        baseUrl: given('baseUrl'),
        auth: mode === 'oauth' ? { mode } : { mode, token: given('token') },
        pace: oneOf(given, 'pace', ['okta', 'full']),
      })
      return { ...viewApp(app), ...(mode === 'oauth' && (await app.startOauth(oauthIn(given)))) }
    },
  },
  test: onApp((app) => app.test()),
  import: onApp((app) => app.importUsers()),
  'provision-all': onApp((app, okta) => {
    const people = [...okta.org.people.values()].filter(({ status }) => status === 'ACTIVE')
    // Whatever an application refuses is among its tasks; nothing else is lost here.
    app.provisionAll(people).catch(() => undefined)
    return { started: people.length }
  }),
  assign: onApp((app, okta, given) => app.assign(personIn(okta, given('person'))), ['person']),
  unassign: onApp((app, okta, given) => app.unassign(personIn(okta, given('person'))), ['person']),
  'start-oauth': {
    ...onApp((app, _, given) => app.startOauth(oauthIn(given)), OAUTH),
    may: ['scope'],
  },
  'refresh-oauth': onApp((app) => app.refreshOauth()),
  'register-oidc-app': {
    needs: ['redirectUri'],
    may: ['postLogoutRedirectUri'],
    run: (okta, given) => {
      const after = given('postLogoutRedirectUri')
      return okta.registerOidcApp({
        redirectUris: [given('redirectUri')],
        ...(after !== '' && { postLogoutRedirectUris: [after] }),
      })
    },
  },
}

function oauthIn(given: (name: string) => string) {
  return {
    authority: given('authority'),
    clientId: given('clientId'),
    clientSecret: given('clientSecret'),
    scope: given('scope') || undefined,
  }
}

function oneOf<Word extends string>(
  given: (name: string) => string,
  name: string,
  words: readonly Word[],
): Word {
  const word = words.find((each) => each === given(name))
  if (word) return word
  throw new Misused(400, `${name} must be ${words.join(' or ')}, not "${given(name)}".`)
}

/** Every act by its name, which is also its address. */
export const ACTS: Readonly<Record<string, Act>> = { ...peopleActs, ...groupActs, ...appActs }

/** @throws `Misused` when there is no such act or it lacks something */
export async function runAct(okta: Okta, name: string, input: unknown): Promise<unknown> {
  const act = Object.hasOwn(ACTS, name) ? ACTS[name] : undefined
  if (!act) throw new Misused(404, `"${name}" is none of: ${Object.keys(ACTS).join(', ')}.`)
  const entries = Object.entries(typeof input === 'object' && input !== null ? input : {})
  const texts = new Map(
    entries.flatMap(([key, value]) => (typeof value === 'string' ? [[key, value.trim()]] : [])),
  )
  const notText = entries.filter(
    ([key, value]) => act.may?.includes(key) === true && typeof value !== 'string',
  )
  if (notText.length > 0)
    throw new Misused(400, `"${name}" takes ${notText.map(([key]) => key).join(', ')} as text.`)
  const lacking = act.needs.filter((need) => (texts.get(need) ?? '') === '')
  if (lacking.length > 0) throw new Misused(400, `"${name}" needs ${lacking.join(', ')} as text.`)
  return (await act.run(okta, (key) => texts.get(key) ?? '')) ?? { done: true }
}

function onApp(
  run: (app: App, okta: Okta, given: (name: string) => string) => unknown,
  alsoNeeds: readonly string[] = [],
): Act {
  return {
    needs: ['app', ...alsoNeeds],
    run: (okta, given) => run(appIn(okta, given('app')), okta, given),
  }
}
