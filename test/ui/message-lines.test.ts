import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Message } from '../../src/core/message.js'
import { visibleText } from '../../src/core/visible-text.js'
import { cellWidth } from '../../src/ui/cell-width.js'
import { createMessageLines } from '../../src/ui/message-lines.js'
import { COLOURS } from '../../src/ui/theme.js'

const TIME = new Date(2026, 10, 23, 4, 12, 51, 46).getTime() * 1000

function message(channel: string, payload: string | Uint8Array | null, more: Partial<Message> = {}): Message {
  const bytes = payload === null ? null : Buffer.from(payload)
  return { channel, payload: bytes, headers: [], guarantee: 1, mqtt: { retain: false }, time: TIME, ...more }
}

/** What a new printer shows of the messages, without colours. */
function show(
  messages: Message | readonly Message[],
  options: { width?: number; usual?: 0 | 1 | 2 } = {}
): string {
  const print = createMessageLines({ colour: 0, width: 80, ...options })
  return [messages].flat().map(print).join('')
}

const lines = (...texts: string[]) => `${texts.join('\n')}\n`
const withoutColours = (text: string) => text.replaceAll(/\x1b\[\d+(?:;\d+)*m/g, '')

/** Everything that is hard on a terminal or on a count of cells. */
const hard = fc.string({
  unit: fc.oneof(
    fc.constantFrom('\x1b]0;t\x07', '\x9b31m', '\u202e', '\t', '\r', '\n', '\r\n', '"', '\\', '{', '\ud800'),
    fc.constantFrom(
      '日本語',
      '👩‍👩‍👧',
      '🇩🇪',
      'שלום',
      'नमस्ते',
      'e\u0301',
      '\u200d',
      'ᄀ'.repeat(40),
      'x'.repeat(50)
    ),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 })
  ),
  maxLength: 30
})
const payloads = fc.oneof(
  hard,
  hard.map((text) => JSON.stringify({ [text]: [text, 1.5, null] })),
  hard.map((text) => JSON.stringify({ [text]: [text, 1.5, null] }, null, 2)),
  fc.uint8Array({ maxLength: 400 }),
  fc.constant(null)
)
const messages = fc
  .record({
    channel: hard,
    payload: payloads,
    headers: fc.array(fc.tuple(hard, hard), { maxLength: 3 }),
    guarantee: fc.constantFrom(0 as const, 1 as const, 2 as const),
    contentType: fc.option(hard, { nil: undefined }),
    mqtt: fc.record({ retain: fc.boolean() })
  })
  .map(({ channel, payload, ...more }) => message(channel, payload, more))

it('cuts a very long key, and counts the headers that are too many to show', () => {
  const headers = Array.from({ length: 10_000 }, (_, index) => [`h${index}`, 'v'] as const)
  const shown = show(message('a', 'x', { key: 'k'.repeat(1_000_000), headers }), { width: 80 })
  expect(shown).toContain('h99: v')
  expect(shown).not.toContain('h100: v')
  expect(shown).toContain('…: 9,900 more headers')
  expect(shown.replaceAll(/\n\s*/g, '')).toContain('kk… (1000000 characters)')
})

describe('a message that fits on a line', () => {
  it('is time, channel and payload', () => {
    expect(show(message('house2/kitchen/motion', 'ON'))).toBe('04:12:51.046  house2/kitchen/motion  ON\n')
  })

  it('has its JSON as it was written', () => {
    expect(show(message('a', '{"id":9223372036854775808, "rate":1.0}\n'))).toBe(
      '04:12:51.046  a  {"id":9223372036854775808, "rate":1.0}\n'
    )
  })

  it('says in parentheses that there is nothing', () => {
    expect(show([message('a', ''), message('a', null)])).toBe(
      lines('04:12:51.046  a  (empty)', '04:12:51.046  a  (no payload)')
    )
  })

  it('has few bytes that are no text in hex, and what can be read of them', () => {
    expect(show(message('a', Buffer.from('ff48690a', 'hex')))).toBe('04:12:51.046  a  ff 48 69 0a  |.Hi.|\n')
  })

  it('obeys nothing, and shows a line break that is all there is', () => {
    expect(show([message('a', '\x1b[2J\u202e'), message('a', '\n'), message('a', 'b\r')])).toBe(
      lines('04:12:51.046  a  \\u001b[2J\\u202e', '04:12:51.046  a  \\n', '04:12:51.046  a  b\\r')
    )
  })

  it('says what is unusual behind it, and nothing of what is as always', () => {
    const unusual = message('a', 'x', {
      guarantee: 2,
      headers: [['source', 'web']],
      expiry: 60,
      mqtt: { retain: true, dup: true }
    })
    expect(show(unusual)).toBe(
      '04:12:51.046  a  x  (QoS 2 · retained · dup · source: web · expires in 60 s)\n'
    )
    expect(show(message('a', '{}', { contentType: 'application/json' }))).toBe('04:12:51.046  a  {}\n')
    expect(show(message('a', '{', { contentType: 'application/json' }))).toContain('{  (application/json)')
  })

  it('names QoS 0 where it was not asked for, and not what is retained: that comes with what was asked for', () => {
    expect(show(message('a', 'x', { guarantee: 0 }))).toContain('x  (QoS 0)')
    expect(show(message('a', 'x', { guarantee: 0 }), { usual: 0 })).toBe('04:12:51.046  a  x\n')
    expect(show(message('a', 'x', { guarantee: 1 }), { usual: 0 })).toContain('x  (QoS 1)')
    expect(show(message('a', 'x', { guarantee: 0, mqtt: { retain: true } }))).toContain('x  (retained)')
  })
})

describe('channels', () => {
  it('are a column that grows and does not shrink', () => {
    expect(show([message('a/bc', '1'), message('a/bcdef', '2'), message('a', '3')])).toBe(
      lines('04:12:51.046  a/bc  1', '04:12:51.046  a/bcdef  2', '04:12:51.046  a        3')
    )
  })

  it('that are long move their own line only', () => {
    const long = 'x'.repeat(30)
    expect(show([message('a', '1'), message(long, '2'), message('a', '3')])).toBe(
      lines('04:12:51.046  a  1', `04:12:51.046  ${long}  2`, '04:12:51.046  a  3')
    )
  })

  it('line up in cells, whatever they are written in', () => {
    expect(show([message('日本', '1'), message('ab', '2'), message('👩‍👩‍👧', '3')])).toBe(
      lines('04:12:51.046  日本  1', '04:12:51.046  ab    2', '04:12:51.046  👩‍👩‍👧    3')
    )
  })

  it('keep their colour, and the first ones have different ones', () => {
    const print = createMessageLines({ colour: 2, width: 80 })
    const colourOf = (channel: string) =>
      new RegExp(`\x1b\\[38;5;(\\d+)m${channel}`).exec(print(message(channel, 'x')))?.[1]
    const channels = Array.from({ length: COLOURS.channels.length }, (_, at) => `channel-${at}`)
    const colours = channels.map(colourOf)
    expect(new Set(colours).size).toBe(channels.length)
    // More than are remembered.
    for (let at = 0; at < 2000; at++) print(message(`other-${at}`, 'x'))
    expect(channels.map(colourOf)).toEqual(colours)
    expect(colourOf('late')).toBe(colourOf('late'))
  })
})

describe('a message that does not fit on a line', () => {
  it('has its text below, wrapped', () => {
    const text = 'word '.repeat(20)
    expect(show(message('a', text), { width: 40 })).toBe(
      lines('04:12:51.046  a', `  ${text.slice(0, 38)}`, `  ${text.slice(38, 76)}`, `  ${text.slice(76)}`)
    )
  })

  it('has its JSON below, as it was written if it fits there, and indented if not', () => {
    const json = `{"a":[1,{}],"b":"${'x'.repeat(40)}"}`
    expect(show(message('house/kitchen', json))).toBe(lines('04:12:51.046  house/kitchen', `  ${json}`))
    expect(show(message('a', json), { width: 40 })).toBe(
      lines(
        '04:12:51.046  a',
        '  {',
        '    "a": [',
        '      1,',
        '      {}',
        '    ],',
        `    "b": "${'x'.repeat(40)}"`,
        '  }'
      )
    )
  })

  it('has a payload with line breaks below, never compacted', () => {
    expect(show(message('a', 'one\r\n\ttwo\n'))).toBe(lines('04:12:51.046  a', '  one', '      two'))
    expect(show(message('a', '{\r\n  "b" : 1 }\n'))).toBe(lines('04:12:51.046  a', '  {', '    "b" : 1 }'))
  })

  it('has what is unusual behind the channel, or below it', () => {
    const more = { headers: [['source', 'web']], expiry: 60, mqtt: { retain: true } } as const
    expect(show(message('a', 'x\ny', more))).toBe(
      lines('04:12:51.046  a  (retained · source: web · expires in 60 s)', '  x', '  y')
    )
    expect(show(message('a', 'x\ny', more), { width: 40 })).toBe(
      lines('04:12:51.046  a', '  retained', '  source: web', '  expires in 60 s', '  x', '  y')
    )
  })

  it('counts what it leaves out of a huge payload', () => {
    const shown = show(message('a', `"${'x'.repeat(100_000)}"`))
    expect(shown.length).toBeLessThan(70_000)
    expect(shown).toContain('… 34466 more bytes: --raw or --json shows all')
    expect(show(message('a', Buffer.alloc(1000, 255)))).toContain(
      '… 744 more bytes: --raw or --json shows all'
    )
    expect(show(message('a', Buffer.alloc(100_000, 255)))).toContain(
      '… 99744 more bytes: --raw or --json shows all'
    )
  })
})

describe('any message', () => {
  it('loses no visible character of its channel and its text, in no width', () => {
    // Spaces, tabs and line breaks may stand anywhere else, also within the escape that a control character is shown as.
    const packed = (text: string) => text.replaceAll(/\s/g, '')
    fc.assert(
      fc.property(hard, hard, fc.integer({ min: 1, max: 120 }), (channel, text, width) => {
        fc.pre(!/[\0-\x08\x0b-\x1a\x1c-\x1f\ud800-\udfff]|[^\S \t\n]/u.test(text) && text.trim() !== '')
        fc.pre(!/[^\S ]/u.test(channel))
        const shown = show(message(channel, text, { time: undefined }), { width })
        expect(packed(shown)).toBe(packed(visibleText(channel)) + packed(visibleText(packed(text))))
      }),
      { numRuns: 500 }
    )
  })

  it('loses nothing of its JSON', () => {
    fc.assert(
      fc.property(
        fc.json(),
        fc.integer({ min: 1, max: 120 }),
        fc.constantFrom(0, 2),
        (json, width, space) => {
          const text = JSON.stringify(JSON.parse(json), null, space)
          const shown = show(message('c', text, { time: undefined }), { width })
          expect(JSON.parse(shown.slice(1))).toEqual(JSON.parse(text))
        }
      ),
      { numRuns: 500 }
    )
  })

  it('is no wider than a terminal of 45 columns or more, but for a name, or JSON that has no place to break', () => {
    fc.assert(
      fc.property(hard, fc.integer({ min: 45, max: 120 }), (text, width) => {
        fc.pre(!/^\s*[["{\d-]/.test(text))
        const shown = show(message('a', text, { headers: [['h', text]] }), { width })
        for (const line of shown.split('\n')) expect(cellWidth(line)).toBeLessThanOrEqual(width)
      }),
      { numRuns: 500 }
    )
  })

  it.each([1, 2, 3] as const)('is the same with colours of level %i as without', (colour) => {
    fc.assert(
      fc.property(
        fc.array(messages, { maxLength: 4 }),
        fc.integer({ min: 1, max: 120 }),
        (several, width) => {
          const paint = createMessageLines({ colour, width })
          expect(withoutColours(several.map((each) => paint(each)).join(''))).toBe(show(several, { width }))
        }
      )
    )
  })

  it('holds no control character but line feeds and our own colours', () => {
    const paint = createMessageLines({ colour: 3, width: 60 })
    fc.assert(
      fc.property(messages, (value) => {
        expect(withoutColours(paint(value))).not.toMatch(/[^\P{Cc}\n]|[\p{Cs}\p{Bidi_Control}\p{Zl}\p{Zp}]/u)
      }),
      { numRuns: 1000 }
    )
  })
})
