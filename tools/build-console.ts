/**
 * `npm run build`: makes the console's files in console/dist, compressed beside themselves, as the
 * server hands them out. `--if-stale` does nothing where they are of the present sources, and only
 * says so where the tools are not installed: `npm start` runs it, and serves either way.
 */
import { createHash } from 'node:crypto'
import { globSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const DIST = join(ROOT, 'console/dist')
/** Holds the digest of what was built. */
const BUILT_FROM = join(DIST, '.built-from')
const SOURCES = ['console/**', 'src/{contract,lib}/**/*.ts', 'package-lock.json']
const COMPRESSIBLE = /\.(?:html|js|css|svg)$/

export interface BuiltFile {
  /** Below dist. */
  readonly name: string
  readonly content: Buffer
}

/** The files, without writing them. @throws Error of the bundler; where it is not installed, of Node */
export async function bundleConsole(): Promise<BuiltFile[]> {
  const built = await bundle()
  if (!('output' in built)) throw new Error('The bundler gave something else than one bundle.')
  return built.output.map((file) => ({
    name: file.fileName,
    content: Buffer.from(file.type === 'chunk' ? file.code : file.source),
  }))
}

async function bundle() {
  const { NODE_ENV: said } = process.env
  try {
    return await bundleBy(await import('vite'))
  } finally {
    // The bundler says that it is `production`, and whatever runs later in this process would hear it.
    if (said === undefined) delete process.env['NODE_ENV']
    else process.env['NODE_ENV'] = said
  }
}

function bundleBy({ build }: typeof import('vite')) {
  return build({
    configFile: false,
    root: join(ROOT, 'console'),
    base: '/console/',
    // Its warnings are about directives for servers that render; what is wrong is thrown.
    logLevel: 'error',
    publicDir: false,
    build: {
      write: false,
      target: 'es2023',
      // Inline scripts and data: addresses are not let in (SEC W-4).
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      rolldownOptions: {
        input: [join(ROOT, 'console/index.html'), join(ROOT, 'console/setup.html')],
      },
      chunkSizeWarningLimit: 1500,
    },
  })
}

export function brotli(content: Buffer): Buffer {
  return brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } })
}

/** Builds where what is there is not of the present sources. */
export async function buildConsole(): Promise<void> {
  const digest = digestOfSources()
  if (readBuiltFrom() === digest) return
  const files = await bundleConsole()
  rmSync(DIST, { recursive: true, force: true })
  for (const { name, content } of files) {
    const path = join(DIST, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, content)
    if (!COMPRESSIBLE.test(name)) continue
    writeFileSync(`${path}.br`, brotli(content))
    writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }))
  }
  writeFileSync(BUILT_FROM, digest)
}

function digestOfSources(): string {
  const digest = createHash('sha256')
  const files = globSync(SOURCES, { cwd: ROOT, exclude: ['console/dist/**'] }).toSorted()
  for (const name of files.filter((file) => statSync(join(ROOT, file)).isFile()))
    digest
      .update(name)
      .update('\0')
      .update(readFileSync(join(ROOT, name)))
  return digest.digest('hex')
}

function readBuiltFrom(): string | undefined {
  try {
    return readFileSync(BUILT_FROM, 'utf8')
  } catch {
    return undefined
  }
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { 'if-stale': { type: 'boolean', default: false } } })
  if (!values['if-stale']) rmSync(BUILT_FROM, { force: true })
  try {
    await buildConsole()
  } catch (error) {
    const isMissing =
      error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND'
    if (!isMissing || !values['if-stale']) throw error
    console.error('The console is not built: what builds it is not installed. Run: npm ci')
  }
}
