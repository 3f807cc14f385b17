import { describe, expect, it } from 'vitest'
import { ByteWriter } from '../../src/core/byte-writer.js'
import type { Message } from '../../src/core/message.js'
import { parseMessageFormat } from '../../src/ui/message-format.js'

const value: Message = {
  channel: 'lights/1',
  payload: Buffer.from('{"on":true,"level":{"now":1.50},"name":"a\\nb","big":9223372036854775808}'),
  headers: [
    ['trace', 'x'],
    ['tag', '1'],
    ['tag', '2']
  ],
  guarantee: 2,
  contentType: 'application/json',
  correlation: Buffer.from([1, 2]),
  mqtt: { retain: true },
  time: 1_000_001
}

function format(template: string, message: Message = value): string {
  const into = new ByteWriter()
  parseMessageFormat(template)(message, into)
  return Buffer.from(into.take()).toString('latin1')
}

describe('--format', () => {
  it.each([
    ['{channel} {time}', 'lights/1 1970-01-01T00:00:01.000001Z'],
    ['{qos}{retain}{dup}', '2truefalse'],
    ['{contentType}|{expiry}|{responseChannel}|{correlation}|{size}', 'application/json|||AQI=|72'],
    ['{headers.trace} {headers.tag} {headers.none}.', 'x 1,2 .'],
    ['{payload.on} {payload.level.now} {payload.big} {payload.none}.', 'true 1.50 9223372036854775808 .'],
    ['{payload.name}', 'a\nb'],
    ['{{{channel}}}', '{lights/1}'],
    ['a\\tb\\n\\\\\\x', 'a\tb\n\\\\x'],
    ['', '']
  ])('%s gives %j', (template, text) => {
    expect(format(template)).toBe(text)
  })

  it('writes the payload byte for byte', () => {
    const payload = Uint8Array.from({ length: 256 }, (_, byte) => byte)
    expect(Buffer.from(format('<{payload}>', { ...value, payload }), 'latin1')).toEqual(
      Buffer.concat([Buffer.from('<'), payload, Buffer.from('>')])
    )
    expect(format('{payload.a}', { ...value, payload })).toBe('')
  })

  it('lines up fields of a fixed width, in which nothing breaks the line', () => {
    expect(format('{channel:10}|{payload.level.now:>6}|{qos:^3}|')).toBe('lights/1  |  1.50| 2 |')
    expect(format('{payload.name:6}|')).toBe('a\\nb  |')
    expect(format('{payload:>4}|', { ...value, payload: Buffer.from('ü') })).toBe(
      Buffer.from('   ü|').toString('latin1')
    )
  })

  it('refuses an unknown field and lists the known ones', () => {
    expect(() => parseMessageFormat('{content-type}')).toThrow(
      expect.objectContaining({
        kind: 'usage',
        code: 'bad-format',
        message: 'cannot use format "{content-type}": there is no field "content-type"',
        suggestion: expect.stringMatching(
          /^did you mean "\{contentType\}"\? the fields are \{payload\} .*\{headers\.NAME\}/
        )
      })
    )
    for (const template of ['{}', '{headers.}', '{payload.}', '{__proto__}'])
      expect(() => parseMessageFormat(template)).toThrow(/there is no field/)
  })

  it.each(['{', 'a}', '{channel'])('refuses the lone brace in "%s"', (template) => {
    expect(() => parseMessageFormat(template)).toThrow(
      expect.objectContaining({ kind: 'usage', message: expect.stringContaining('stands alone') })
    )
  })
})

describe('a payload in letters and digits', () => {
  const bytes = { ...value, payload: Buffer.of(0, 255, 10) }

  it('is what its bytes are', () => {
    expect(format('{payload:hex} {payload:base64}', bytes)).toBe('00ff0a AP8K')
    expect(format('[{payload:hex}{payload:base64}]', { ...value, payload: null })).toBe('[]')
  })

  it('may have a width', () => {
    expect(format('[{payload:hex:>8}] [{payload:base64:6}]', bytes)).toBe('[  00ff0a] [AP8K  ]')
  })
})
