/** How a page looks to whoever asks for it: in their language, under their tenant's brand. */
import type { IncomingHttpHeaders } from 'node:http'
import { type Texts, textsFor } from './texts/index.ts'

export interface Brand {
  readonly name: string
  /** Of this server; undefined without a logo. */
  readonly logo:
    | { readonly href: string; readonly width: number; readonly height: number }
    | undefined
  /** Of the style sheet with the tenant's colours; undefined where they are ours. */
  readonly style: string | undefined
}

export interface Look {
  readonly texts: Texts
  /** Undefined where the tenant has none, or nobody knows yet which tenant it is. */
  readonly brand: Brand | undefined
}

export function lookOf(
  { headers }: { readonly headers: IncomingHttpHeaders },
  brand?: Brand,
): Look {
  return { texts: textsFor(headers['accept-language']), brand }
}
