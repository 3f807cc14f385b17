import { mkdirSync, mkdtempSync, realpathSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openChunkLoader } from '../../../src/cli/start/chunk-loader.js'

let folder: string

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'tidings-chunks-')))
  mkdirSync(join(folder, 'chunks'))
  writeFileSync(join(folder, 'main.js'), 'exports.sum = () => 1 + require("./chunks/other.js").value')
  writeFileSync(join(folder, 'chunks', 'other.js'), 'exports.value = 2')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const run = (loader: ReturnType<typeof openChunkLoader>) =>
  (loader.load(join(folder, 'main.js')) as { sum(): number }).sum()

function keptCode() {
  const loader = openChunkLoader(folder, new Map())
  expect(run(loader)).toBe(3)
  expect(loader.compiledAny()).toBe(true)
  return loader.compiledCode()
}

describe('chunks', () => {
  it('run from what an earlier run kept of them, and are not compiled again', () => {
    const kept = keptCode()
    expect([...kept.keys()].sort()).toEqual([join('chunks', 'other.js'), 'main.js'])
    const loader = openChunkLoader(folder, kept)
    expect(run(loader)).toBe(3)
    expect(loader.compiledAny()).toBe(false)
  })

  it('that somebody has edited since run as they are now, also if their size is the same', () => {
    const kept = keptCode()
    const path = join(folder, 'chunks', 'other.js')
    writeFileSync(path, 'exports.value = 4')
    utimesSync(path, 1_000_000, 1_000_000)
    const loader = openChunkLoader(folder, kept)
    expect(run(loader)).toBe(5)
    expect(loader.compiledAny()).toBe(true)
  })
})
