import assert from 'node:assert/strict'
import { test } from 'node:test'
import { REFUSALS, type RefusalCode } from '../../lib/index.ts'
import { html } from './html.ts'
import { consentPage, logoutPage, pickerPage, refusalPage, signedOutPage } from './index.ts'

const HOSTILE = `"><script>alert('x')</script>&`

// SEC W-5, R-11
test('what is put into a page is text', () => {
  assert.equal(
    html`<p title="${HOSTILE}">${['<b>', html`<i>${'<'}</i>`, false, undefined, 7]}</p>`.html,
    '<p title="&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;">&lt;b&gt;<i>&lt;</i>7</p>',
  )
})

// SEC W-4
test('every page lets nothing in from elsewhere and runs no script', () => {
  const pages = [
    ...Object.keys(REFUSALS).map((code) =>
      refusalPage({ code: code as RefusalCode, reference: 'sgn_x', detail: HOSTILE }),
    ),
    pickerPage([{ name: HOSTILE, href: '?connection=con_x' }]),
    consentPage({
      tenant: HOSTILE,
      connection: HOSTILE,
      administrator: HOSTILE,
      returnsTo: 'https://system-admin.okta.com/cb',
    }),
    logoutPage('<form id="op.logoutForm"></form>', 'https://site.example'),
    signedOutPage(),
  ]

  for (const { headers, body } of pages) {
    const policy = headers['content-security-policy'] ?? ''
    assert.match(policy, /^default-src 'none'; style-src 'self';/)
    assert.match(policy, /frame-ancestors 'none'; form-action 'self'/)
    assert.doesNotMatch(policy, /unsafe|script-src/)
    assert.doesNotMatch(body, /<script|\sstyle=|\son\w+=/i)
    assert.match(body, /<html lang="en">/)
    assert.equal(body.match(/<h1>/g)?.length, 1)
  }
})

test('a page shows its code and its reference, and only one that waits asks again', () => {
  const plain = refusalPage({ code: 'user_not_found', reference: 'sgn_1' })
  const waiting = refusalPage({
    code: 'fqn_not_found',
    reference: 'sgn_2',
    waiting: { stage: 'Received; paused.', sinceSeconds: 125, estimateSeconds: undefined },
  })

  assert.equal(plain.status, 403)
  assert.equal(plain.headers['refresh'], undefined)
  assert.doesNotMatch(plain.body, /<form/, 'no attempt is known that could be gone back from')
  assert.match(plain.body, /<code>sgn_1<\/code>[^]*<code>user_not_found<\/code>/)
  assert.equal(waiting.status, 503)
  assert.equal(waiting.headers['refresh'], '3')
  assert.match(waiting.body, /Received; paused\.[^]*2 minutes[^]*when somebody has seen to it/)
})

test('a refusal leads back to the site, where alone its form may end', () => {
  const { body, headers } = refusalPage({
    code: 'user_not_found',
    reference: 'sgn_1',
    site: HOSTILE,
    wayBack: { action: '/t/ten_1/sign-in/1', endsAt: 'https://site.example' },
  })

  assert.match(body, /<form method="post" action="\/t\/ten_1\/sign-in\/1">[^]*Back to &quot;&gt;/)
  assert.match(
    headers['content-security-policy'] ?? '',
    /form-action 'self' https:\/\/site\.example;/,
  )
})

test('a consent form may end where Okta is called back', () => {
  const { headers } = consentPage({
    tenant: 'Acme',
    connection: 'Okta',
    administrator: 'it@acme.example',
    returnsTo: 'https://system-admin.okta.com/admin/app/cpc/x/oauth/callback',
  })

  assert.match(
    headers['content-security-policy'] ?? '',
    /form-action 'self' https:\/\/system-admin\.okta\.com;/,
  )
})
