import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { isRetained, payloadBytes } from '../../../src/core/message.js'
import {
  isBroken,
  type RecordedMessage,
  type RecordingItem
} from '../../../src/core/recording/recording-item.js'
import { type RecordingFormat, readRecording } from '../../../src/core/recording/recording-reader.js'

const fixture = (name: string) => readFileSync(new URL(`../../fixtures/recordings/${name}`, import.meta.url))

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size)
}

async function read(
  bytes: Uint8Array | string,
  format?: RecordingFormat,
  size = 100_000
): Promise<RecordingItem[]> {
  const items: RecordingItem[] = []
  for await (const batch of readRecording(inPieces(Buffer.from(bytes), size), { name: 'f', format }))
    items.push(...batch)
  return items
}

const messages = (items: readonly RecordingItem[]) =>
  items.filter((item): item is RecordedMessage => !isBroken(item)).map(({ message }) => message)
const texts = (items: readonly RecordingItem[]) =>
  messages(items).map(
    (each) => `${each.channel} ${each.guarantee} ${isRetained(each)} ${Buffer.from(payloadBytes(each))}`
  )
const faults = (items: readonly RecordingItem[]) => items.filter(isBroken).map(({ broken }) => broken.message)

describe('a recording of mosquitto_sub -F %j', () => {
  test('is recognised and read: bytes, QoS, times', async () => {
    const items = await read(fixture('mosquitto-sub-j.txt'))
    expect(texts(items)).toEqual([
      't/a 1 false {"name":"Ada","n":12345678901234567890, "f":1.0}',
      't/b 0 false plain "text" €',
      't/c 1 false 42',
      't/d 1 false ',
      't/e 1 false l1\nl2\ttab\\x\u0001',
      't/f 1 false [1,2,"x"]'
    ])
    expect(messages(items)[0]?.time).toBe(Date.UTC(2026, 10, 23, 19, 22, 34, 653) * 1000 + 758)
  })

  test('with every property of MQTT 5, repeated headers included', async () => {
    const [first] = messages(await read(fixture('mosquitto-sub-j.txt')))
    expect(first?.headers).toEqual([
      ['k', 'v'],
      ['k', 'w']
    ])
    expect(first).toMatchObject({
      guarantee: 1,
      mqtt: { retain: false, payloadUtf8: true },
      expiry: 60,
      contentType: 'application/json',
      responseChannel: 'r/1',
      correlation: Buffer.from('ab"c')
    })
  })

  test('a payload that is not UTF-8 comes back byte for byte', async () => {
    const line = Buffer.concat([
      Buffer.from(
        '{"tst":"2026-11-23T19:22:34.653758Z+0000","topic":"t","qos":0,"retain":0,"payloadlen":4,"payload":"a'
      ),
      Buffer.from([0xff, 0xfe]),
      Buffer.from('\\n"}\n')
    ])
    const [message] = messages(await read(line))
    expect(Buffer.from(payloadBytes(message ?? { payload: null }))).toEqual(
      Buffer.from([0x61, 0xff, 0xfe, 0x0a])
    )
  })

  test('a payload that mosquitto_sub has cut at a NUL is an error, and is not sent damaged', async () => {
    const line =
      '{"tst":"2026-11-23T19:22:34+0100","topic":"t","qos":0,"retain":0,"payloadlen":9,"payload":"ab"}\n'
    expect(faults(await read(line))).toEqual([
      'cannot read "f", line 1: the payload was 9 bytes, of which mosquitto_sub wrote 2'
    ])
  })

  test('seconds of mosquitto 1.6 and local times are times, too', async () => {
    const line = (tst: string) =>
      `{"tst":${tst},"topic":"t","qos":0,"retain":1,"payloadlen":1,"payload":"x"}\n`
    const items = await read(line('1764000000') + line('"2025-11-24T17:00:00.5+0100"'))
    expect(messages(items).map(({ time }) => time)).toEqual([1_764_000_000_000_000, 1_764_000_000_500_000])
    expect(messages(items)[0]?.mqtt?.retain).toBe(true)
  })
})

describe('a recording of mosquitto_sub -F %J', () => {
  test('is recognised and read; its empty lines are skipped', async () => {
    const items = await read(fixture('mosquitto-sub-json.txt'))
    expect(faults(items)).toEqual([])
    expect(texts(items)).toEqual([
      't/a 1 false {"name":"Ada","n":1.2345678901234567e+19,"f":1}',
      't/c 1 false 42',
      't/d 1 false ',
      't/f 1 false [1,2,"x"]'
    ])
  })

  test('a payload that is a JSON string keeps its quotes, and null differs from an empty payload', async () => {
    const line = (length: number, payload: string) =>
      `{"tst":"2026-11-23T19:22:34+0000","topic":"t","qos":0,"retain":0,"payloadlen":${length},"payload":${payload}}\n`
    const items = await read(line(5, '"abc"') + line(4, 'null') + line(0, 'null'))
    expect(messages(items).map((each) => Buffer.from(payloadBytes(each)).toString())).toEqual([
      '"abc"',
      'null',
      ''
    ])
  })
})

describe('a recording of mqtt_recorder', () => {
  const plain = [
    'm/json 1 false {"name":"Ada","n":12345678901234567890, "f":1.0}',
    'm/text 0 false two\nlines, "quoted"',
    'm/kept 1 false 42',
    'm/kept 0 false '
  ]

  test('is recognised and read, quoted fields with line ends and quotes included', async () => {
    const items = await read(fixture('mqtt-recorder-plain.csv'))
    expect(texts(items)).toEqual([...plain, 'm/umlaut 1 false größer €'])
    const [first, second] = messages(items)
    expect((second?.time ?? 0) - (first?.time ?? 0)).toBe(4771)
  })

  test('with base64 is recognised, too, and gives the sent bytes', async () => {
    const items = await read(fixture('mqtt-recorder-base64.csv'))
    expect(texts(items).slice(0, 4)).toEqual(plain)
    expect(Buffer.from(messages(items)[4]?.payload ?? [])).toEqual(Buffer.from([0, 0xff, 1]))
  })

  test('is the same for any chunks of bytes', async () => {
    const bytes = fixture('mqtt-recorder-plain.csv')
    const whole = texts(await read(bytes, 'mqtt-recorder'))
    for (const size of [1, 2, 7, 64]) expect(texts(await read(bytes, 'mqtt-recorder', size))).toEqual(whole)
  })

  test('is refused if its payloads may be base64 or not and no format is named', async () => {
    const row = 'a,1234,0,False,1764000000.5,0.1\r\n'
    await expect(read(row)).rejects.toThrow('its payloads may be base64 or plain text')
    expect(texts(await read(row, 'mqtt-recorder'))).toEqual(['a 0 false 1234'])
    expect(messages(await read(row, 'mqtt-recorder-base64'))[0]?.payload).toEqual(
      Buffer.from('1234', 'base64')
    )
  })

  test.each([
    ['a,"x",3,False,1764000000.5,0.1', 'its QoS is not 0, 1 or 2'],
    ['a,x,0,maybe,1764000000.5,0.1', 'its retain flag is neither True nor False'],
    ['a,x,0,True,soon,0.1', 'its time is not a number'],
    ['a,x,0', 'it has 3 columns and not 6'],
    ['a\0,x,0,True,1.5,0.1', 'it holds a NUL character'],
    ['a,"x,0,True,1.5,0.1', 'it has 2 columns and not 6 (the file ends within this line)']
  ])('%s is an error that names its line', async (row, why) => {
    const items = await read(`ok,"two\nlines !",0,False,1764000000.5,0.1\r\n${row}`, 'mqtt-recorder')
    expect(faults(items)).toEqual([expect.stringContaining('cannot read "f", line 3: ')])
    expect(faults(items)[0]).toContain(why)
    expect(texts(items)).toEqual(['ok 0 false two\nlines !'])
  })
})

describe('what mqtt_recorder wrote to a .json file', () => {
  test('is recognised and read: a payload that was JSON as its JSON, any other as its text', async () => {
    const items = await read(fixture('mqtt-recorder.json'))
    expect(faults(items)).toEqual([])
    expect(texts(items)).toEqual([
      'rtl_433/Acurite-Tower/7411 0 true {"time":"2025-10-25 17:44:58","id":12345678901234567890,"temperature_C":20.40}',
      'm/text 1 false two\nlines, "quoted" [{]}',
      'm/number 2 false 42'
    ])
    expect(items.map(({ position }) => position)).toEqual([
      1_761_414_298_845_932, 1_761_414_299_845_932, 1_761_414_299_850_000
    ])
  })

  test('with base64 is recognised, too', async () => {
    const row = (payload: string) =>
      `{"topic": "a", "payload": "${payload}", "qos": 0, "retain": false, "timestamp": 1.5}`
    const items = await read(`[${row('AP8B')}, ${row('eyJ4IjoxfQ==')}]`)
    expect(messages(items).map(({ payload }) => Buffer.from(payload ?? []).toString('hex'))).toEqual([
      '00ff01',
      Buffer.from('{"x":1}').toString('hex')
    ])
    await expect(read(`[${row('true')}]`)).rejects.toThrow('its payloads may be base64 or plain text')
    expect(texts(await read(`[${row('true')}]`, 'mqtt-recorder'))).toEqual(['a 0 false true'])
  })

  test('is read up to where it was cut off', async () => {
    const bytes = fixture('mqtt-recorder.json')
    const items = await read(bytes.subarray(0, bytes.length - 60))
    expect(messages(items)).toHaveLength(2)
    expect(faults(items)).toEqual([
      'cannot read "f", line 15: it ends too early (the file ends within this line)'
    ])
    expect(faults(await read(bytes.subarray(0, bytes.length - 3)))).toEqual([
      expect.stringContaining('it ends too early (the file ends within this line)')
    ])
  })
})

describe('what MQTTX exported', () => {
  const received = ['plant/1 0 false {\n  "msg": "hello"\n}', 'plant/2 1 true größer', 'other 2 false ']

  test('is recognised and read: what each connection has received, with its properties', async () => {
    const items = await read(fixture('mqttx.json'))
    expect(faults(items)).toEqual([])
    expect(texts(items)).toEqual(received)
    expect(messages(items)[0]).toMatchObject({
      headers: [
        ['k', 'v'],
        ['k', 'w'],
        ['1', 'x']
      ],
      mqtt: { payloadUtf8: true },
      expiry: 60,
      contentType: 'application/json',
      responseChannel: 'answers',
      correlation: Buffer.from('c-1'),
      time: Date.UTC(2024, 4, 1, 10, 0, 0, 250) * 1000
    })
    expect(messages(items)[1]?.time).toBe(Date.UTC(2024, 4, 1, 10, 0, 2) * 1000)
  })

  test('is recognised and read where it is one connection', async () => {
    expect(texts(await read(fixture('mqttx-connection.json')))).toEqual(received.slice(0, 2))
  })

  test('of messages that were sent alone is an error that says so', async () => {
    const sent = fixture('mqttx.json').toString().replaceAll('"out": false', '"out": true')
    await expect(read(sent)).rejects.toThrow('MQTTX has published its 4 messages and received none')
  })
})

test.each(['mqtt-recorder.json', 'mqttx.json', 'mqttx-connection.json'])(
  '%s is the same however the bytes arrive',
  async (name) => {
    const bytes = fixture(name)
    const whole = await read(bytes)
    for (const size of [1, 2, 7, 64]) expect(await read(bytes, undefined, size)).toEqual(whole)
  }
)

test.each([
  ['[{"topic":"a"}]', 'line 1: its timestamp is not a number'],
  ['[\n{"topic":"a","payload":1,"qos":3,"retain":true,"timestamp":1}\n]', 'line 2: its qos is not 0, 1 or 2'],
  ['[{"topic":"a","payload":1,"qos":0,"retain":1,"timestamp":1}]', 'its retain is neither true nor false'],
  ['[{"topic":"a","qos":0,"retain":true,"timestamp":1}]', 'it has no payload'],
  ['[{"topic":"a",}]', 'line 1: it is not JSON at byte 14'],
  ['[{"a":1}]', 'it is neither a message of mqtt_recorder nor a connection of MQTTX'],
  ['[] nonsense', 'it is not JSON at byte 1'],
  ['[{"clientId":"c","messages":[{"topic":"a","createAt":"soon"}]}]', 'its createAt is not a time']
])('%s is an error that says where and why', async (text, why) => {
  const items = await read(text)
  expect(faults(items)).toEqual([expect.stringContaining(why)])
})

test('a list of envelopes is answered with how to make lines of it', async () => {
  const [item] = await read('[{"channel":"a","payload":1}]')
  expect(item && isBroken(item) && item.broken.suggestion).toContain("jq -c '.[]'")
})

describe('what mosquitto_sub -v wrote', () => {
  test('is read where it is named: a topic up to the first space, then the payload, which may be empty', async () => {
    const items = await read(fixture('mosquitto-verbose.txt'), 'mosquitto-verbose')
    expect(
      messages(items).map(({ channel, payload }) => [channel, Buffer.from(payload ?? []).toString('latin1')])
    ).toEqual([
      ['a/b', 'hello'],
      ['a/b', ''],
      ['a/c', 'd {"x": 1}'],
      ['bin', '\u0000\u00ff\u0001'],
      ['ml', 'l1']
    ])
    expect(faults(items)).toEqual([
      expect.stringContaining('line 6: it is not a topic, a space and a payload')
    ])
    expect(faults(await read('a b\n\nc d\n', 'mosquitto-verbose'))).toHaveLength(1)
  })

  test('is never guessed, because a damaged recording may look the same', async () => {
    await expect(read(fixture('mosquitto-verbose.txt'))).rejects.toMatchObject({
      code: 'unknown-recording',
      suggestion: expect.stringContaining('--format mosquitto-verbose')
    })
  })
})

test('a file that no known tool has written is refused with a suggestion', async () => {
  await expect(read('hello\nworld\n')).rejects.toMatchObject({ kind: 'bad-input', code: 'unknown-recording' })
})
