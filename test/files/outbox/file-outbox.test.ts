import fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../../src/cli/system-clock.js'
import type { OutboxClaim, StoredBatch } from '../../../src/core/outbox/outbox.js'
import { formatSegmentBase } from '../../../src/core/outbox/outbox-names.js'
import type { FileOutbox } from '../../../src/files/outbox/file-outbox.js'
import { openOutbox } from '../../../src/files/outbox/open-outbox.js'
import { makePipe } from '../../support/make-pipe.js'

let folder: string
let outbox: FileOutbox
const notices: string[] = []

beforeEach(() => {
  folder = fs.mkdtempSync(join(tmpdir(), 'tidings-outbox-'))
  outbox = openOutbox(folder, { make: true, clock: systemClock, onNotice: (text) => notices.push(text) })
})

afterEach(() => fs.rmSync(folder, { recursive: true, force: true }))

const bytes = (...lines: string[]) => Buffer.from(lines.map((line) => `${line}\n`).join(''))
const textsOf = (batch: StoredBatch | undefined) => batch?.lines.map((line) => Buffer.from(line).toString())
const messageFiles = () => fs.readdirSync(folder).filter((file) => file !== 'format')
const endings = () => messageFiles().map((file) => file.replace(/^.*[.-]/, ''))

function claim(): OutboxClaim {
  const taken = outbox.claim()
  if ('pid' in taken) throw new Error(`process ${taken.pid} is sending`)
  return taken
}

describe('an outbox on disk', () => {
  it('keeps a segment while its writer lives, even if all its messages were sent', async () => {
    const segment = outbox.begin()
    await segment.append(bytes('one'))
    const sender = claim()
    const first = sender.next()
    expect(textsOf(first)).toEqual(['one'])
    if (first) sender.settle(first)
    expect(sender.next()).toBeUndefined()
    await segment.append(bytes('two', 'three'))
    await segment.close()
    const second = sender.next()
    expect(textsOf(second)).toEqual(['two', 'three'])
    if (second) sender.settle(second)
    expect(sender.next()).toBeUndefined()
    await sender.release()
    expect(endings()).toEqual([])
  })

  it('removes, when tidied, a segment whose messages were all sent before its writer closed it', async () => {
    const segment = outbox.begin()
    await segment.append(bytes('one'))
    const sender = claim()
    const batch = sender.next()
    if (batch) sender.settle(batch)
    await sender.release()
    outbox.tidy()
    expect(endings()).toContain('open')
    await segment.close()
    const other = outbox.begin()
    await other.append(bytes('two'))
    await other.close()
    outbox.tidy()
    expect([...outbox.waiting()].map(textsOf)).toEqual([['two']])
    expect(endings()).toEqual(['ndjson'])
  })

  it('that is cleared loses only the messages that waited at the time of the decision', async () => {
    const before = outbox.begin()
    await before.append(bytes('one'))
    await before.close()
    const sender = claim()
    const asked = outbox.complete()
    // While the user is asked, somebody publishes.
    const after = outbox.begin()
    await after.append(bytes('two'))
    await after.close()
    outbox.clear(asked)
    await sender.release()
    expect([...outbox.waiting()].map(textsOf)).toEqual([['two']])
  })

  it('fails to append to a file that somebody has removed', async () => {
    const segment = outbox.begin()
    await segment.append(bytes('one'))
    for (const file of fs.readdirSync(folder)) fs.rmSync(join(folder, file))
    await expect(segment.append(bytes('two'))).rejects.toMatchObject({
      kind: 'output',
      code: 'outbox-removed'
    })
  })

  it('continues after the last message that a former sender has settled, not after the last one that it has read', async () => {
    const segment = outbox.begin()
    await segment.append(bytes('one'))
    const former = claim()
    const first = former.next()
    if (first) former.settle(first)
    await segment.append(bytes('two'))
    expect(textsOf(former.next())).toEqual(['two'])
    await former.release()
    const sender = claim()
    expect(textsOf(sender.next())).toEqual(['two'])
    await sender.release()
    await segment.close()
  })

  it('keeps a segment whose earlier messages are settled and whose later ones are not', async () => {
    const segment = outbox.begin()
    const long = 'x'.repeat(60_000)
    await segment.append(bytes(long, long, long))
    await segment.close()
    const sender = claim()
    const first = sender.next()
    const second = sender.next()
    expect([first?.lines.length, second?.lines.length]).toEqual([1, 1])
    if (first) sender.settle(first)
    expect(textsOf(sender.next())).toHaveLength(1)
    expect(sender.next()).toBeUndefined()
    await sender.release()
    expect([...outbox.waiting()].flatMap(({ lines }) => lines)).toHaveLength(2)
  })

  it('keeps the order of publications even if the clock was set back between them', async () => {
    const times = [2_000_000, 1_000_000, 1_000_000]
    for (const [index, now] of times.entries()) {
      const clock = { ...systemClock, now: () => now }
      const segment = openOutbox(folder, { make: false, clock, onNotice: () => undefined }).begin()
      await segment.append(bytes(`${index}`))
      await segment.close()
    }
    expect([...outbox.waiting()].flatMap((batch) => textsOf(batch))).toEqual(['0', '1', '2'])
  })

  it('reads lines that are longer than a chunk', async () => {
    const long = 'x'.repeat(1_000_000)
    const segment = outbox.begin()
    await segment.append(bytes(long, 'short'))
    await segment.close()
    expect([...outbox.waiting()].flatMap(({ lines }) => lines.map(({ length }) => length))).toEqual([
      1_000_000, 5
    ])
  })

  it('lets only one process at a time send', async () => {
    const sender = claim()
    expect(outbox.claim()).toEqual({ pid: process.pid })
    await sender.release()
    await claim().release()
    expect(endings()).toEqual([])
  })

  it('leaves no file behind when nothing was stored', async () => {
    await outbox.begin().close()
    expect(endings()).toEqual([])
  })

  it('removes the progress file of a segment that is gone', async () => {
    const segment = outbox.begin()
    fs.writeFileSync(join(folder, `${segment.name}.sent`), '')
    await segment.close()
    await claim().release()
    expect(endings()).toEqual([])
  })

  it('writes refused messages after a line that was torn by a kill, not into it', async () => {
    const refused = join(folder, 'refused.ndjson')
    fs.writeFileSync(refused, '{"reason":"to')
    const sender = claim()
    await sender.refuse(bytes('{"reason":"x"}'))
    await sender.release()
    expect(fs.readFileSync(refused, 'utf8').split('\n')).toEqual(['{"reason":"to', '{"reason":"x"}', ''])
  })
})

describe('a damaged outbox', () => {
  it('is used if the mark of its format is empty, and is marked again', async () => {
    fs.writeFileSync(join(folder, 'format'), '')
    const again = openOutbox(folder, { make: false, clock: systemClock, onNotice: () => undefined })
    const segment = again.begin()
    await segment.append(bytes('one'))
    await segment.close()
    expect(fs.readFileSync(join(folder, 'format'), 'latin1')).toBe('tidings outbox 2\n')
    expect(fs.readdirSync(folder).filter((file) => file.startsWith('format'))).toEqual(['format'])
  })

  it.runIf(process.platform !== 'win32')(
    'says that a named pipe is no segment, and does not wait for it',
    () => {
      const name = formatSegmentBase(1, { pid: 1, started: '0' }, 'ab')
      makePipe(folder, `${name}.ndjson`)
      expect(() => claim().next()).toThrow('it is not a file')
    }
  )

  it('removes nothing if more bytes are marked as settled than there are', async () => {
    const segment = outbox.begin()
    await segment.append(bytes('one'))
    await segment.close()
    const [file = ''] = messageFiles()
    fs.writeFileSync(join(folder, file.replace('.ndjson', '.sent')), '0000000000009999\n')
    expect(() => claim().next()).toThrow(
      expect.objectContaining({ code: 'outbox-damaged', suggestion: expect.stringContaining('.sent') })
    )
    expect(fs.readFileSync(join(folder, file), 'latin1')).toBe('one\n')
  })

  it('hands out the torn line at the end of a closed segment, whose lines were whole once', async () => {
    const segment = outbox.begin()
    await segment.append(bytes('one', 'two'))
    await segment.close()
    const [file = ''] = messageFiles()
    fs.truncateSync(join(folder, file), 6)
    const sender = claim()
    const texts: (string[] | undefined)[] = []
    for (let batch = sender.next(); batch !== undefined; batch = sender.next()) {
      texts.push(textsOf(batch))
      sender.settle(batch)
    }
    expect(texts).toEqual([['one'], ['tw']])
    expect(notices).toEqual([])
    expect(messageFiles()).toEqual(expect.not.arrayContaining([file]))
  })
})
