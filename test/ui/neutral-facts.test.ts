import { describe, expect, it } from 'vitest'
import { ByteWriter } from '../../src/core/byte-writer.js'
import type { Message } from '../../src/core/message.js'
import { bindingFacts, bindingLike } from '../../src/ui/message-binding.js'
import { parseMessageFormat } from '../../src/ui/message-format.js'
import { createMessageLines } from '../../src/ui/message-lines.js'
import { createMessagePrinter } from '../../src/ui/message-printer.js'
import { BrowserInTest, catalogueOf, NOON, SECOND } from './channel-browser/browser-in-test.js'

const print = createMessagePrinter({ colour: 0, width: 80 })
const at = (hour: number, day = 23) => new Date(2026, 10, day, hour, 5, 1, 46).getTime() * 1000
const plain: Message = { channel: 'orders', payload: Buffer.from('x'), headers: [] }

function format(template: string, message: Message): string {
  const into = new ByteWriter()
  parseMessageFormat(template)(message, into)
  return Buffer.from(into.take()).toString('latin1')
}

describe('a message without a binding, in the pretty view', () => {
  it('shows no QoS mark', () => expect(print(plain)).toBe('orders\n  x\n'))
  it('shows its key, when it was published, and that it has no payload', () => {
    const text = print({ ...plain, payload: null, key: 'K', time: at(10), sourceTime: at(4) })
    expect(text).toBe('10:05:01.046  orders\n  key K · published 04:05:01.046\n  (no payload)\n')
  })
  it('shows the day of publication where it was received on another, or never', () => {
    expect(print({ ...plain, time: at(10), sourceTime: at(4, 20) })).toContain(
      'published 2026-11-20 04:05:01.046'
    )
    expect(print({ ...plain, sourceTime: at(4, 20) })).toContain('published 2026-11-20 04:05:01.046')
  })
  it('shows bytes in hex, and short', () => {
    const headers = [
      ['a', Uint8Array.of(255, 0)],
      ['b', new Uint8Array(1000)]
    ] as const
    expect(print({ ...plain, key: Uint8Array.of(254), headers })).toBe(
      `orders\n  a: 0xff00\n  b: 0x${'00'.repeat(32)}… (1000 bytes)\n  key 0xfe\n  x\n`
    )
  })
  it('obeys nothing that a key holds', () => {
    expect(print({ ...plain, key: 'a\x1b[2J' })).toContain('key a\\u001b[2J')
  })
})

describe('a message of AMQP', () => {
  const amqp = {
    exchange: '',
    routingKey: 'q',
    deliveryMode: 2,
    priority: 5,
    messageId: 'm\x1b[2J',
    type: 'order',
    appId: 'shop',
    userId: Uint8Array.of(255),
    contentEncoding: 'gzip',
    redelivered: true,
    deliveryCount: 2,
    offset: 7
  }
  it('shows in the pretty view what its publisher says of it', () => {
    expect(print({ ...plain, guarantee: 1, amqp })).toBe(
      'orders  dup\n  priority 5 · id m\\u001b[2J · type order · application shop · user 0xff · encoding gzip · offset 7\n  x\n'
    )
    expect(print({ ...plain, amqp: { exchange: 'amq.topic', deliveryMode: 2 } })).toBe('orders\n  x\n')
  })
  it('shows in the browser how it was delivered, too', () => {
    expect(bindingFacts({ headers: [], amqp })).toEqual([
      ['exchange', 'the default exchange'],
      ['routing key', 'q'],
      ['kept', 'on disk (persistent)'],
      ['duplicate', 'perhaps: it was delivered before'],
      ['delivered before', '2 times'],
      ['priority', '5'],
      ['id', 'm\\u001b[2J'],
      ['type', 'order'],
      ['application', 'shop'],
      ['user', '0xff'],
      ['encoding', 'gzip'],
      ['offset', '7']
    ])
    expect(bindingFacts(plain)).toEqual([])
  })
  it('says in a format whether it came before', () => {
    expect(format('{dup}', { ...plain, amqp })).toBe('true')
    expect(format('{dup}', { ...plain, amqp: {} })).toBe('false')
  })
})

describe('a message of Kafka', () => {
  const kafka = { partition: 3, offset: 12, isAppendTime: true, nullHeaders: [1] }
  const message: Message = {
    ...plain,
    key: 'house-1',
    payload: null,
    headers: [
      ['a', ''],
      ['b', '']
    ],
    time: at(10),
    sourceTime: at(4),
    kafka
  }
  it('shows in the pretty view its key and where it is, and which headers have no value', () => {
    expect(print(message)).toBe(
      '10:05:01.046  orders\n  a: \n  b: (no value)\n' +
        '  key house-1 · partition 3 · offset 12 · stored 04:05:01.046\n  (no payload)\n'
    )
    expect(print({ ...message, kafka: { partition: 3, offset: 12 } })).toContain('b: \n')
    expect(print({ ...message, kafka: { partition: 3, offset: 12 } })).toContain('· published 04:05:01.046')
  })
  it('shows on one line its key and that it is a tombstone, and not where it is: each message is somewhere', () => {
    const line = createMessageLines({ colour: 0, width: 200 })
    expect(line({ ...plain, key: 'k', payload: null, kafka })).toBe('orders  (no payload)  (key k)\n')
    expect(line({ ...plain, kafka: { partition: 0, offset: 7 } })).toBe('orders  x\n')
  })
  it('shows in the browser who has set its time, too', () => {
    expect(bindingFacts({ headers: [], kafka })).toEqual([
      ['partition', '3'],
      ['offset', '12'],
      ['its time', 'set by the broker, which stored it then']
    ])
    const catalogue = catalogueOf([{ ...message, time: NOON + SECOND, sourceTime: NOON }])
    const { screen } = new BrowserInTest(catalogue, { columns: 110, rows: 40 }).press('2')
    expect(screen).toMatch(/payload +\(no payload\)/)
    expect(screen).toMatch(/partition +3/)
    expect(screen).toMatch(/offset +12/)
    expect(screen).toMatch(/key +house-1/)
    expect(screen).toMatch(/stored +2026-11-23 /)
    expect(screen).toMatch(/b +\(no value\)/)
  })
  it('says in a format where it is, and nothing of coming before', () => {
    expect(format('{partition} {offset} {key} [{dup}]', message)).toBe('3 12 house-1 []')
    expect(format('[{partition}{offset}]', plain)).toBe('[]')
    expect(format('{offset}', { ...plain, amqp: { offset: 7 } })).toBe('7')
  })
  it('keeps in a message that is composed from it what belongs to its content', () => {
    expect(bindingLike(message, false)).toEqual({ mqtt: { retain: false }, kafka: { nullHeaders: [1] } })
    expect(bindingLike({ ...plain, kafka: { partition: 1, offset: 2 } }, false)).toEqual({
      mqtt: { retain: false }
    })
  })
})

describe('--format, of a message without a binding', () => {
  it('has empty text for what it lacks', () => {
    expect(
      format(
        '[{payload}{payload.a}{qos}{retain}{dup}{key}{sourceTime}{contentType}{subscriptionIds}{time}]',
        { ...plain, payload: null }
      )
    ).toBe('[]')
    expect(format('{key} {sourceTime} {size}', { ...plain, key: 'K', sourceTime: 1_000_001 })).toBe(
      'K 1970-01-01T00:00:01.000001Z 1'
    )
  })
  it('still says false of an MQTT message', () => {
    expect(format('{retain} {dup}', { ...plain, mqtt: { retain: false } })).toBe('false false')
  })
})

describe('the browser, of a message without a binding', () => {
  const key = 'K\x1b'
  const tombstone: Message = {
    ...plain,
    payload: null,
    key,
    time: NOON + 2 * SECOND,
    sourceTime: NOON,
    headers: [['h', Uint8Array.of(255)]]
  }
  const first: Message = { ...plain, payload: Buffer.alloc(0), time: NOON + SECOND }
  const browser = () => new BrowserInTest(catalogueOf([first, tombstone]), { columns: 110, rows: 40 })
  it('in the facts line, the payload tab, and the changes', () => {
    const { screen } = browser()
    expect(screen).toContain('(no payload) · key K\\u001b · published ')
    expect(screen).not.toContain('QoS')
    expect(browser().press('3').screen).toContain('+ (no payload)')
  })
  it('in the properties', () => {
    const { screen } = browser().press('2')
    expect(screen).toMatch(/payload +\(no payload\)/)
    expect(screen).toMatch(/key +K\\u001b/)
    expect(screen).toMatch(/published +2026-11-23 /)
    expect(screen).toMatch(/h +0xff/)
    expect(screen).not.toContain('QoS')
  })
  it('in the history', () => {
    const { screen } = browser().press('5')
    expect(screen).toMatch(/\d 0 bytes key K\\u001b \(no payload\)/)
    expect(screen).toMatch(/\d 0 bytes \(empty\)/)
  })
  it('in chart and search, as nothing', async () => {
    expect(browser().press('4').screen).toContain('no numbers')
    const searched = await browser().press('/').type('zzz').search()
    expect(searched.screen).toContain('no channel matches')
  })
})
