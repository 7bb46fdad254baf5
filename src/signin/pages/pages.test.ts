import assert from 'node:assert/strict'
import { test } from 'node:test'
import { REFUSALS, type RefusalCode } from '../../lib/index.ts'
import { filled, html } from './html.ts'
import {
  connectionTestPage,
  consentPage,
  continuingPage,
  emailPage,
  type Look,
  logoutPage,
  onwardPage,
  type Page,
  pickerPage,
  refusalPage,
  signedOutPage,
  STYLE_PATH,
  SUBMIT_PATH,
  submissionOf,
  submittingPage,
} from './index.ts'
import { TEXTS } from './texts/index.ts'

const HOSTILE = `"><script>alert('x')</script>&`
const PLAIN: Look = { texts: TEXTS.en, style: STYLE_PATH, brand: undefined }

// SEC W-5, R-11
test('what is put into a page is text', () => {
  assert.equal(
    html`<p title="${HOSTILE}">${['<b>', html`<i>${'<'}</i>`, false, undefined, 7]}</p>`.html,
    '<p title="&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;">&lt;b&gt;<i>&lt;</i>7</p>',
  )
  assert.equal(
    filled('{a} & {b}, {missing}', { a: '<', b: html`<b>${'>'}</b>` }).html,
    '&lt; &amp; <b>&gt;</b>, ',
  )
})

function everyPage(): Page[] {
  return [
    ...Object.keys(REFUSALS).map((code) =>
      refusalPage({ code: code as RefusalCode, reference: 'sgn_x', detail: HOSTILE }),
    ),
    emailPage(),
    connectionTestPage({
      reference: 'sgn_x',
      code: 'token_refused',
      steps: [{ step: 'refused', check: HOSTILE, seen: { [HOSTILE]: [HOSTILE] } }],
    }),
    onwardPage({ name: HOSTILE, href: '?connection=con_x' }),
    continuingPage('https://id.example.com/t/ten_1/connect/authorize/x'),
    pickerPage([{ name: HOSTILE, href: '?connection=con_x' }]),
    consentPage({
      tenant: HOSTILE,
      connection: HOSTILE,
      administrator: HOSTILE,
      returnsTo: 'https://system-admin.okta.com/cb',
    }),
    logoutPage('<form id="op.logoutForm"></form>'),
    signedOutPage(),
    submittingPage(submissionOf('https://site.example/back?a=1&b=2', [[HOSTILE, HOSTILE]])),
  ]
}

// SEC W-4
test('every page lets nothing in from elsewhere and has no script in it, in every language and brand', () => {
  const logo = { href: '/t/ten_1/brand/logo', width: 1, height: 1 }
  const brand = { name: HOSTILE, logo, style: '/t/ten_1/brand/style.css' }

  for (const texts of Object.values(TEXTS))
    for (const page of everyPage()) {
      const { headers, body } = page({ texts, style: STYLE_PATH, brand })
      const policy = headers['content-security-policy'] ?? ''
      assert.match(policy, /^default-src 'none'; style-src 'self';/)
      // The form of one alone goes elsewhere, by itself, and not without a button.
      const own = body.replace(`<script src="${SUBMIT_PATH}"></script>`, '')
      const [elsewhere, scripts] = own === body ? ['', ''] : [' https:', "; script-src 'self'"]
      assert.match(policy, new RegExp(`frame-ancestors 'none'; form-action 'self'${elsewhere};`))
      assert.match(policy, new RegExp(`; require-trusted-types-for 'script'${scripts}$`))
      assert.doesNotMatch(policy, /unsafe/)
      assert.doesNotMatch(own, /<script|\sstyle=|\son\w+=/i)
      assert.ok(body.includes(`<html lang="${texts.language}" dir="${texts.dir}">`))
      assert.equal(headers['content-language'], texts.language)
      assert.equal(headers['vary'], 'Accept-Language')
      assert.equal(body.match(/<h1>/g)?.length, 1)
      assert.doesNotMatch(body, /[{}]|undefined|NaN/)
    }
})

test('a page shows its code and its reference, and only one that waits asks again', () => {
  const plain = refusalPage({ code: 'user_not_found', reference: 'sgn_1' })(PLAIN)
  const waiting = (triesByHand: boolean) =>
    refusalPage({
      code: 'fqn_not_found',
      reference: 'sgn_2',
      waiting: { stage: 'paused', sinceSeconds: 125, estimateSeconds: undefined, triesByHand },
      wayBack: { action: '/t/ten_1/sign-in/1' },
    })(PLAIN)

  assert.equal(plain.status, 403)
  assert.equal(plain.headers['refresh'], undefined)
  assert.doesNotMatch(plain.body, /<form/, 'no attempt is known that could be gone back from')
  assert.match(plain.body, /<code>sgn_1<\/code>[^]*<code>user_not_found<\/code>/)
  const { status, headers, body } = waiting(false)
  assert.deepEqual([status, headers['refresh']], [503, '3'])
  assert.match(body, /paused by an operator\.[^]*2 minutes[^]*when somebody has seen to it/)
  assert.match(body, /href="\/t\/ten_1\/sign-in\/1\?by=hand">Stop trying/)
  const byHand = waiting(true)
  assert.equal(byHand.headers['refresh'], undefined, 'WCAG 2.2.2')
  assert.match(byHand.body, /href="\/t\/ten_1\/sign-in\/1\?by=hand">Try again now/)
  assert.match(body, /this page tries again by itself/)
  assert.doesNotMatch(byHand.body, /by itself/)
})

test('how long it takes is worded by the language', () => {
  const waiting = {
    stage: 'busy',
    sinceSeconds: 1,
    estimateSeconds: 130,
    triesByHand: false,
  } as const
  const page = refusalPage({ code: 'fqn_not_found', reference: 'sgn_2', waiting })

  const expected = { en: /in 2 minutes/, de: /in 2 Minuten/, ja: /2 分後/ }
  for (const [language, words] of Object.entries(expected))
    assert.match(page({ ...PLAIN, texts: TEXTS[language as keyof typeof TEXTS] }).body, words)
})

test('a refusal leads back to the site', () => {
  const { body } = refusalPage({
    code: 'user_not_found',
    reference: 'sgn_1',
    site: HOSTILE,
    wayBack: { action: '/t/ten_1/sign-in/1' },
  })(PLAIN)

  assert.match(body, /<form method="post" action="\/t\/ten_1\/sign-in\/1">[^]*Back to &quot;&gt;/)
})

test('a refusal that can be tried again leads there, and one that cannot does not', () => {
  const wayBack = { action: '/t/ten_1/sign-in/1' }
  const linkOf = (beginsAnew: boolean) =>
    /<a class="button" href="([^"]+)">Try again<\/a>/.exec(
      refusalPage({
        code: 'idp_error',
        reference: 'sgn_1',
        wayBack: { ...wayBack, beginsAnew },
      })(PLAIN).body,
    )?.[1]

  assert.deepEqual([linkOf(true), linkOf(false)], ['/t/ten_1/sign-in/1', undefined])
})
