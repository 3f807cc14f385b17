import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Message } from '../../src/core/message.js'
import { createMessagePrinter } from '../../src/ui/message-printer.js'

const print = createMessagePrinter({ colour: 0, width: 80 })
const paint = createMessagePrinter({ colour: 3, width: 80 })

function message(payload: string | Uint8Array, more: Partial<Message> = {}): Message {
  return {
    channel: 'a/b',
    payload: Buffer.from(payload),
    headers: [],
    guarantee: 1,
    mqtt: { retain: false },
    ...more
  }
}

function withoutColours(text: string): string {
  return text.replaceAll(/\x1b\[\d+(?:;\d+)*m/g, '')
}

const hostile = fc.string({
  unit: fc.oneof(
    fc.constantFrom(
      '\x1b]0;t\x07',
      '\x9b31m',
      '\u202e',
      '\u2028',
      '\t',
      '\r',
      '\n',
      '\0',
      '"',
      '\\',
      '{',
      '\ud800'
    ),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 })
  )
})
const payloads = fc.oneof(
  hostile.map((text) => Buffer.from(text)),
  hostile.map((text) => Buffer.from(JSON.stringify({ [text]: [text, 1.5, null] }))),
  fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes))
)
const messages = fc.record({
  channel: hostile,
  payload: payloads,
  headers: fc.array(fc.tuple(hostile, hostile), { maxLength: 3 }),
  mqtt: fc.record({
    qos: fc.constantFrom(0 as const, 1 as const, 2 as const),
    retain: fc.boolean(),
    contentType: hostile,
    responseChannel: hostile,
    correlation: fc.uint8Array()
  }),
  time: fc.nat()
})

describe('the pretty view', () => {
  it('names the QoS of MQTT, and not where a protocol has no such word and the guarantee is the usual one', () => {
    expect(print(message('x'))).toContain('QoS 1')
    expect(print(message('x', { mqtt: undefined, kafka: { partition: 0, offset: 1 } }))).not.toContain('QoS')
    expect(print(message('x', { mqtt: undefined, amqp: {}, guarantee: 0 }))).toContain('QoS 0')
  })

  it('shows time, channel, marks, headers, properties and payload', () => {
    const date = new Date(2026, 10, 23, 9, 5, 1, 7)
    const value = message('{"id":9223372036854775808,"ok":true,"rate":1.0}', {
      channel: 'user_signed_up',
      time: date.getTime() * 1000 + 999,
      headers: [
        ['trace', 'x'],
        ['trace', 'y']
      ],
      guarantee: 2,
      contentType: 'application/json',
      expiry: 60,
      responseChannel: 'r',
      mqtt: { retain: true, dup: true }
    })
    expect(print(value)).toBe(
      [
        '09:05:01.007  user_signed_up  QoS 2 retained dup',
        '  trace: x',
        '  trace: y',
        '  application/json · expires in 60 s · answer to r',
        '  {"id": 9223372036854775808, "ok": true, "rate": 1.0}',
        ''
      ].join('\n')
    )
  })

  it('indents JSON that is wider than the terminal', () => {
    const long = 'x'.repeat(70)
    expect(print(message(`{"a":[1,{}],"b":[],"c":"${long}"}`))).toBe(
      `a/b  QoS 1\n  {\n    "a": [\n      1,\n      {}\n    ],\n    "b": [],\n    "c": "${long}"\n  }\n`
    )
  })

  it('lays out JSON anew, however its lines end', () => {
    expect(print(message('{\r\n\t"a" : 1,\r\n"b":"\u202e"}\r\n'))).toBe(
      'a/b  QoS 1\n  {"a": 1, "b": "\\u202e"}\n'
    )
  })

  it('shows text with its lines, and nothing as nothing', () => {
    expect(print(message('one\r\n\ttwo\n'))).toBe('a/b  QoS 1\n  one\n      two\n')
    expect(print(message(''))).toBe('a/b  QoS 1\n  (empty)\n')
  })

  it('shows what is not text as a hex dump, and counts what it leaves out', () => {
    expect(print(message(Buffer.from('ff48690a', 'hex')))).toBe(
      'a/b  QoS 1\n  0000  ff 48 69 0a                                      |.Hi.|\n'
    )
    expect(print(message('\0\x01'))).toContain('0000  00 01')
    const lines = print(message(Buffer.alloc(1000, 255))).split('\n')
    expect(lines).toHaveLength(19)
    expect(lines.at(-2)).toBe('  … 744 more bytes: --raw or --json shows all')
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80)
  })

  it('shows the start of a huge payload and counts the rest', () => {
    const shown = print(message(`"${'x'.repeat(100_000)}"`))
    expect(shown.length).toBeLessThan(66_000)
    expect(shown).toContain('… 34466 more bytes: --raw or --json shows all')
  })

  it('grows with deep nesting and not with its square', () => {
    const levels = 30_000
    const shown = print(message('['.repeat(levels) + ']'.repeat(levels)))
    expect(shown.length).toBeLessThan(levels * 2 * 50)
  })

  it('shows the same with colours as without', () => {
    fc.assert(
      fc.property(messages, (value) => {
        expect(withoutColours(paint(value))).toBe(print(value))
      })
    )
    expect(paint(message('{"a":1}'))).toContain('\x1b[')
  })

  it('holds no control character but line feeds and our own colours', () => {
    fc.assert(
      fc.property(messages, (value) => {
        expect(withoutColours(paint(value))).not.toMatch(/[^\P{Cc}\n]|[\p{Cs}\p{Bidi_Control}\p{Zl}\p{Zp}]/u)
      }),
      { numRuns: 1000 }
    )
  })

  it('keeps every token of JSON as it was written', () => {
    fc.assert(
      fc.property(fc.json(), fc.integer({ min: 20, max: 120 }), (text, width) => {
        const shown = createMessagePrinter({ colour: 0, width })(message(text))
        expect(JSON.parse(shown.slice(shown.indexOf('\n')))).toEqual(JSON.parse(text))
      })
    )
  })
})
