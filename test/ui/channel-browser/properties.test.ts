import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Message } from '../../../src/core/message.js'
import { cellWidth } from '../../../src/ui/cell-width.js'
import { KeyDecoder } from '../../../src/ui/channel-browser/key-decoder.js'
import { BINDINGS } from '../../../src/ui/channel-browser/keys.js'
import type { Pointer } from '../../../src/ui/channel-browser/mouse-report.js'
import { ScreenWriter } from '../../../src/ui/channel-browser/screen-writer.js'
import { view } from '../../../src/ui/channel-browser/view/view.js'
import { BrowserInTest, catalogueOf, messageAt } from './browser-in-test.js'
import { houseMessages } from './house.js'

const KEYS = BINDINGS.flatMap(({ bindings }) => bindings).flatMap(({ keys }) => keys)

const hostileText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom(
    '\x1b[2J',
    '\x1b]0;owned\x07',
    '\x9b31m',
    '\r\n',
    '\u202egnp.exe',
    '👨‍👩‍👧‍👦',
    '東京',
    'é̂̃',
    '\ud800',
    '__proto__'
  )
)
const channel = fc
  .array(fc.oneof(fc.constantFrom('a', 'b', 'home', ''), hostileText), { minLength: 1, maxLength: 5 })
  .map((levels) => levels.join('/').replaceAll(/[+#\0]/g, '') || 'x')
const payload: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.json().map((json) => Buffer.from(json)),
  fc.uint8Array({ maxLength: 60 }),
  hostileText.map((text) => Buffer.from(text)),
  fc.array(fc.record({ n: fc.double(), t: hostileText })).map((rows) => Buffer.from(JSON.stringify(rows)))
)
const message: fc.Arbitrary<Message> = fc
  .record({
    channel,
    payload,
    headers: fc.array(fc.tuple(hostileText, hostileText), { maxLength: 2 }),
    retain: fc.boolean(),
    contentType: hostileText,
    responseChannel: hostileText,
    second: fc.integer({ min: 0, max: 59 })
  })
  .map(({ second, retain, contentType, responseChannel, headers, ...rest }) =>
    messageAt(second, rest.channel, rest.payload, { headers, contentType, responseChannel, mqtt: { retain } })
  )

type Act =
  | { key: string }
  | { typed: string }
  | { size: { columns: number; rows: number } }
  | { pointer: Pointer }
  | { messages: Message[] }
  | { seconds: number }
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(...KEYS, 'enter', 'y').map((key) => ({ key })) },
  {
    weight: 4,
    arbitrary: fc
      .record({
        action: fc.constantFrom('press', 'drag', 'release', 'wheel-up', 'wheel-down'),
        column: fc.integer({ min: 0, max: 230 }),
        row: fc.integer({ min: 0, max: 75 })
      })
      .map((pointer) => ({ pointer }))
  },
  { weight: 2, arbitrary: hostileText.map((typed) => ({ typed })) },
  {
    weight: 1,
    arbitrary: fc
      .record({ columns: fc.integer({ min: 1, max: 220 }), rows: fc.integer({ min: 1, max: 70 }) })
      .map((size) => ({ size }))
  },
  { weight: 2, arbitrary: fc.array(message, { maxLength: 5 }).map((messages) => ({ messages })) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 5000 }).map((seconds) => ({ seconds })) }
)

function play(browser: BrowserInTest, one: Act): void {
  if ('key' in one) browser.press(one.key)
  else if ('pointer' in one) browser.happen({ kind: 'key', key: { name: 'mouse', pointer: one.pointer } })
  else if ('typed' in one) browser.happen({ kind: 'key', key: { name: 'paste', text: one.typed } })
  else if ('size' in one) browser.happen({ kind: 'resize', size: one.size })
  else if ('messages' in one) browser.receive(...one.messages)
  else browser.now += one.seconds * 1_000_000
}

describe('the channel browser, whatever is pressed and whatever comes', () => {
  it('always has a line selected that is there, and fills the screen exactly', () => {
    fc.assert(
      fc.property(
        fc.array(message, { maxLength: 10 }),
        fc.array(act, { maxLength: 40 }),
        (messages, acts) => {
          const browser = new BrowserInTest(catalogueOf([...houseMessages().slice(0, 20), ...messages]))
          for (const one of acts) {
            play(browser, one)
            const { rows, columns } = browser.model.size
            const lines = view(browser.model, browser.world)
            expect(lines).toHaveLength(Math.min(rows, lines.length))
            for (const line of lines) {
              expect(line.reduce((width, { text }) => width + cellWidth(text), 0)).toBe(columns)
            }
            const { selected } = browser
            if (browser.paths.length > 0) expect(browser.paths).toContain(selected)
            else expect(selected).toBeUndefined()
          }
        }
      ),
      { numRuns: 150 }
    )
  })

  it('has the selected line on the screen whenever the tree is', () => {
    fc.assert(
      fc.property(
        fc.array(message, { maxLength: 30 }),
        fc.array(act, { maxLength: 30 }),
        (messages, acts) => {
          const browser = new BrowserInTest(catalogueOf(messages), { columns: 100, rows: 14 })
          for (const one of acts) play(browser, one)
          const { model } = browser
          if (model.helpTop !== undefined || model.question || browser.paths.length === 0) return
          if (model.size.rows < 3 || model.size.columns < 60 || (model.zoomed && model.focus === 'detail'))
            return
          expect(browser.lines.filter((line) => line.startsWith('›'))).toHaveLength(1)
        }
      ),
      { numRuns: 100 }
    )
  })

  it('marks hits, and goes from hit to hit, whatever is searched for', async () => {
    const wanted = fc.oneof(
      hostileText,
      fc.constantFrom('a', '"', 'e', '/./', '/[^a]+/', '/a*/', '/(/', ':', '{', '👩')
    )
    await fc.assert(
      fc.asyncProperty(
        fc.array(message, { minLength: 1, maxLength: 10 }),
        wanted,
        fc.array(act, { maxLength: 10 }),
        async (messages, text, acts) => {
          const browser = new BrowserInTest(catalogueOf(messages), { columns: 120, rows: 30 })
          browser.press('/')
          browser.happen({ kind: 'key', key: { name: 'paste', text } })
          await browser
            .press('enter')
            .search()
            .catch((error: unknown) => expect(String(error)).toContain('cannot search'))
          for (const one of [{ key: 'n' }, { key: 'N' }, ...acts]) {
            play(browser, one)
            const { columns } = browser.model.size
            for (const line of view(browser.model, browser.world)) {
              expect(line.reduce((width, { text: piece }) => width + cellWidth(piece), 0)).toBe(columns)
              for (const piece of line) expect(piece.text).not.toMatch(/[\0-\x1f\x7f-\x9f\u202a-\u202e]/)
            }
          }
        }
      ),
      { numRuns: 150 }
    )
  })

  it('lets no character from outside reach the terminal that a terminal obeys', () => {
    const ours = /\x1b\[(?:\d*(?:;\d+)*[mGHKJ]|\?2026[hl])/g
    fc.assert(
      fc.property(
        fc.array(message, { minLength: 1, maxLength: 10 }),
        fc.array(act, { maxLength: 15 }),
        fc.integer({ min: 0, max: 1 }),
        (messages, acts, colors) => {
          const browser = new BrowserInTest(catalogueOf(messages), { columns: 120, rows: 30 })
          const writer = new ScreenWriter(colors)
          for (const one of [{ key: '*' }, ...acts]) {
            play(browser, one)
            const sent = writer.frame(view(browser.model, browser.world), browser.model.size)
            const rest = sent.replaceAll(ours, '')
            expect(rest).not.toMatch(/[\0-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/)
            if (colors === 0) expect(sent).not.toMatch(/\x1b\[(?:\d+;)*[39]\d(?:;\d+)*m/)
          }
        }
      ),
      { numRuns: 150 }
    )
  })

  it('reads the same keys however the terminal cuts them into pieces', () => {
    const sequences = [
      '\x1b[A',
      '\x1b[1;5C',
      '\x1bOB',
      '\x1b[5~',
      'é',
      '東',
      '👍',
      'q',
      '\r',
      '\x1b[200~pasted\x1b[201~',
      '\x1b[<0;12;3M',
      '\x1bx'
    ]
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...sequences)),
        fc.infiniteStream(fc.integer({ min: 1, max: 4 })),
        (typed, cuts) => {
          const bytes = Buffer.from(typed.join(''))
          const whole = new KeyDecoder().decode(bytes)
          const decoder = new KeyDecoder()
          const pieces = []
          for (let at = 0; at < bytes.length; ) {
            const { value: length } = cuts.next()
            pieces.push(...decoder.decode(bytes.subarray(at, at + length)))
            at += length
          }
          expect(pieces).toEqual(whole)
          expect(whole).toHaveLength(typed.length)
        }
      )
    )
  })

  it('reads anything at all without failing, and forgets none of it for good', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 })), (chunks) => {
        const decoder = new KeyDecoder()
        for (const chunk of chunks) decoder.decode(chunk)
        decoder.flush()
        const keys = [...decoder.decode(Buffer.from('\x1b[201~')), ...decoder.decode(Buffer.from('  q'))]
        expect(keys.at(-1)).toEqual({ name: 'q', text: 'q' })
      })
    )
  })
})
