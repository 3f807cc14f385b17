import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '..')

/** Folders of the sources, which other layers each may import, and which of these packages. */
const ROOMS: readonly (readonly [folder: string, layers: readonly string[], packages: readonly string[]])[] =
  [
    ['core', [], ['node:buffer']],
    ['operations', ['core'], []],
    ['ui', ['core'], ['chalk']],
    ['files', ['core'], ['node:fs', 'smol-toml', 'yaml']],
    ['filter', ['core'], ['@bufbuild/cel']],
    ['contract', ['core'], ['ajv']],
    ['cli', ['core', 'ui', 'files', 'filter', 'contract'], ['@oclif/core', 'node:buffer', 'node:fs']],
    [
      'commands',
      ['core', 'ui', 'files', 'filter', 'contract', 'operations', 'cli', 'transport'],
      ['@oclif/core']
    ],
    ['transport', ['core'], ['node:url']],
    ['transport/sockets', ['core'], ['ws']],
    ['transport/clock', ['core'], []],
    ['transport/connecting', ['core'], []],
    ['transport/exchange', ['core'], []],
    ['transport/wire', ['core'], []],
    ['transport/amqp', ['core'], ['node:buffer']],
    ['transport/mqtt', ['core'], ['mqtt', 'node:buffer']],
    ['transport/embedded', ['core'], ['classic-level', 'node:buffer', 'node:fs', 'node:url', 'ws']]
  ]
const PACKAGES = [
  '@bufbuild/cel',
  '@oclif/core',
  'ajv',
  'classic-level',
  'chalk',
  'chalk/deep',
  'mqtt',
  'node:buffer',
  'node:fs',
  'node:url',
  'smol-toml',
  'unknown',
  'ws',
  'yaml'
]
/** The folders of `transport` that know a protocol. */
const PROTOCOLS = ['amqp', 'mqtt', 'embedded']
const DEPTHS = ['', '/deep', '/deep/deeper']

const layers = readdirSync(join(root, 'src'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)

const planted = mkdtempSync(join(tmpdir(), 'tidings-walls-'))
let refused: ReadonlySet<string>

/** Whether a file of this folder may import from that folder of `transport`. */
function knowsProtocol(folder: string, protocol: string): boolean {
  if (folder === 'src/transport') return true
  if (folder === 'src/commands' || folder.startsWith('src/commands/')) return true
  // MQTT's scheme `local` is the embedded broker, which a socket leads to and which speaks MQTT.
  if (protocol === 'embedded') return /^src\/transport\/(mqtt|sockets)/.test(folder)
  return protocol === 'mqtt' && folder.startsWith('src/transport/embedded')
}

/** Layers whose world is handed in, and what they may not take from the process. */
const PURE = ['contract', 'core', 'filter', 'operations', 'ui']
const GLOBALS = [
  'process',
  'globalThis',
  'console',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'performance'
]

/** Everything that a file of this folder could import, and whether it may. */
function importsIn(folder: string): (readonly [specifier: string, allowed: boolean])[] {
  const up = '../'.repeat(folder.split('/').length - 1)
  const [layer] = folder.slice('src/'.length).split('/')
  const [, may = [], own = []] = ROOMS.findLast(([room]) => folder.startsWith(`src/${room}`)) ?? []
  return [
    ['./beside.js', true],
    ...layers
      .filter((name) => name !== layer)
      .flatMap((name): [string, boolean][] => [
        [`${up}${name}/file.js`, may.includes(name)],
        [`${up}${name}/some/where/file.js`, may.includes(name)]
      ]),
    ...PROTOCOLS.filter((protocol) => !folder.startsWith(`src/transport/${protocol}`)).map(
      (protocol) => [`${up}transport/${protocol}/file.js`, knowsProtocol(folder, protocol)] as const
    ),
    ...PACKAGES.map((name): [string, boolean] => [name, own.includes(name)])
  ]
}

const fileOf = (folder: string, at: number | string) => `${folder}/planted-${at}.ts`

// Files of `transport` itself lie at its top; the folders in it have walls of their own.
const folders = ROOMS.flatMap(([room]) =>
  DEPTHS.map((depth) => `src/${room}${depth}`).filter((folder) => !folder.startsWith('src/transport/deep'))
)

beforeAll(() => {
  copyFileSync(join(root, 'biome.json'), join(planted, 'biome.json'))
  for (const folder of folders) {
    for (const [at, [specifier]] of importsIn(folder).entries()) {
      const path = join(planted, fileOf(folder, at))
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, `export { planted } from '${specifier}'\n`)
    }
    for (const name of GLOBALS)
      writeFileSync(join(planted, fileOf(folder, name)), `export const planted = ${name}\n`)
  }
  const linter = join(root, 'node_modules/@biomejs/biome/bin/biome')
  const options = [
    '--only=style/noRestrictedImports',
    '--only=style/noRestrictedGlobals',
    '--max-diagnostics=none',
    '--reporter=json',
    '--vcs-enabled=false'
  ]
  const { stdout } = spawnSync(process.execPath, [linter, 'lint', ...options, 'src'], {
    cwd: planted,
    encoding: 'utf8',
    maxBuffer: 2 ** 28
  })
  refused = new Set(Array.from(stdout.matchAll(/src\/[\w/]+\/planted-\w+\.ts/g), ([path]) => path))
})

afterAll(() => rmSync(planted, { recursive: true }))

describe('a file imports what its layer may and nothing else', () => {
  it.each(folders)('in %s', (folder) => {
    const imports = importsIn(folder)
    const judged = imports.map(([specifier], at) => [specifier, !refused.has(fileOf(folder, at))])
    expect(judged).toEqual(imports)
  })
})

describe('a file takes nothing from the process that its layer is handed', () => {
  it.each(folders)('in %s', (folder) => {
    const isPure = PURE.some((layer) => folder.startsWith(`src/${layer}`))
    const taken = GLOBALS.filter((name) => !refused.has(fileOf(folder, name)))
    expect(taken).toEqual(isPure ? [] : GLOBALS)
  })
})
