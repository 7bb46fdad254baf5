/**
 * The applications of the organisation: added by an administrator, each with a name of its own.
 *
 * The name stands in the address that an application connected by OAuth 2.0 returns to. The path is
 * Okta's; its host is `system-admin.okta.com`, and here the simulated Okta itself.
 */
import type { App, AppSettings } from './app.ts'
import type { Org } from './org.ts'
import { createApp, type Pace } from './scim/index.ts'

export interface NewApp extends AppSettings {
  /** As Okta sends, or as fast as answers come. */
  readonly pace: Pace
}

export interface Apps {
  readonly apps: readonly App[]
  /** Adds an application to provision; nobody has it yet. Throws if the name is taken. */
  readonly addApp: (app: NewApp) => App
  /** Where an application of that name returns to; known before there is one. */
  readonly oauthRedirectUriFor: (appName: string) => string
}

/** Requests of one application that are under way at once. */
const AT_ONCE = 8

export function createApps({ url, org }: { url: string; org: Org }): Apps {
  const apps: App[] = []
  const oauthRedirectUriFor = (name: string) => {
    if (!/^[A-Za-z0-9_-]{1,100}$/.test(name))
      throw new Error(`"${name}" is no name of an application: it takes letters, digits, _ and -.`)
    return `${url}/admin/app/cpc/${name}/oauth/callback`
  }

  return {
    apps,
    oauthRedirectUriFor,
    addApp: (settings) => {
      const oauthRedirectUri = oauthRedirectUriFor(settings.name)
      if (apps.some(({ name }) => name === settings.name))
        throw new Error(`There is an application "${settings.name}" already.`)
      const app = createApp({ ...settings, org, concurrency: AT_ONCE, oauthRedirectUri })
      apps.push(app)
      return app
    },
  }
}
