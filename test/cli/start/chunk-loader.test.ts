import { mkdirSync, mkdtempSync, realpathSync, rmSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, posix } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openChunkLoader } from '../../../src/cli/start/chunk-loader.js'
import type { CompiledScript } from '../../../src/cli/start/code-cache.js'

/** They require one another in every way that a build writes. */
const files = {
  'main.js': 'exports.sum = () => 1 + require("./chunks/other.js").value',
  'chunks/other.js': 'exports.value = 2',
  'commands/broker/status.js': 'exports.value = require("../../chunks/third.js").value',
  'chunks/third.js': 'exports.value = require("./other.js").value + require("node:path").sep.length',
  'where.js': 'module.exports = [__filename, __dirname, require("./commands/broker/where.js")]',
  'commands/broker/where.js': 'module.exports = [__filename, __dirname]',
  'import.js': 'exports.ofNode = (specifier) => import(specifier)'
}

let folder: string

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'tidings-chunks-')))
  for (const [name, source] of Object.entries(files)) {
    mkdirSync(join(folder, dirname(name)), { recursive: true })
    writeFileSync(join(folder, name), source)
  }
  writeFileSync(join(folder, 'package.json'), '{"type":"commonjs"}')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const open = (compiled: readonly CompiledScript[] = [], together: readonly string[] = []) =>
  openChunkLoader(
    { folder, nodeRequire: createRequire(join(folder, 'start.js')), together: () => together },
    compiled.map((script) => ({ chunks: script.chunks, read: () => script }))
  )
const run = (loader: ReturnType<typeof openChunkLoader>) =>
  (loader.load('main.js') as { sum(): number }).sum()
const names = (scripts: readonly CompiledScript[]) =>
  scripts.map(({ chunks }) => chunks.map(({ name }) => name))

function keptCode(together: readonly string[]) {
  const loader = open([], together)
  expect(run(loader)).toBe(3)
  expect(loader.compiledAny()).toBe(true)
  return loader.compiledScripts()
}

function edit(name: string, source: string) {
  writeFileSync(join(folder, name), source)
  utimesSync(join(folder, name), 1_000_000, 1_000_000)
}

describe.each([
  { how: 'each by itself', together: [] },
  { how: 'together', together: ['chunks/other.js', 'main.js'] }
])('chunks that are compiled $how', ({ together }) => {
  it('run from what an earlier run kept of them, and are not compiled again', () => {
    const kept = keptCode(together)
    expect(names(kept).flat().sort()).toEqual(['chunks/other.js', 'main.js'])
    const loader = open(kept, together)
    expect(run(loader)).toBe(3)
    expect(loader.compiledAny()).toBe(false)
    expect(names(loader.compiledScripts())).toEqual(names(kept))
  })

  it('run as they are now if somebody has edited one since, also if its size is the same', () => {
    const kept = keptCode(together)
    edit('chunks/other.js', 'exports.value = 4')
    const loader = open(kept, together)
    expect(run(loader)).toBe(5)
    expect(loader.compiledAny()).toBe(true)
    expect(run(open(loader.compiledScripts(), together))).toBe(5)
  })

  it('cannot run when one of them is gone', () => {
    const kept = keptCode(together)
    unlinkSync(join(folder, 'chunks', 'other.js'))
    expect(() => run(open(kept, together))).toThrow('ENOENT')
  })

  it('know where they are, and find others from there', () => {
    const loader = open([], [...together, 'commands/broker/where.js', 'where.js'])
    expect(loader.load('where.js')).toEqual([
      posix.join(folder, 'where.js'),
      folder,
      [posix.join(folder, 'commands/broker/where.js'), posix.join(folder, 'commands/broker')]
    ])
    expect(loader.load('commands/broker/status.js')).toEqual({ value: 3 })
  })
})

describe('chunks', () => {
  it('that are needed together are one script; what is needed later is one by itself, and is kept as well', () => {
    const together = ['chunks/other.js', 'main.js']
    const first = open([], together)
    run(first)
    first.load('commands/broker/status.js')
    const kept = first.compiledScripts()
    expect(names(kept)).toEqual([together, ['commands/broker/status.js'], ['chunks/third.js']])

    const second = open(kept, together)
    run(second)
    expect(names(second.compiledScripts())).toEqual([together])
    second.load('commands/broker/status.js')
    expect(second.compiledAny()).toBe(false)
  })

  it('are run once, by whatever path they are asked for', () => {
    const loader = open()
    edit(
      'chunks/other.js',
      `exports.same = require(${JSON.stringify(join(folder, 'chunks', 'other.js'))}) === exports`
    )
    expect(loader.load('chunks/other.js')).toEqual({ same: true })
  })

  it('that fail are run again when they are asked for again', () => {
    edit(
      'chunks/other.js',
      'globalThis.ran = (globalThis.ran ?? 0) + 1; if (globalThis.ran < 2) throw new Error("once")'
    )
    const loader = open()
    expect(() => loader.load('chunks/other.js')).toThrow('once')
    expect(loader.load('chunks/other.js')).toEqual({})
    Reflect.deleteProperty(globalThis, 'ran')
  })
})
