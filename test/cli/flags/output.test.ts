import fs, { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AS_FOR_PEOPLE, messageOutputOf } from '../../../src/cli/flags/output.js'
import { textMessage } from '../../support/memory-connection.js'
import { MemoryIo, MemoryOutput } from '../../support/memory-io.js'

type Flags = typeof AS_FOR_PEOPLE
const batch = [textMessage('a', 'one\x1b[2J'), textMessage('b', '"two"')]

/** A world whose stdout is a terminal, or not. */
class World extends MemoryIo {
  override readonly stdout: MemoryOutput
  constructor(isTerminal: boolean) {
    super()
    this.stdout = new MemoryOutput(isTerminal)
  }
}

async function written(flags: Partial<Flags>, isTerminal = false): Promise<string> {
  const world = new World(isTerminal)
  const output = messageOutputOf({ ...AS_FOR_PEOPLE, ...flags }, world)
  await output.write(batch)
  output.close()
  return world.stdout.text
}

describe('the form of messages', () => {
  it('is for people unless a flag says another', async () => {
    expect(await written({})).toBe('a  one\\u001b[2J\nb  "two"\n')
    expect(await written({ pretty: true })).toBe('a  QoS 1\n  one\\u001b[2J\nb  QoS 1\n  "two"\n')
  })

  it('leaves out QoS 0 where that was asked for', async () => {
    const world = new World(false)
    const message = { ...textMessage('a', 'one'), guarantee: 0 as const }
    await messageOutputOf({ ...AS_FOR_PEOPLE, qos: 0 }, world).write([message])
    await messageOutputOf({ ...AS_FOR_PEOPLE, qos: 1 }, world).write([message])
    expect(world.stdout.text).toBe('a  one\na  one  (QoS 0)\n')
  })

  it('has colours with --color always, and follows the width of the terminal', async () => {
    for (const pretty of [false, true]) {
      expect(await written({ color: 'always', pretty })).toContain('\x1b[')
      expect(await written({ color: 'auto', pretty })).not.toContain('\x1b[')
    }
    const world = new World(true)
    const output = messageOutputOf(AS_FOR_PEOPLE, world)
    await output.write([textMessage('a', 'x'.repeat(70))])
    Object.assign(world.stdout, { columns: 60 })
    await output.write([textMessage('a', 'x'.repeat(70))])
    expect(world.stdout.text).toBe(`a  ${'x'.repeat(70)}\na\n  ${'x'.repeat(58)}\n  ${'x'.repeat(12)}\n`)
  })

  it('is an envelope for each with --json', async () => {
    const lines = (await written({ json: true })).trimEnd().split('\n')
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { channel: 'a', payload: 'one\x1b[2J' },
      { channel: 'b', payload: 'two' }
    ])
  })

  it('is the bytes alone with --raw, made visible on a terminal', async () => {
    expect(await written({ raw: true })).toBe('one\x1b[2J\n"two"\n')
    expect(await written({ raw: true, newline: false })).toBe('one\x1b[2J"two"')
    expect(await written({ raw: true }, true)).toBe('one\\u001b[2J\n"two"\n')
  })

  it('is a line of named fields with --format, made visible on a terminal', async () => {
    expect(await written({ format: '{channel}={payload}' })).toBe('a=one\x1b[2J\nb="two"\n')
    expect(await written({ format: '{channel};', newline: false })).toBe('a;b;')
    expect(await written({ format: '{payload}' }, true)).not.toContain('\x1b')
  })

  it('has newlines where it is not bytes', () => {
    expect(() => messageOutputOf({ ...AS_FOR_PEOPLE, newline: false }, new MemoryIo())).toThrow(
      expect.objectContaining({ kind: 'usage', code: 'no-newline-without-raw' })
    )
  })
})

describe('a file that messages go to', () => {
  let folder: string
  let path: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tidings-output-'))
    path = join(folder, 'out')
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  const open = (output = path) => messageOutputOf({ ...AS_FOR_PEOPLE, raw: true, output }, new MemoryIo())
  const text = () => readFileSync(path, 'utf8')

  it('keeps what it held until the broker has let us in, and is emptied once', () => {
    writeFileSync(path, 'precious')
    const output = open()
    expect(text()).toBe('precious')
    output.begin()
    expect(text()).toBe('')
    void output.write(batch)
    output.begin()
    void output.write(batch)
    output.close()
    expect(text()).toBe('one\x1b[2J\n"two"\n'.repeat(2))
  })

  it.each([{ raw: true }, { json: true }, { format: '{payload}' }])(
    'has large payloads in their places: %o',
    (form) => {
      const sizes = [10, 100_000, 5, 32_768, 0, 32_767, 1_500_000]
      const large = sizes.map((size, at) => textMessage('a', 'abcdefg'.charAt(at).repeat(size)))
      const output = messageOutputOf({ ...AS_FOR_PEOPLE, ...form, output: path }, new MemoryIo())
      for (const each of [large, large.slice(1, 2), large]) void output.write(each)
      output.close()
      const lines = text().trimEnd().split('\n')
      const payloads = form.json ? lines.map((line) => String(JSON.parse(line).payload)) : lines
      const texts = large.map(({ payload }) => String(payload))
      expect(payloads.map(({ length }) => length)).toEqual([...sizes, 100_000, ...sizes])
      expect(payloads).toEqual([...texts, texts[1], ...texts])
    }
  )

  it('is emptied by the first messages at the latest', () => {
    writeFileSync(path, 'precious')
    const output = open()
    void output.write([textMessage('a', 'new')])
    output.close()
    expect(text()).toBe('new\n')
  })

  it('is for its owner alone where it is new, and keeps its mode where it was there', () => {
    open().close()
    expect(fs.statSync(path).mode & 0o777).toBe(0o600)
    fs.chmodSync(path, 0o644)
    open().close()
    expect(fs.statSync(path).mode & 0o777).toBe(0o644)
  })

  it('is what a link leads to', () => {
    symlinkSync(path, join(folder, 'link'))
    const output = open(join(folder, 'link'))
    void output.write([textMessage('a', 'new')])
    output.close()
    expect(text()).toBe('new\n')
  })

  it('goes on at its new end after it was cut by somebody else', () => {
    const output = open()
    void output.write([textMessage('a', 'one')])
    fs.truncateSync(path)
    void output.write([textMessage('a', 'two')])
    output.close()
    expect(text()).toBe('two\n')
  })

  it('is stdout where it is called "-"', async () => {
    expect(await written({ raw: true, output: '-' })).toBe('one\x1b[2J\n"two"\n')
  })

  it('is never one that is named like a position in a history, unless it is written as a path', () => {
    expect(() => open('end')).toThrow(
      expect.objectContaining({
        kind: 'usage',
        code: 'position-as-file',
        suggestion: 'for the position: --from latest; for a file of this name: --output ./end'
      })
    )
    expect(() => open('-10')).toThrow(expect.objectContaining({ code: 'position-as-file' }))
    open(join(folder, 'end')).close()
  })

  it('that cannot be opened is a failure that names it', () => {
    expect(() => open(folder)).toThrow(
      expect.objectContaining({ kind: 'output', message: expect.stringContaining(`"${folder}"`) })
    )
  })
})

it('tells when nobody reads stdout any more, and stops to watch in the end', () => {
  let leave: () => void = () => undefined
  let isWatched = false
  const watchReader = (onGone: () => void) => {
    leave = onGone
    isWatched = true
    return () => {
      isWatched = false
    }
  }
  const world = new MemoryIo()
  Object.assign(world.stdout, { watchReader })
  const output = messageOutputOf(AS_FOR_PEOPLE, world)
  expect([output.readerGone.aborted, isWatched]).toEqual([false, true])
  leave()
  expect(output.readerGone.aborted).toBe(true)
  output.close()
  expect(isWatched).toBe(false)
})
