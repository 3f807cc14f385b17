import { describe, expect, it } from 'vitest'
import { ByteWriter } from '../../src/core/byte-writer.js'
import { formatEnvelope } from '../../src/core/envelope/envelope-encode.js'
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
    ['{encoding} {mqtt.qos} {mqtt.retain} {mqtt.dup}.', 'json 2 true .'],
    ['{headers}', '{"trace":"x","tag":["1","2"]}'],
    ['{mqtt} {amqp}.', '{"qos":2,"retain":true} .'],
    ['{mqtt.qos:>3}|', '  2|'],
    ['{{{channel}}}', '{lights/1}'],
    ['a\\tb\\n\\\\\\x', 'a\tb\n\\\\x'],
    ['', '']
  ])('%s gives %j', (template, text) => {
    expect(format(template)).toBe(text)
  })

  it('knows what only one protocol has, as --json prints it', () => {
    const amqp = {
      exchange: 'orders',
      routingKey: 'a.b',
      priority: 3,
      messageId: 'm 1',
      offset: 7,
      type: Buffer.of(0xff)
    }
    const { mqtt: _, ...plain } = value
    expect(
      format('{amqp.exchange} {amqp.routingKey} {amqp.priority} {amqp.messageId} {amqp.offset}', {
        ...plain,
        amqp
      })
    ).toBe('orders a.b 3 m 1 7')
    expect(format('{amqp.type}', { ...plain, amqp })).toBe('{"base64":"/w=="}')
    const kafka = { partition: 2, offset: 41, isAppendTime: true, nullHeaders: [0, 2] }
    expect(
      format('{kafka.partition}/{kafka.offset} {kafka.appendTime} {kafka.nullHeaders}', { ...plain, kafka })
    ).toBe('2/41 true [0,2]')
  })

  it('knows every field and member that --json prints', () => {
    const everything: Message = {
      ...value,
      key: 'k',
      expiry: 1,
      responseChannel: 'r',
      sourceTime: 1,
      mqtt: { retain: true, dup: true, payloadUtf8: true, subscriptionIds: [1] },
      amqp: {
        exchange: 'e',
        routingKey: 'k',
        deliveryMode: 2,
        priority: 1,
        messageId: 'm',
        type: 't',
        appId: 'a',
        userId: 'u',
        contentEncoding: 'c',
        redelivered: true,
        deliveryCount: 1,
        offset: 1,
        table: Buffer.of(1)
      },
      kafka: { partition: 1, offset: 1, isAppendTime: true, nullHeaders: [1] }
    }
    const line = JSON.parse(formatEnvelope(everything)) as Record<string, unknown>
    for (const [field, member] of Object.entries(line)) {
      const binding = ['mqtt', 'amqp', 'kafka'].includes(field) ? Object.keys(member as object) : []
      for (const name of [field, ...binding.map((each) => `${field}.${each}`)])
        expect(format(`{${name}}`, everything), name).not.toBe('')
    }
  })

  it.each([
    ['text', Buffer.from('on')],
    ['json', Buffer.from('1')],
    ['base64', Buffer.of(0xff)],
    ['null', null]
  ])('says the encoding %s', (encoding, payload) => {
    expect(format('{encoding}', { ...value, payload })).toBe(encoding)
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

  it.each([
    ['{chanel}', 1, 'there is no field "chanel"', 'did you mean "{channel}"?'],
    ['{time} {content-type}', 8, 'there is no field "content-type"', 'did you mean "{contentType}"?'],
    ['{kafka.ofset:>6}', 1, 'there is no field "kafka.ofset"', 'did you mean "{kafka.offset}"?'],
    ['{payload:hx}', 1, 'there is no field "payload:hx"', 'did you mean "{payload:hex}"?'],
    ['{topic}', 1, 'there is no field "topic"', 'did you mean "{channel}"?'],
    [
      '{nothing like it}',
      1,
      'there is no field "nothing like it"',
      /^the fields are \{payload\} .*\{headers\.NAME\}/
    ],
    ['{payload.temp:>x}', 13, 'there is no width ":>x"', /^a width is :20, :>6 on the right/],
    ['{channel:<<5}', 8, 'there is no width ":<<5"', /^a width is :20/],
    ['{headers.a:99999}', 10, 'there is no width ":99999"', /at most three digits$/],
    ['{payload.t:.2f}', 10, 'there is no width ":.2f"', /^a width is :20/],
    ['{time} {channel', 7, 'a "{" stands alone', /close the field with "}"/]
  ])('marks the mistake in %s', (text, offset, why, suggestion) => {
    expect(() => parseMessageFormat(text)).toThrow(
      expect.objectContaining({
        kind: 'usage',
        code: 'bad-format',
        message: `cannot use --format: ${why}`,
        marked: { text, offset },
        suggestion: typeof suggestion === 'string' ? suggestion : expect.stringMatching(suggestion)
      })
    )
  })

  it('takes a member or header whose name has a colon', () => {
    expect(
      format('{payload.a:b} {headers.x:y}', {
        ...value,
        payload: Buffer.from('{"a:b":1}'),
        headers: [['x:y', 'z']]
      })
    ).toBe('1 z')
  })

  it('refuses what is no field', () => {
    for (const template of [
      '{}',
      '{headers.}',
      '{payload.}',
      '{mqtt.}',
      '{mqtt.topic}',
      '{amqp.qos}',
      '{__proto__}'
    ])
      expect(() => parseMessageFormat(template)).toThrow(/there is no field/)
  })

  it.each(['{header:trace}', '{header.trace}', '{headers:trace}'])(
    'names a header to who writes %s',
    (template) => {
      expect(() => parseMessageFormat(template)).toThrow(
        expect.objectContaining({ suggestion: expect.stringMatching(/^did you mean "\{headers\.trace\}"\?/) })
      )
    }
  )

  it.each(['%k %s\\n', '%t\n%p'])('refuses fields as other clients write them (%j)', (template) => {
    expect(() => parseMessageFormat(template)).toThrow(
      expect.objectContaining({
        kind: 'usage',
        message: expect.stringContaining('it names no field'),
        suggestion: expect.stringContaining('{key} {payload}')
      })
    )
  })

  it.each([
    ['tick', 'tick'],
    ['100 %', '100 %'],
    ['{size}%d', '72%d']
  ])('takes %j, which may be meant', (template, shown) => {
    expect(format(template)).toBe(shown)
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
