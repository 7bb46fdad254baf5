/**
 * A real Chromium for a test file: the one that `ROLLCALL_TEST_CHROMIUM` names, started once.
 * Where none is named the tests that want it are skipped, and say so.
 */
import { after } from 'node:test'
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core'
import { launchChromium } from './chromium.ts'

const executablePath = process.env['ROLLCALL_TEST_CHROMIUM'] ?? ''

/** Options of a test that wants a browser. */
export const inChromium = {
  skip: executablePath === '' && 'ROLLCALL_TEST_CHROMIUM names no Chromium',
}

export interface OpenedPage {
  readonly page: Page
  /** What the browser complained of: scripts, policies, missing resources. */
  readonly complaints: readonly string[]
}

let started: Promise<Browser> | undefined
after(async () => (await started)?.close())

/** A page in a browser that nobody used before, gone with the test. */
export async function openPage(
  t: { after(act: () => Promise<void>): void },
  options: BrowserContextOptions = {},
): Promise<OpenedPage> {
  started ??= launchChromium(executablePath)
  const context = await (await started).newContext({ locale: 'en-GB', ...options })
  t.after(() => context.close())
  const page = await context.newPage()
  page.setDefaultTimeout(30_000)
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    const { url } = message.location()
    // A page that is itself answered with 403 is one, as it should be; and sites need no icon.
    const isAnswer = /the server responded with a status of (?:4|5)\d\d/.test(message.text())
    const isExpected = isAnswer && (url === page.url() || url.endsWith('/favicon.ico'))
    if (message.type() === 'error' && !isExpected) complaints.push(`${url} ${message.text()}`)
  })
  return { page, complaints }
}

/** As much of a page's own world as is looked at here; these functions run there. */
interface Drawn {
  readonly parentElement: Drawn | null
}
interface Drawing {
  readonly getComputedStyle: (
    element: Drawn,
  ) => Readonly<Record<'color' | 'backgroundColor' | 'outline', string>>
}

/** The ratio of WCAG 2 between an element's text and what is behind it; 4.5 can be read. */
export function contrastOf(located: Locator): Promise<number> {
  return located.evaluate((element: Drawn) => {
    const { getComputedStyle } = globalThis as unknown as Drawing
    const channels = (color: string) => (color.match(/[\d.]+/g) ?? []).map(Number)
    let behind: Drawn | null = element
    while (behind && channels(getComputedStyle(behind).backgroundColor)[3] === 0)
      behind = behind.parentElement
    const lightness = (color: string) => {
      const [red = 0, green = 0, blue = 0] = channels(color)
        .map((value) => value / 255)
        .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
    const paper = behind ? getComputedStyle(behind).backgroundColor : 'rgb(255, 255, 255)'
    const [one, other] = [lightness(getComputedStyle(element).color), lightness(paper)]
    return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05)
  })
}

export function outlineOf(located: Locator): Promise<string> {
  return located.evaluate(
    (element: Drawn) => (globalThis as unknown as Drawing).getComputedStyle(element).outline,
  )
}

export function backgroundOf(located: Locator): Promise<string> {
  return located.evaluate(
    (element: Drawn) =>
      (globalThis as unknown as Drawing).getComputedStyle(element).backgroundColor,
  )
}
