import { mkdtempSync, promises, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { formatEnvelope } from '../../../src/core/envelope/envelope.js'
import { formatRecordingHeader } from '../../../src/core/recording/recording-header.js'
import { RecordingSource } from '../../../src/files/recording/recording-source.js'
import { makePipe } from '../../support/make-pipe.js'
import { textMessage } from '../../support/memory-connection.js'
import { MemoryIo } from '../../support/memory-io.js'

const folder = mkdtempSync(join(tmpdir(), 'tidings-recordings-'))
afterAll(() => rmSync(folder, { recursive: true }))

const NOON = Date.UTC(2026, 0, 1, 12) * 1000
const SECOND = 1_000_000

/** A recording with messages so many seconds after noon. */
function fileOf(name: string, seconds: readonly number[], started?: number): string {
  const header =
    started === undefined
      ? ''
      : formatRecordingHeader({
          started: NOON + started * SECOND,
          broker: name,
          patterns: ['#'],
          tidings: '1'
        })
  const lines = seconds.map((second) =>
    formatEnvelope({ ...textMessage(name, String(second)), time: NOON + second * SECOND })
  )
  const file = join(folder, `${name}.jsonl`)
  writeFileSync(file, `${header}${lines.map((line) => `${line}\n`).join('')}`)
  return file
}

const sourceOf = (names: readonly string[], stdin?: string) =>
  new RecordingSource(names, new MemoryIo(stdin === undefined ? {} : { stdin }), {})
const a = fileOf('a', [1, 3])
const b = fileOf('b', [2, 9], 1)

async function channelsOf(source: RecordingSource): Promise<string> {
  let found = ''
  for await (const batch of source.open(10))
    for (const item of batch) if ('message' in item) found += item.message.channel
  return found
}

describe('recordings that a user names', () => {
  it('are one, by time, and can be read again', async () => {
    const source = sourceOf([a, b])
    expect([await channelsOf(source), await channelsOf(source)]).toEqual(['abab', 'abab'])
    expect(source.started).toBe(NOON + SECOND)
    expect(source.rereadable).toBe(true)
  })

  it('may come from stdin, once', async () => {
    const source = sourceOf(['-', a], `${formatEnvelope({ ...textMessage('s'), time: NOON + 2 * SECOND })}\n`)
    expect(source.rereadable).toBe(false)
    expect(await channelsOf(source)).toBe('asa')
  })

  it.skipIf(process.platform === 'win32')('may come through a pipe, once, and whole', async () => {
    const pipe = makePipe(folder, 'pipe')
    const source = sourceOf([pipe])
    expect([source.rereadable, await source.readHeader()]).toEqual([false, undefined])
    const [found] = await Promise.all([channelsOf(source), promises.writeFile(pipe, readFileSync(b))])
    expect(found).toBe('bb')
    const refused = { kind: 'usage', code: 'repeated-stream' }
    expect(() => source.check(2)).toThrow(expect.objectContaining(refused))
    expect(() => sourceOf([pipe, pipe]).check()).toThrow(
      expect.objectContaining({
        ...refused,
        message: `cannot replay "${pipe}" twice: it can be read only once`
      })
    )
  })

  it('say whose they are by the first header that there is, without touching stdin', async () => {
    expect((await sourceOf(['-', a, b]).readHeader())?.broker).toBe('b')
    expect(await sourceOf(['-', a]).readHeader()).toBeUndefined()
  })

  it('end with the last message of any, where their ends tell', async () => {
    expect(await sourceOf([a, b]).findEnd()).toBe(NOON + 9 * SECOND)
    expect(await sourceOf([a, '-'], '').findEnd()).toBeUndefined()
  })
})

describe('recordings are refused before anything is sent', () => {
  it.each([
    ['stdin twice', ['-', '-'], 1],
    ['stdin in several rounds', ['-'], 2]
  ])('%s', (_what, names, rounds) => {
    expect(() => sourceOf(names).check(rounds)).toThrow(
      expect.objectContaining({ kind: 'usage', code: 'repeated-stream' })
    )
  })

  it('a file that is not there', () => {
    expect(() => sourceOf([a, join(folder, 'none')]).check()).toThrow(
      expect.objectContaining({ kind: 'bad-input' })
    )
    expect(() => sourceOf([a, '-']).check()).not.toThrow()
  })
})
