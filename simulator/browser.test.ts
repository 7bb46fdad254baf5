import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import { test, type TestContext } from 'node:test'
import { createBrowser } from './browser.ts'

/** Serves pages by path: text is HTML, a function answers by itself. */
async function serve(t: TestContext, pages: Record<string, string | RequestListener>) {
  const requests: IncomingMessage[] = []
  const server = createServer((request, response) => {
    requests.push(request)
    const page = pages[new URL(request.url ?? '/', 'http://host').pathname] ?? '<h1>None</h1>'
    if (typeof page === 'function') return page(request, response)
    response.setHeader('content-type', 'text/html').end(page)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const { port } = server.address() as { port: number }
  return { url: `http://127.0.0.1:${port}`, requests }
}

const redirect =
  (location: string, status = 303): RequestListener =>
  (_, response) =>
    response.writeHead(status, { location }).end()

const setCookies =
  (...cookies: string[]): RequestListener =>
  (_, response) =>
    response.setHeader('set-cookie', cookies).setHeader('content-type', 'text/html').end('<p>Set')

test('a page is read as a person reads it: title, heading, text, links, forms', async (t) => {
  const { url } = await serve(t, {
    '/a/page': `<!doctype html><TITLE>Tea &amp; co</TITLE><style>h1 { color: red }</style>
      <h1 class=big>Choose <em>your</em> tea</h1><!-- <a href="/no">No</a> -->
      <script>if (1 < 2) document.write('<a href="/never">Never</a>')</script>
      <a href=../b>Next&nbsp;page</a>
      <form method=post action=order><input name=tea value=green>
        <input type=checkbox name=milk value=yes><input type=checkbox name=sugar checked>
        <select name=size><option value=s>Small<option value=l selected>Large</select>
        <textarea name=note>as &lt;hot&gt; as it gets</textarea>
        <button name=do value=buy>Order it</button><input type=hidden name=off disabled value=1>
      </form><button form=late type=submit>Later</button><form id="late" action="/late"></form>`,
  })

  const page = await createBrowser().open(`${url}/a/page`)

  assert.equal(page.title, 'Tea & co')
  assert.equal(page.heading, 'Choose your tea')
  assert.doesNotMatch(page.text, /color|write|Never/)
  assert.deepEqual(page.links, [{ text: 'Next page', href: `${url}/b` }])
  const [order, late] = page.forms
  assert.deepEqual([order?.action, order?.method], [`${url}/a/order`, 'POST'])
  assert.deepEqual(
    order?.fields.map(({ name, value, sent }) => [name, value, sent]),
    [
      ['tea', 'green', true],
      ['milk', 'yes', false],
      ['sugar', 'on', true],
      ['size', 'l', true],
      ['note', 'as <hot> as it gets', true],
    ],
  )
  assert.deepEqual(order?.buttons, [{ text: 'Order it', name: 'do', value: 'buy' }])
  assert.deepEqual([late?.buttons[0]?.text, late?.method], ['Later', 'GET'])
})

test('a form sends what a person filled in, what stood there, and the button that was pressed', async (t) => {
  let sent = ''
  const { url, requests } = await serve(t, {
    '/': `<form method="post" action="/take"><input name="a" value="1"><input name="b">
      <button name="say" value="no">No</button><button name="say" value="yes">Yes</button></form>`,
    '/take': (request, response) => {
      request.on('data', (chunk: Buffer) => (sent += chunk.toString()))
      request.on('end', () => redirect('/done', 302)(request, response))
    },
  })
  const browser = createBrowser()
  await browser.open(url)

  await browser.submit({ b: 'ü & ö' }, { button: 'Yes' })

  assert.equal(sent, 'a=1&b=%C3%BC+%26+%C3%B6&say=yes')
  assert.deepEqual(
    requests.map(({ method, url: path }) => [method, path]),
    [
      ['GET', '/'],
      ['POST', '/take'],
      ['GET', '/done'],
    ],
  )
  assert.equal(requests[1]?.headers.origin, url)
  assert.equal(requests[1]?.headers['sec-fetch-site'], 'same-origin')
})

test('what a person could not do is refused, and the error says what is there', async (t) => {
  const { url } = await serve(t, { '/': '<h1>Hi</h1><a href="/x">Out</a><form><input name=a>' })
  const browser = createBrowser()
  assert.throws(() => browser.page, /no page yet/)
  await browser.open(url)

  await assert.rejects(browser.submit({ b: '1' }), /no field "b"; there is: "a"/)
  await assert.rejects(browser.submit({}, { button: 'Go' }), /no button "Go"; there is: none/)
  await assert.rejects(browser.follow('In'), /no link "In"; there is: "Out"/)
  await assert.rejects(browser.refresh(), /asks for no refresh/)
})

test('cookies: by host without the port, by path, kept and dropped as they say (RFC 6265)', async (t) => {
  const there = await serve(t, {})
  const { url, requests } = await serve(t, {
    '/set': setCookies(
      'plain=1',
      'deep=2; Path=/deep; HttpOnly',
      '__Host-good=3; Secure; Path=/; SameSite=Lax',
      '__Host-bad=4; Path=/',
      'none=5; SameSite=None',
      'far=6; Domain=elsewhere.example',
      'gone=7; Max-Age=0',
      'old=8; Expires=Thu, 01 Jan 1970 00:00:00 GMT',
    ),
    '/unset': setCookies('plain=; Max-Age=0'),
  })
  const browser = createBrowser()
  await browser.open(`${url}/set`)

  await browser.open(`${url}/deeper`)
  await browser.open(`${url}/deep/er`)
  await browser.open(there.url)
  await browser.open(`${url}/unset`)
  await browser.open(`${url}/`)

  const seen = requests.map(({ headers }) => headers.cookie)
  assert.deepEqual(seen.slice(1), [
    'plain=1; __Host-good=3',
    'deep=2; plain=1; __Host-good=3',
    'plain=1; __Host-good=3',
    '__Host-good=3',
  ])
  assert.equal(there.requests[0]?.headers.cookie, 'plain=1; __Host-good=3')
})

test('a refresh is obeyed after its seconds, by header and by meta element, also a relative one', async (t) => {
  const { url } = await serve(t, {
    '/a': '<meta http-equiv="Refresh" content="7; URL=b?x=1&amp;y=2">',
    '/b': (_, response) => response.setHeader('refresh', '2;url=/c').end('wait'),
    '/c': '<h1>There</h1>',
  })
  const waited: number[] = []
  const browser = createBrowser({ sleep: async (ms) => void waited.push(ms) })
  await browser.open(`${url}/a`)

  const middle = await browser.refresh()
  const end = await browser.refresh()

  assert.deepEqual([middle.url, middle.text], [`${url}/b?x=1&y=2`, 'wait'])
  assert.equal(end.heading, 'There')
  assert.deepEqual(waited, [7000, 2000])
})

test('form-action holds on every redirect after the form, as in Chrome', async (t) => {
  const other = await serve(t, { '/': '<h1>Other</h1>' })
  const guarded =
    (policy: string): RequestListener =>
    (_, response) =>
      response
        .writeHead(200, { 'content-type': 'text/html', 'content-security-policy': policy })
        .end('<form method="post" action="/away"><button>Go</button></form>')
  const { url } = await serve(t, {
    '/self': guarded("default-src 'none'; form-action 'self'"),
    '/listed': guarded(`form-action 'self' ${other.url}`),
    '/away': redirect(other.url),
  })
  const browser = createBrowser()

  await browser.open(`${url}/self`)
  await assert.rejects(browser.submit(), /forbids its form to lead to/)
  await browser.open(`${url}/listed`)
  assert.equal((await browser.submit()).heading, 'Other')
})

test('a page that submits itself is submitted if its policy lets the script run', async (t) => {
  const script = 'document.forms[0].submit()'
  const page = `<form action="/next"></form><script>${script}</script>`
  const withPolicy =
    (policy: string, body = page): RequestListener =>
    (_, response) =>
      response
        .writeHead(200, { 'content-type': 'text/html', 'content-security-policy': policy })
        .end(body)
  const ofFile = page.replace(/<script.*/, '<script src="/submit.js"></script>')
  const { url } = await serve(t, {
    '/submit.js': script,
    '/file': withPolicy("default-src 'none'; script-src 'self'", ofFile),
    '/no-file': withPolicy("default-src 'none'", ofFile),
    '/free': page,
    '/none': withPolicy("script-src 'self'"),
    '/hash': withPolicy("script-src 'sha256-ePniVEkSivX/c7XWBGafqh8tSpiRrKiqYeqbG7N1TOE='"),
    '/next': '<h1>Next</h1>',
  })
  const browser = createBrowser()

  const headings = []
  for (const path of ['/free', '/none', '/hash', '/file', '/no-file'])
    headings.push((await browser.open(url + path)).heading)

  assert.deepEqual(headings, ['Next', '', 'Next', 'Next', ''])
})

test('a page without a referrer sends Origin null, and endless redirects end', async (t) => {
  const { url, requests } = await serve(t, {
    '/': (_, response) =>
      response
        .writeHead(200, { 'content-type': 'text/html', 'referrer-policy': 'no-referrer' })
        .end('<form method="post" action="/round"></form>'),
    '/round': redirect('/round', 307),
  })
  const browser = createBrowser()
  await browser.open(url)

  await assert.rejects(browser.submit(), /More than 25 redirects/)

  assert.equal(requests[1]?.headers.origin, 'null')
  assert.equal(requests[2]?.method, 'POST')
})
