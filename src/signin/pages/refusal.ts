/**
 * The page of a refusal. For the person: what happened in neutral words, what to do, and a reference
 * to quote; the reason in full is in the sign-in log under that reference (SEC N-4).
 */
import { REFUSALS, type RefusalCode } from '../../lib/index.ts'
import { filled, html, type Html } from './html.ts'
import { frame, type Page } from './layout.ts'
import type { ShownCode, Texts } from './texts/index.ts'

export interface Shown {
  readonly code: RefusalCode
  /** Undefined where there is no attempt to look up. */
  readonly reference: string | undefined
  /** Words that say more than the code does. */
  readonly instead?: keyof Texts['instead'] | undefined
  /** What the developer needs at once, in a library's words. */
  readonly detail?: string | undefined
  /** The issuer that nothing stands for. */
  readonly issuer?: string | undefined
  /** What the person was on the way to, as far as that is known. */
  readonly site?: string | undefined
  readonly tenant?: string | undefined
  readonly waiting?: Waiting | undefined
  /** The address of the attempt: a form ends it, and the browser then comes back to the site. */
  readonly wayBack?:
    | {
        readonly action: string
        /** Whoever asks for that address goes to the identity provider once more. */
        readonly beginsAnew?: boolean
      }
    | undefined
}

export interface Waiting {
  readonly stage: keyof Texts['waiting']['stages']
  readonly sinceSeconds: number
  /** Undefined where it depends on somebody's decision. */
  readonly estimateSeconds: number | undefined
  /** Only when the person says so (WCAG 2.2.2), at the same address with `?by=hand`. */
  readonly triesByHand: boolean
}

const RETRY_SECONDS = 3

export function refusalPage(shown: Shown): Page {
  const { code, reference, waiting } = shown
  const instead = waiting?.triesByHand === true ? 'byHand' : shown.instead
  return (look) => {
    const { texts } = look
    const { title, what, todo } = {
      ...(texts.refusals[code as ShownCode] ?? texts.refusals.unavailable),
      ...(instead && texts.instead[instead]),
    }
    return frame(look, {
      status: REFUSALS[code].status,
      title,
      refreshSeconds: waiting?.triesByHand === false ? RETRY_SECONDS : undefined,
      body: html`<p>${what}</p>
        <p>${todo} ${reference !== undefined && texts.quoteReference}</p>
        ${waiting && waitingRows(texts, waiting)} ${actions(texts, shown)}
        <dl>${facts(texts, shown)}</dl>`,
    })
  }
}

function facts(texts: Texts, { site, tenant, reference, code, detail, issuer }: Shown): Html[] {
  const rows = [
    [texts.site, site],
    [texts.organization, tenant],
    [texts.reference, reference && html`<code>${reference}</code>`],
    [texts.code, html`<code>${code}</code>`],
    [texts.detail, issuer === undefined ? detail : filled(texts.issuer, { issuer })],
  ] as const
  return rows.flatMap(([name, value]) => (value === undefined ? [] : row(name, value)))
}

function waitingRows(texts: Texts, { stage, sinceSeconds, estimateSeconds }: Waiting): Html {
  const { waiting, language } = texts
  const since = asUnits(sinceSeconds)
  const duration = new Intl.NumberFormat(language, {
    style: 'unit',
    unit: since.unit,
    unitDisplay: 'long',
  })
  return html`<div role="status">
    <dl>
      ${row(waiting.stage, waiting.stages[stage])}
      ${row(waiting.since, duration.format(since.amount))}
      ${row(
        waiting.expected,
        estimateSeconds === undefined ? waiting.whenDecided : fromNow(language, estimateSeconds),
      )}
    </dl>
  </div>`
}

function fromNow(language: string, seconds: number): string {
  const { amount, unit } = asUnits(seconds)
  return new Intl.RelativeTimeFormat(language).format(amount, unit)
}

function row(name: string, value: string | Html): Html {
  return html`<dt>${name}</dt>
    <dd>${value}</dd>`
}

function actions(texts: Texts, { site, waiting, wayBack }: Shown): Html | undefined {
  if (wayBack === undefined) return undefined
  const back = site === undefined ? texts.back : filled(texts.backToSite, { site })
  return html`<form method="post" action="${wayBack.action}">
    <p class="actions">
      ${waiting && tryingLink(texts, wayBack.action, waiting)}
      ${wayBack.beginsAnew === true && html`<a class="button" href="${wayBack.action}">${texts.tryAgain}</a>`}
      <button class="quiet" type="submit">${back}</button>
    </p>
  </form>`
}

function tryingLink({ waiting }: Texts, address: string, { triesByHand }: Waiting): Html {
  return triesByHand
    ? html`<a class="button" href="${address}?by=hand">${waiting.tryAgain}</a>`
    : html`<a class="button quiet" href="${address}?by=hand">${waiting.stopTrying}</a>`
}

function asUnits(seconds: number) {
  if (seconds < 90) return { amount: seconds, unit: 'second' } as const
  if (seconds < 5400) return { amount: Math.round(seconds / 60), unit: 'minute' } as const
  return { amount: Math.round(seconds / 3600), unit: 'hour' } as const
}
