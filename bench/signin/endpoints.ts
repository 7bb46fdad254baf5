/** What the token and userinfo endpoints answer a second, beside a bare provider, by turns in the same run. */
import { withBareProvider } from './bare.ts'
import { askUserinfo, type Code, type Cookies, fetchCode, redeem, type Relying } from './visitor.ts'

/** Requests under way at a time. */
const LOOPS = 16
/** Of userinfo for each code: it is the faster one, and a turn of either lasts about as long. */
const USERINFO_EACH = 8

interface Rates {
  readonly token: number
  readonly userinfo: number
}

export interface Compared {
  readonly ours: Rates
  readonly bare: Rates
}

/**
 * @param sessions  the cookies of people who are signed in at our site
 * @param sizes  turns of each side, and codes that it redeems in each
 * @returns requests a second
 */
export async function compareEndpoints(
  site: Relying,
  sessions: readonly Cookies[],
  { redeeming, codes }: { readonly redeeming: number; readonly codes: number },
): Promise<Compared> {
  return withBareProvider(async (bareSite) => {
    const strangers = sessions.map((): Cookies => new Map())
    const [ours, bare] = [createSide(site, sessions), createSide(bareSite, strangers)]
    // Those before the first warm up and are not kept.
    for (let turn = -Math.ceil(redeeming / 2); turn < redeeming; turn += 1) {
      await ours.take(codes, turn >= 0)
      await bare.take(codes, turn >= 0)
    }
    return { ours: ours.rates(), bare: bare.rates() }
  })
}

function createSide(site: Relying, sessions: readonly Cookies[]) {
  const spent = { token: 0, userinfo: 0 }
  let redeemed = 0
  return {
    async take(count: number, isKept: boolean): Promise<void> {
      const codes: Code[] = []
      const tokens: string[] = []
      // A browser does one thing after another; several people come at once.
      await spread(count, sessions.length, async (index) => {
        codes.push(await fetchCode(site, sessions[index % sessions.length] ?? new Map()))
      })
      const tokenMs = await spread(count, LOOPS, async (index) => {
        const code = codes[index]
        if (code !== undefined) tokens.push(await redeem(site, code))
      })
      const userinfoMs = await spread(count * USERINFO_EACH, LOOPS, async (index) => {
        const { status } = await askUserinfo(site, tokens[index % count] ?? '')
        if (status !== 200) throw new Error(`Userinfo is answered with ${status}.`)
      })
      if (!isKept) return
      redeemed += count
      spent.token += tokenMs
      spent.userinfo += userinfoMs
    },
    rates: (): Rates => ({
      token: (redeemed * 1000) / spent.token,
      userinfo: (redeemed * USERINFO_EACH * 1000) / spent.userinfo,
    }),
  }
}

/** Does so many, the nth of each loop after its one before. @returns milliseconds for all of them */
async function spread(
  count: number,
  loops: number,
  act: (index: number) => Promise<void>,
): Promise<number> {
  const from = performance.now()
  await Promise.all(
    Array.from({ length: loops }, async (_, loop) => {
      for (let index = loop; index < count; index += loops) await act(index)
    }),
  )
  return performance.now() - from
}
