/** How a page looks to whoever asks for it: in their language, under their tenant's brand. */
import type { IncomingHttpHeaders } from 'node:http'
import { type Texts, textsFor, textsIn } from './texts/index.ts'

export interface Brand {
  readonly name: string
  /** Of this server; undefined without a logo. */
  readonly logo:
    | { readonly href: string; readonly width: number; readonly height: number }
    | undefined
  /** Of the style sheet with the tenant's colours; undefined where they are ours. */
  readonly style: string | undefined
}

export const STYLE_PATH = '/t/style.css'
/** At the address of a site behind the gateway only what is below this is ours. */
const GATEWAY_STYLE_PATH = '/.rollcall/style.css'

export interface Look {
  readonly texts: Texts
  /** Where the style sheet of every page lies. */
  readonly style: string
  /** Undefined where the tenant has none, or nobody knows yet which tenant it is. */
  readonly brand: Brand | undefined
}

interface Asked {
  readonly headers: IncomingHttpHeaders
}

/** The page in the language that the site asked for, where we speak it, and else in the browser's. */
export function inLocales<T>(locales: unknown, page: (look: Look) => T): (look: Look) => T {
  const texts = textsIn(locales)
  return texts === undefined ? page : (look) => page({ ...look, texts })
}

export function lookOf({ headers }: Asked, brand?: Brand): Look {
  return { texts: textsFor(headers['accept-language']), style: STYLE_PATH, brand }
}

/** At the site's own address, where our brand files are not. */
export function lookBehindGateway(asked: Asked): Look {
  return { ...lookOf(asked), style: GATEWAY_STYLE_PATH }
}
