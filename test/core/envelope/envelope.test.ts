import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ByteWriter } from '../../../src/core/byte-writer.js'
import { encodeEnvelope, formatEnvelope, parseEnvelope } from '../../../src/core/envelope/envelope.js'
import {
  DEFAULT_GUARANTEE,
  type Message,
  type MqttBinding,
  payloadBytes,
  type TextOrBytes
} from '../../../src/core/message.js'

const plain: MqttBinding = { retain: false }

function message(payload: Uint8Array | string | null, more: Partial<Message> = {}): Message {
  const bytes = payload === null ? null : Buffer.from(payload)
  return { channel: 'a', payload: bytes, headers: [], guarantee: 1, mqtt: plain, ...more }
}

function encode(value: Message): Buffer {
  const line = new ByteWriter()
  encodeEnvelope(value, line)
  return Buffer.from(line.take())
}

function parse(line: string | Uint8Array, defaults?: Parameters<typeof parseEnvelope>[1]): Message {
  return parseEnvelope(Buffer.from(line), defaults)
}

/** A message as plain values, so that a Buffer and a Uint8Array of the same bytes are equal. */
function facts(value: Message): unknown {
  const { payload, correlation, key, headers, guarantee, mqtt } = value
  return {
    ...value,
    // Where MQTT says nothing, no guarantee and the usual one are the same.
    guarantee: mqtt === undefined ? (guarantee ?? DEFAULT_GUARANTEE) : guarantee,
    payload: payload === null ? null : hex(payload),
    correlation: correlation && hex(correlation),
    key: plainValue(key),
    headers: headers.map(([name, content]) => [name, plainValue(content)])
  }
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const plainValue = (value: TextOrBytes | undefined) =>
  value === undefined || typeof value === 'string' ? value : { bytes: hex(value) }

const unicode = fc.string({
  unit: fc.oneof(
    fc.constantFrom('"', '\\', '\0', '\n', '\u2028', '\u202e', '\ufeff', '9'),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 })
  )
})
const channels = unicode.filter((text) => text !== '' && !/[+#\0]/.test(text))
const bytes = fc.uint8Array({ maxLength: 64 })
const whiteSpace = fc.constantFrom('', ' ', '\n', '\r\n', '\t', '\n  ')
const numbers = fc.constantFrom(
  '9223372036854775808',
  '1.0',
  '1e400',
  '-0',
  '0.10',
  '1E+2',
  '12345678901234567890123'
)
const { json } = fc.letrec<{ json: string; member: string }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4 },
    numbers,
    fc.constantFrom('true', 'false', 'null', '"\\ud800"', '"\\/"', '"\u2028\u0085"', '""'),
    unicode.map((text) => JSON.stringify(text)),
    fc
      .tuple(whiteSpace, fc.array(tie('json'), { maxLength: 3 }))
      .map(([space, items]) => `[${space}${items.join(`${space},`)}${space}]`),
    fc
      .tuple(whiteSpace, fc.array(tie('member'), { maxLength: 3 }))
      .map(([space, members]) => `{${space}${members.join(`${space},${space}`)}}`)
  ),
  member: fc
    .tuple(fc.constantFrom('a', 'a', '__proto__', '2', '1', ''), whiteSpace, tie('json'))
    .map(([name, space, value]) => `"${name}"${space}:${value}`)
}))
const jsonPayloads = fc.tuple(whiteSpace, json, whiteSpace).map((parts) => Buffer.from(parts.join('')))
const payloads = fc.oneof(
  bytes,
  jsonPayloads,
  unicode.map((text) => Buffer.from(text))
)
const bindings: fc.Arbitrary<MqttBinding> = fc.record(
  {
    retain: fc.boolean(),
    dup: fc.constant(true),
    payloadUtf8: fc.boolean(),
    subscriptionIds: fc.array(fc.integer({ min: 1, max: 268_435_455 }), { minLength: 1 })
  },
  { requiredKeys: ['retain'] }
)
const names = fc.oneof(fc.constantFrom('1', '0', '__proto__', 'constructor', 'a', ''), unicode)
/** Bytes that are not UTF-8. Bytes that are UTF-8 come back as text. */
const otherBytes = fc.uint8Array({ minLength: 1, maxLength: 16 }).map((some) => Uint8Array.of(0xff, ...some))
const textOrBytes: fc.Arbitrary<TextOrBytes> = fc.oneof(unicode, otherBytes)
/** Headers in any order; names may repeat anywhere. */
const headers = fc.array(fc.tuple(names, textOrBytes), { maxLength: 8 })
const times = fc.integer({ min: -62_135_596_800_000_000, max: Number.MAX_SAFE_INTEGER })
const messages: fc.Arbitrary<Message> = fc.record(
  {
    channel: channels,
    payload: fc.option(payloads, { freq: 9 }),
    headers,
    guarantee: fc.constantFrom(0 as const, 1 as const, 2 as const),
    key: textOrBytes,
    contentType: unicode,
    expiry: fc.oneof(fc.nat({ max: 0xffff_ffff }), fc.double({ min: 0, max: 0xffff_ffff, noNaN: true })),
    responseChannel: channels,
    correlation: bytes,
    sourceTime: times,
    mqtt: bindings,
    time: times
  },
  { requiredKeys: ['channel', 'payload', 'headers'] }
)

describe('an envelope', () => {
  it('gives any bytes, channel, headers and properties back, and is then written in the same way', () => {
    fc.assert(
      fc.property(messages, (value) => {
        const line = encode(value)
        const readBack = parseEnvelope(line)
        expect(facts(readBack)).toEqual(facts(value))
        expect(encode(readBack).equals(line)).toBe(true)
      }),
      { numRuns: 3000 }
    )
  })

  it('is always one line of JSON that every parser accepts, without NUL or line separators', () => {
    fc.assert(
      fc.property(messages, (value) => {
        const line = encode(value)
        expect(line.indexOf(0x0a)).toBe(line.length - 1)
        expect(line.toString()).not.toMatch(/[\0-\x08\x0b-\x1f\x85\u2028\u2029]/)
        expect(JSON.parse(line.toString())).toMatchObject({ channel: value.channel })
        expect(formatEnvelope(value)).toBe(line.toString().slice(0, -1))
      }),
      { numRuns: 1000 }
    )
  })

  it('has the shape that the README shows', () => {
    const value = message('{"on":true}', {
      channel: 'lights/1',
      time: 1_795_979_101_123_456,
      headers: [
        ['trace', 'x'],
        ['tag', '1'],
        ['tag', '2']
      ],
      guarantee: 2,
      expiry: 60,
      contentType: 'application/json',
      responseChannel: 'r',
      correlation: Buffer.from([1, 2]),
      mqtt: { retain: true, dup: true, payloadUtf8: true, subscriptionIds: [7] }
    })
    expect(formatEnvelope(value)).toBe(
      '{"channel":"lights/1","time":"2026-11-29T19:05:01.123456Z","payload":{"on":true},"encoding":"json",' +
        '"contentType":"application/json","responseChannel":"r","correlation":"AQI=","expiry":60,' +
        '"headers":{"trace":"x","tag":["1","2"]},' +
        '"mqtt":{"qos":2,"retain":true,"dup":true,"payloadUtf8":true,"subscriptionIds":[7]}}'
    )
    expect(formatEnvelope(message('it is "12" °C'))).toBe(
      '{"channel":"a","payload":"it is \\"12\\" °C","encoding":"text","mqtt":{"qos":1,"retain":false}}'
    )
    expect(formatEnvelope(message(Buffer.from([0xff])))).toBe(
      '{"channel":"a","payload":"/w==","encoding":"base64","mqtt":{"qos":1,"retain":false}}'
    )
    expect(formatEnvelope(message('{\n "a": 1\n}\n'))).toBe(
      '{"channel":"a","payload":{"a":1},"raw":"{\\n \\"a\\": 1\\n}\\n","encoding":"json","mqtt":{"qos":1,"retain":false}}'
    )
  })

  it.each([
    ['nothing', ''],
    ['NUL', '\0'],
    ['a byte order mark alone', '\ufeff'],
    ['JSON behind a byte order mark', '\ufeff{}'],
    ['a megabyte of text', 'ä"\n'.repeat(262_144)],
    ['a megabyte of JSON', `[${'1.0,'.repeat(262_144)}1]`],
    ['100,000 levels on one line', '['.repeat(100_000) + ']'.repeat(100_000)],
    ['100,000 levels on many lines', '[\n'.repeat(100_000) + ']'.repeat(100_000)],
    ['an unpaired surrogate escape', '{"a":"\\ud800"}'],
    ['duplicate keys', '{"a":1,"a":2}'],
    ['JSON with a line feed behind it', '{"a":1}\n']
  ])('keeps %s', (_what, payload) => {
    const line = encode(message(payload))
    expect(Buffer.from(payloadBytes(parseEnvelope(line))).equals(Buffer.from(payload))).toBe(true)
  })

  it('keeps a megabyte of random bytes', () => {
    const payload = Buffer.alloc(1 << 20, Buffer.from(fc.sample(bytes, 8).flatMap((part) => [255, ...part])))
    expect(Buffer.from(payloadBytes(parseEnvelope(encode(message(payload))))).equals(payload)).toBe(true)
  })

  it('keeps headers in their order, also where a name repeats between others', () => {
    const mixed = message('', {
      headers: [
        ['b', '1'],
        ['2', 'x'],
        ['b', '3']
      ]
    })
    expect(parseEnvelope(encode(mixed)).headers).toEqual([
      ['b', '1'],
      ['2', 'x'],
      ['b', '3']
    ])
  })

  it('has the channel and the times of its own message, also where the next one differs in one of them', () => {
    const few = { channel: fc.constantFrom('a', 'b'), time: fc.constantFrom(undefined, 0, 1_000_001) }
    const messages = fc.array(fc.record({ ...few, sourceTime: few.time }), { maxLength: 20 })
    fc.assert(
      fc.property(messages, (all) => {
        const writer = new ByteWriter()
        for (const each of all) encodeEnvelope({ ...each, payload: Buffer.from('1'), headers: [] }, writer)
        const lines = Buffer.from(writer.take()).toString().split('\n').slice(0, -1)
        const read = lines.map((line) => {
          const { channel, time, sourceTime } = parseEnvelope(Buffer.from(line))
          return { channel, time, sourceTime }
        })
        expect(read).toEqual(all)
      })
    )
  })

  it('of one message has nothing of the message before', () => {
    const first = message('1', {
      channel: 'x',
      time: 1_000_001,
      guarantee: 2,
      expiry: 1,
      mqtt: { retain: true }
    })
    const second = message('2', { channel: 'y', time: 2_999_999 })
    for (const value of [first, second, first, first, second])
      expect(facts(parseEnvelope(encode(value)))).toEqual(facts(value))
  })
})

describe('a line edited with jq', () => {
  const multiLine = formatEnvelope(message('{\n  "temperature": 1.50,\n  "unit": "C"\n}'))

  it('still gives the exact text if the payload has changed only in its white space', () => {
    const respaced = multiLine.replaceAll(':', ' : ').replaceAll(',', ' , ')
    expect(respaced).not.toBe(multiLine)
    expect(Buffer.from(payloadBytes(parse(multiLine.replace('"a"', '"b"')))).toString()).toContain(
      '\n  "unit"'
    )
    expect(Buffer.from(payloadBytes(parse(`  ${multiLine.replace('1.50', ' 1.50 ')}`))).toString()).toContain(
      '\n  "unit"'
    )
  })

  it('gives the edited payload, not the old text', () => {
    const edited = multiLine.replace('"temperature":1.50', '"temperature":2')
    expect(Buffer.from(payloadBytes(parse(edited))).toString()).toBe('{"temperature":2,"unit":"C"}')
  })

  it('gives the payload if the exact text is not JSON any more', () => {
    expect(Buffer.from(payloadBytes(parse('{"channel":"a","payload":[1],"raw":"[1"}'))).toString()).toBe(
      '[1]'
    )
  })
})

describe('parseEnvelope', () => {
  it('accepts any order, white space, escaped names and unknown fields', () => {
    const line =
      ' \t{ "x" : [{"payload":1}] , "mqtt" : { "retain" : true , "new" : 1 } , "p\\u0061yload" : [ 1 ] , "channel" : "\\u0061/b" , "headers":{} }\r\n'
    expect(facts(parse(line))).toEqual(
      facts(message('[ 1 ]', { channel: 'a/b', guarantee: undefined, mqtt: { retain: true } }))
    )
  })

  it('reads a payload without an encoding as the JSON value itself', () => {
    expect(Buffer.from(payloadBytes(parse('{"channel":"a","payload":"hello"}'))).toString()).toBe('"hello"')
    expect(Buffer.from(payloadBytes(parse('{"channel":"a","payload":null}'))).toString()).toBe('null')
  })

  it('fills in the defaults for fields that the line does not have', () => {
    const defaults = { channel: 'given', guarantee: 2, mqtt: { retain: true } } as const
    expect(facts(parse('{"payload":1}', defaults))).toEqual(
      facts(message('1', { channel: 'given', guarantee: 2, mqtt: { retain: true } }))
    )
    expect(
      facts(parse('{"channel":"own","payload":1,"mqtt":{"qos":0},"time":null,"headers":null}', defaults))
    ).toEqual(facts(message('1', { channel: 'own', guarantee: 0, mqtt: { retain: true } })))
    expect(parse('{"payload":1,"mqtt":{}}', { channel: 'a', guarantee: 0 }).guarantee).toBe(0)
    expect(parse('{"payload":1,"mqtt":{}}', { channel: 'a', guarantee: 2 }).guarantee).toBe(2)
  })

  it.each([
    ['1970-01-01T00:00:01Z', 1_000_000],
    ['1970-01-01T00:00:00.5Z', 500_000],
    ['1970-01-01T00:00:00.123456789Z', 123_456],
    ['1970-01-01T01:00:00+01:00', 0],
    ['1969-12-31T23:30:00.000001-0030', 1],
    ['1970-01-01T00:01Z', 60_000_000],
    ['1969-12-31T23:59:59.999999Z', -1]
  ])('reads the time %s', (time, microseconds) => {
    expect(parse(`{"channel":"a","payload":1,"time":"${time}"}`).time).toBe(microseconds)
  })

  it.each([
    ['', 'it is empty'],
    ['   ', 'it is empty'],
    ['[1]', 'it is not an object'],
    ['hello', 'it is not JSON at byte 1: expected a value, found "h"'],
    ['{"channel":"a","payload":1', 'it is not JSON at byte 27: it ends too early'],
    [
      '{"channel":"a","payload":1}}',
      'it is not JSON at byte 28: expected nothing after the value, found "}"'
    ],
    ['{"channel":"a",}', 'it is not JSON at byte 16: expected a name in double quotes, found "}"'],
    ['{,}', 'it is not JSON at byte 2: expected a name in double quotes, found ","'],
    ['{}', 'field "channel" is missing'],
    ['{"channel":"a"}', 'field "payload" is missing'],
    ['{"channel":5,"payload":1}', 'field "channel" is 5: must be a string'],
    ['{"channel":"a\\u0000","payload":1}', 'field "channel" is "a\\u0000": it holds a NUL character'],
    [
      '{"channel":"a","payload":1,"time":"yesterday"}',
      'field "time" is "yesterday": must be an ISO 8601 date and time with "Z" or an offset'
    ],
    ['{"channel":"a","payload":1,"time":"2026-02-30T00:00:00Z"}', /field "time" is "2026-02-30/],
    ['{"channel":"a","payload":1,"time":5}', /field "time" is 5/],
    [
      '{"channel":"a","payload":1,"encoding":"hex"}',
      'field "encoding" is "hex": must be "json", "text", "base64" or "null"'
    ],
    [
      '{"channel":"a","payload":1,"encoding":"text"}',
      'field "payload" must be a string, as "encoding" is "text"'
    ],
    [
      '{"channel":"a","payload":"\\ud800","encoding":"text"}',
      /field "payload" is "\\ud800": .*half of a surrogate pair/
    ],
    [
      '{"channel":"a","payload":"/w=","encoding":"base64"}',
      'field "payload" is "/w=": must be base64, as "encoding" says'
    ],
    ['{"channel":"a","payload":"!!!!","encoding":"base64"}', /must be base64/],
    ['{"channel":"a","payload":[1],"raw":5}', 'field "raw" is 5: must be a string'],
    ['{"channel":"a","payload":1,"headers":5}', 'field "headers" is 5: must be an object or a list of pairs'],
    [
      '{"channel":"a","payload":1,"headers":{"x":5}}',
      'field "headers.x" is 5: must be a string or {"base64": "..."}, or a list of these, in valid Unicode'
    ],
    ['{"channel":"a","payload":1,"headers":{"x":["a",5]}}', /field "headers.x" is \["a",5\]/],
    ['{"channel":"a","payload":1,"headers":{"x":"\\udc00"}}', /field "headers.x"/],
    ['{"channel":"a","payload":1,"mqtt":7}', 'field "mqtt" is 7: must be an object'],
    ['{"channel":"a","payload":1,"mqtt":{"qos":3}}', 'field "mqtt.qos" is 3: must be 0, 1 or 2'],
    [
      '{"channel":"a","payload":1,"mqtt":{"retain":"yes"}}',
      'field "mqtt.retain" is "yes": must be true or false'
    ],
    ['{"channel":"a","payload":1,"mqtt":{"expiry":-1}}', /field "mqtt.expiry" is -1/],
    ['{"channel":"a","payload":1,"mqtt":{"contentType":1}}', /field "mqtt.contentType" is 1/],
    ['{"channel":"a","payload":1,"mqtt":{"responseChannel":""}}', /field "mqtt.responseChannel" is ""/],
    [
      '{"channel":"a","payload":1,"mqtt":{"correlation":"x"}}',
      /field "mqtt.correlation" is "x": must be base64/
    ],
    ['{"channel":"a","payload":1,"mqtt":{"subscriptionIds":[0]}}', /field "mqtt.subscriptionIds" is \[0\]/]
  ])('refuses %s as bad input that names the field', (line, reason) => {
    const expected = typeof reason === 'string' ? reason : expect.stringMatching(reason)
    expect(() => parse(line)).toThrow(
      expect.objectContaining({ kind: 'bad-input', code: 'bad-envelope', message: expected })
    )
  })

  it('accepts or refuses any bytes with a TidingsError, never with anything else', () => {
    const valid = fc.constantFrom(
      ...'{}[]":,\\u019 aentr'.split(''),
      '"channel":"a"',
      '"payload":',
      '"mqtt":{',
      '"headers":',
      '"key":',
      '"base64":"',
      '"encoding":"null"',
      '\xff'
    )
    fc.assert(
      fc.property(fc.array(valid, { maxLength: 20 }), (parts) => {
        try {
          parse(Buffer.from(`{${parts.join('')}}`, 'latin1'))
        } catch (error) {
          expect(error).toMatchObject({ name: 'TidingsError', kind: 'bad-input' })
        }
      }),
      { numRuns: 3000 }
    )
  })
})
