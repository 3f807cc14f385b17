import { Parser } from '@asyncapi/parser'
import { describe, expect, test } from 'vitest'
import type { Comparison } from '../../src/core/asyncapi/compare-document.js'
import { findingsOf } from '../../src/core/asyncapi/document-findings.js'
import { type EditableDocument, ValueDocument } from '../../src/core/asyncapi/editable-document.js'
import { formatJson, jsonObject } from '../../src/core/catalogue/json-tree.js'
import { parseJson } from '../../src/core/catalogue/parse-json.js'
import type { Message } from '../../src/core/message.js'
import { ViolationTally } from '../../src/core/violation-tally.js'
import { YamlDocument } from '../../src/files/document/yaml-document.js'
import {
  checkChannels,
  documentChannels,
  findingsFailure,
  openChannelDocument,
  rulesWith
} from '../../src/operations/document-channels.js'
import { formatComparison } from '../../src/ui/document-report.js'
import { fixtureMessages, messageOn, observed } from '../support/observed.js'
import { WRONG } from '../support/plain-contract.js'

const SERVER = { host: 'broker.example:1883', protocol: 'mqtt', protocolVersion: '5.0' }
const newJson = (text = '{}') => new ValueDocument(parseJson(text), (root) => formatJson(root, 2))

function update(
  document: EditableDocument,
  messages: readonly Message[],
  isNew = true,
  separator = '/'
): string {
  const opened = openChannelDocument(document, isNew, { separator, hidden: '$' })
  const families = observed(messages, { separator }).families(rulesWith(opened, {}))
  documentChannels(opened, families, ['#'], { title: 'Test', server: isNew ? SERVER : undefined })
  return document.format()
}

function differences(
  text: string,
  messages: readonly Message[],
  patterns = ['#'],
  separator = '/'
): string[] {
  const opened = openChannelDocument(YamlDocument.parse(text), false, { separator, hidden: '$' })
  const families = observed(messages, { separator }).families(rulesWith(opened, {}))
  return formatComparison(checkChannels(opened, families, patterns))
}

async function problems(text: string): Promise<string[]> {
  const diagnostics = await new Parser().validate(text)
  return diagnostics
    .filter(({ severity }) => severity === 0)
    .map(({ message, path }) => `${path.join('.')}: ${message}`)
}

const every = ['zigbee2mqtt', 'tasmota', 'home-assistant', 'sparkplug'].flatMap((name) =>
  fixtureMessages(`devices/${name}.jsonl`)
)

const odd = [
  messageOn('/', '{}'),
  messageOn('a/{b}/c', '[1,null]'),
  messageOn('a b/ü/"quoted": #x', '"text"'),
  messageOn('mixed', 'text', {
    contentType: 'text/plain; charset=utf-8',
    mqtt: { retain: false, payloadUtf8: true }
  }),
  messageOn('mixed', Buffer.from([255, 0])),
  messageOn('mixed', '{"__proto__":1,"$ref":"#/nowhere","a/b~c":1e5}', {
    guarantee: 2,
    correlation: Buffer.from('x')
  }),
  messageOn('empty', '', { mqtt: { retain: true } }),
  messageOn('true', 'no'),
  messageOn('123', '2026-11-23')
]

describe('a new document', () => {
  test('has no errors for the AsyncAPI parser, as YAML and as JSON', async () => {
    expect(await problems(update(YamlDocument.parse(''), every))).toEqual([])
    expect(await problems(update(newJson(), every))).toEqual([])
  })

  test('has no errors with unusual channels and payloads', async () => {
    expect(await problems(update(YamlDocument.parse(''), odd))).toEqual([])
    expect(await problems(update(newJson(), odd))).toEqual([])
  })

  test('describes server, channel, parameters, message and operation', async () => {
    const messages = ['0001', '0002', '0003'].map((id) =>
      messageOn(`device/${id}/temp`, '{"c":21.50}', { guarantee: 1, mqtt: { retain: true } })
    )
    expect(update(YamlDocument.parse(''), messages)).toBe(`asyncapi: 3.0.0
info:
  title: Test
  version: 1.0.0
  description: Channels and messages as they were observed on the broker.
servers:
  broker:
    host: broker.example:1883
    protocol: mqtt
    protocolVersion: "5.0"
channels:
  device_device_id_temp:
    address: device/{device_id}/temp
    parameters:
      device_id:
        examples:
          - "0001"
          - "0002"
          - "0003"
    messages:
      device_device_id_temp:
        name: device_device_id_temp
        contentType: application/json
        payload:
          type: object
          properties:
            c:
              type: number
          required:
            - c
        examples:
          - payload:
              c: 21.50
        bindings:
          mqtt:
            bindingVersion: 0.2.0
operations:
  receive_device_device_id_temp:
    action: receive
    channel:
      $ref: "#/channels/device_device_id_temp"
    messages:
      - $ref: "#/channels/device_device_id_temp/messages/device_device_id_temp"
    bindings:
      mqtt:
        qos: 1
        retain: true
        bindingVersion: 0.2.0
`)
  })

  test('keeps the digits of numbers', () => {
    const messages = [messageOn('n', '[12345678901234567890,1.0,1e400,-0.10E-5]')]
    for (const text of [update(YamlDocument.parse(''), messages), update(newJson(), messages)]) {
      for (const number of ['12345678901234567890', '1.0', '400', '-0.10E-5']) expect(text).toContain(number)
    }
  })

  test('stays the same, and has no difference, when the same messages are written into it again', () => {
    for (const messages of [every, odd]) {
      const yaml = update(YamlDocument.parse(''), messages)
      expect(update(YamlDocument.parse(yaml), messages, false)).toBe(yaml)
      expect(differences(yaml, messages)).toEqual([])
      const json = update(newJson(), messages)
      expect(update(newJson(json), messages, false)).toBe(json)
    }
  })
})

describe('keys and names', () => {
  const written = (...messages: readonly Message[]) => {
    const document = YamlDocument.parse('')
    update(document, messages)
    return document
  }
  const keysIn = (document: EditableDocument, ...path: string[]) => Object.keys(Object(document.get(path)))

  test.each([
    ['Küche/Straße', 'Kuche_Strasse'],
    ['Ærø/Łódź', 'Aero_Lodz'],
    ['Тест/Щука', 'Test_Shchuka'],
    ['Αθήνα', 'Athina'],
    ['温度', 'u6e29_u5ea6'],
    ['🌡/x', 'u1f321_x'],
    ['/', 'channel']
  ])('are readable for names in any script: %s', async (channel, key) => {
    const document = written(messageOn(channel, '1'))
    expect(keysIn(document, 'channels')).toEqual([key])
    expect(document.get(['channels', key, 'address'])).toBe(channel)
    expect(await problems(document.format())).toEqual([])
  })

  test('the name of a parameter is readable, too', () => {
    const document = written(...['1', '2', '3'].map((id) => messageOn(`Räume/${id}`, '1')))
    expect(document.get(['channels', 'Raume_raume_id', 'address'])).toBe('Räume/{raume_id}')
  })

  test('a message is named after its channel, and each name is unique', () => {
    const document = written(
      messageOn('a/b', '{"x":1}'),
      messageOn('a.b', '{"y":1}'),
      messageOn('c', '{"x":1}'),
      messageOn('c', 'text'),
      messageOn('c/text', 'text')
    )
    const names = keysIn(document, 'channels').flatMap((channel) =>
      keysIn(document, 'channels', channel, 'messages').map((key) => {
        expect(document.get(['channels', channel, 'messages', key, 'name'])).toBe(key)
        return key
      })
    )
    expect(names).toEqual(['a_b', 'a_b_2', 'c_json', 'c_text', 'c_text_2'])
  })

  test('a message of another kind is added under a name that no other message has', () => {
    const text = `asyncapi: 3.0.0
channels:
  c:
    address: c
    messages:
      mine: { name: c_text, contentType: application/json }
`
    const document = YamlDocument.parse(text)
    update(document, [messageOn('c', 'on')], false)
    expect(keysIn(document, 'channels', 'c', 'messages')).toEqual(['mine', 'c_text_2'])
    update(document, [messageOn('c', Buffer.from([255]))], false)
    expect(keysIn(document, 'channels', 'c', 'messages')).toEqual(['mine', 'c_text_2', 'c_binary'])
  })
})

describe('an object whose names are identifiers', () => {
  const first = messageOn('devices', '{"0x00158d0001a2b3c4":{"on":true},"0x00158d0001ffffff":{"on":false}}')
  const second = messageOn('devices', '{"0x00124b0014d52bd6":{"on":true},"0x00124b0014d52bd7":{"on":null}}')

  test('is a map in the document, and a further identifier is no difference', () => {
    const text = update(YamlDocument.parse(''), [first])
    expect(text).toMatch(/additionalProperties:\n +type: object\n +properties:\n +"on":/)
    expect(differences(text, [first])).toEqual([])
    expect(differences(text, [second])).toEqual(['devices: *.on: was also null'])
    const updated = update(YamlDocument.parse(text), [second], false)
    expect(differences(updated, [first, second])).toEqual([])
    expect(updated).not.toMatch(/0x00124b/)
  })

  test('is a map beside other names, which are listed', () => {
    const counted = (ids: string) => messageOn('devices', `{"count":2,${ids}}`)
    const text = update(YamlDocument.parse(''), [counted('"2026-11-01":{"n":1},"2026-11-02":{"n":2}')])
    expect(text).toContain('patternProperties:')
    expect(differences(text, [counted('"2026-11-03":{"n":1}')])).toEqual([])
    expect(differences(text, [counted('"2026-11-03":{"n":1},"2026-11-04":{"m":1}')])).toEqual([
      'devices: *: "n" was not always there',
      'devices: *: "m" not in the document'
    ])
    expect(differences(text, [counted('"total":{"n":1}')])).toEqual([
      'devices: payload: "total" not in the document'
    ])
  })

  test('is a difference from a document that lists identifiers, and an update loosens it', () => {
    const text = `asyncapi: 3.0.0
channels:
  devices:
    address: devices
    messages:
      m: { payload: { type: object, required: ["0x00158d0001a2b3c4"], properties: { "0x00158d0001a2b3c4": { type: object } } } }
`
    expect(differences(text, [second])).toEqual([
      'devices: payload: names that are identifiers are not described'
    ])
    const updated = update(YamlDocument.parse(text), [second], false)
    expect(differences(updated, [first, second])).toEqual([])
  })

  test('is trusted if an author wrote the pattern', () => {
    const text = `asyncapi: 3.0.0
channels:
  devices:
    address: devices
    messages:
      m: { payload: { type: object, patternProperties: { "^(0x)?[0-9a-f]+$": { type: object } } } }
`
    expect(differences(text, [second, messageOn('devices', '{"one":1}')])).toEqual([])
  })
})

const BY_PEOPLE = `# Ours, by hand
asyncapi: 3.0.0
info:
  title: The house # a good title
  version: 7.1.0
channels:
  roomTemperature:
    address: home/{room}/temp
    title: Temperature of a room
    description: Measured at the door
    parameters:
      room: { description: Which room }
    messages:
      reading:
        $ref: '#/components/messages/Reading'
  doorbell:
    address: home/doorbell
    description: Rings
components:
  messages:
    Reading:
      summary: One reading
      payload:
        type: object
        # since 2024
        properties:
          c:
            type: integer
            description: Degrees Celsius # not Fahrenheit
        required: [c, by]
      examples:
        - name: winter
          payload: { c: -12 }
`

describe('a document that people wrote', () => {
  const seen = [messageOn('home/kitchen/temp', '{"c":21.5,"battery":99}'), messageOn('garden', 'wet')]

  test('keeps what they wrote; an update adds and loosens what was observed', async () => {
    const text = update(YamlDocument.parse(BY_PEOPLE), seen, false)
    for (const line of BY_PEOPLE.split('\n').filter((line) => !/type: integer|required/.test(line)))
      expect(text).toContain(line)
    expect(text).toContain('type: number\n            description: Degrees Celsius # not Fahrenheit')
    expect(text).toContain('battery:\n            type: integer')
    expect(text).toMatch(/required:\s*(\[ ?c ?\]|- c)/)
    expect(text).not.toContain('by]')
    expect(text).toContain('address: garden')
    expect(await problems(text)).toEqual([])
  })

  test('differs in channels that are silent, not documented or different', () => {
    expect(differences(BY_PEOPLE, seen)).toEqual([
      'home/doorbell: silent: in the document, nothing came',
      'garden: not documented',
      'home/{room}/temp: payload: "by" was not always there',
      'home/{room}/temp: payload: "battery" not in the document',
      'home/{room}/temp: c: was also number'
    ])
  })

  test('has no silent channels outside of the observed patterns', () => {
    expect(differences(BY_PEOPLE, [], ['garden/#', 'home/+', 'x/doorbell'])).toEqual([
      'home/doorbell: silent: in the document, nothing came'
    ])
    expect(differences(BY_PEOPLE, [], ['home/kitchen/temp'])).toEqual([
      'home/{room}/temp: silent: in the document, nothing came'
    ])
  })

  test('differs if payloads were something that it does not describe', () => {
    const text = `asyncapi: 3.0.0
channels:
  c:
    address: c
    messages:
      m: { contentType: application/json, payload: { type: object, properties: { at: { type: string, format: date-time }, n: { type: integer } } } }
`
    expect(differences(text, [messageOn('c', '{"at":"soon","n":null}')])).toEqual([
      'c: at: was not always date-time',
      'c: n: was also null'
    ])
    expect(differences(text, [messageOn('c', Buffer.from([255]))])).toEqual([
      'c: carries binary payloads, which no message describes'
    ])
    expect(differences(text, [messageOn('c', '{}')])).toEqual([])
  })

  test('a documented channel without parameters stays apart from the family that it would belong to', () => {
    const text = 'asyncapi: 3.0.0\nchannels: { one: { address: d/1 } }\n'
    const messages = ['1', '2', '3', '4'].map((id) => messageOn(`d/${id}`, 'x'))
    expect(differences(text, messages)).toContain('d/{d_id}: not documented')
    expect(differences(text, messages).join()).not.toContain('silent')
  })

  test.each(['asyncapi: 2.6.0', '{}', '- 1', 'hello'])('is refused if it is no AsyncAPI 3: %s', (text) => {
    expect(() =>
      openChannelDocument(YamlDocument.parse(text), false, { separator: '/', hidden: '$' })
    ).toThrow(expect.objectContaining({ kind: 'bad-input', code: 'not-asyncapi-3' }))
  })

  test('is refused if it is no YAML', () => {
    expect(() => YamlDocument.parse('a: [')).toThrow(
      expect.objectContaining({ kind: 'bad-input', code: 'bad-yaml' })
    )
  })
})

describe('parts of a document that tidings did not write', () => {
  const head = 'asyncapi: 3.0.0\n'
  const seen = [messageOn('replies', '{"a":1}')]
  const both = (text: string, messages: readonly Message[] = seen) => {
    const yaml = YamlDocument.parse(text)
    update(yaml, messages, false)
    const json = newJson(formatJson(YamlDocument.parse(text).get([]) ?? null))
    update(json, messages, false)
    return [yaml, json]
  }

  test.each([
    ['a channel without an address', '{ address: null, description: Answers }'],
    ['a channel that says nothing of an address', '{ description: Answers }'],
    ['a channel that is described elsewhere', '{ $ref: "./other.yaml#/channels/replies" }'],
    ['a channel that a reference does not find', '{ $ref: "#/components/channels/none" }'],
    ['a channel that is no object', 'later']
  ])('stay, and the observed channel gets another key: %s', (_, channel) => {
    const text = `${head}channels:\n  replies: ${channel}\n`
    const before = YamlDocument.parse(text).get(['channels', 'replies'])
    for (const document of both(text)) {
      expect(document.get(['channels', 'replies'])).toEqual(before)
      expect(document.get(['channels', 'replies_2', 'address'])).toBe('replies')
      expect(document.get(['operations', 'receive_replies_2', 'channel'])).toEqual({
        $ref: '#/channels/replies_2'
      })
      expect(document.get(['components'])).toBeUndefined()
    }
  })

  test('an operation stays, and the new operation gets another key', () => {
    const operations = '{ receive_replies: { action: send, channel: { $ref: "#/channels/x" } } }'
    const text = `${head}channels: {}\noperations: ${operations}\n`
    for (const document of both(text)) {
      expect(document.get(['operations', 'receive_replies', 'action'])).toBe('send')
      expect(document.get(['operations', 'receive_replies_2', 'action'])).toBe('receive')
    }
  })

  test.each([
    ['elsewhere', '{ $ref: "./messages.yaml#/Reply" }'],
    ['in a place that the document lacks', '{ $ref: "#/components/messages/none" }'],
    ['behind more references than anybody writes', '{ $ref: "#/channels/replies/messages/m" }'],
    ['as no object', 'later']
  ])('a message that is described %s is trusted and stays', (_, message) => {
    const text = `${head}channels:\n  replies: { address: replies, messages: { m: ${message} } }\n`
    expect(differences(text, seen)).toEqual([])
    const before = YamlDocument.parse(text).get([])
    for (const document of both(text)) expect(document.get([])).toEqual(before)
  })

  test.each([
    ['its payload', 'm: { payload: { $ref: "./schemas.yaml#/Reply" }, examples: [] }'],
    [
      'a part of its payload',
      'm: { payload: { type: object, properties: { a: { $ref: "x.json" } } }, examples: [] }'
    ]
  ])('a message of which %s is described elsewhere stays', (_, message) => {
    const text = `${head}channels:\n  replies: { address: replies, messages: { ${message} } }\n`
    const before = YamlDocument.parse(text).get([])
    for (const document of both(text)) expect(document.get([])).toEqual(before)
  })

  test('messages, parameters and servers that are described elsewhere stay', () => {
    const channel =
      '{ address: "d/{id}", messages: { $ref: "m.yaml" }, parameters: { id: { $ref: "p.yaml" } } }'
    const text = `${head}servers: { $ref: "s.yaml" }\nchannels:\n  d: ${channel}\n`
    const opened = openChannelDocument(YamlDocument.parse(text), false, { separator: '/', hidden: '$' })
    const families = observed([messageOn('d/1', '{"a":1}')]).families(rulesWith(opened, {}))
    const before = opened.document.get([])
    documentChannels(opened, families, ['#'], { title: 'Test', server: SERVER })
    expect(opened.document.get([])).toEqual(before)
  })

  test('a server that is null does not prevent an update', () => {
    const opened = openChannelDocument(YamlDocument.parse(`${head}servers: { broker: null }\n`), false, {
      separator: '/',
      hidden: '$'
    })
    documentChannels(opened, [], ['#'], { title: 'Test', server: SERVER })
    expect(opened.document.get(['servers'])).toEqual({ broker: null, broker_2: SERVER })
  })

  test.each(['channels: []', 'channels: later', 'operations: 1', 'servers: [a]', 'components: later'])(
    'a document is refused if nothing can be added to it: %s',
    (line) => {
      expect(() =>
        openChannelDocument(YamlDocument.parse(`${head}${line}\n`), false, { separator: '/', hidden: '$' })
      ).toThrow(expect.objectContaining({ kind: 'bad-input', code: 'bad-document' }))
    }
  )
})

describe('where a dot divides levels', () => {
  const text = `asyncapi: 3.0.0
channels:
  temp:
    address: plant.{plant_id}.temp
    parameters:
      plant_id: { enum: [north, south] }
  path:
    address: site/a/{b}.x.temp
  bell:
    address: plant.bell
`
  const seen = ['north', 'a/b'].map((plant) => messageOn(`plant.${plant}.temp`, '{"c":1}'))
  const missing = [
    'site/a/{b}.x.temp: silent: in the document, nothing came',
    'plant.bell: silent: in the document, nothing came',
    'plant.{plant_id}.temp: parameter plant_id: its enum lacks "a/b"',
    'plant.{plant_id}.temp: it has no message for json payloads'
  ]

  test('a document is compared level by level, and a slash is part of a level', () => {
    expect(differences(text, seen, ['#'], '.')).toEqual(missing)
    expect(differences(text, [], ['plant.+'], '.')).toEqual([
      'plant.bell: silent: in the document, nothing came'
    ])
    expect(differences(text, [], ['plant.x/y.temp'], '.')).toEqual([
      'plant.{plant_id}.temp: silent: in the document, nothing came'
    ])
    expect(differences(text, [], ['plant/#', 'site/#'], '.')).toEqual([])
  })

  test('an update adds what is missing, and a second update adds nothing', () => {
    const silent = missing.filter((line) => line.includes('silent'))
    const updated = update(YamlDocument.parse(text), seen, false, '.')
    expect(updated).toMatch(/enum: \[ *north, south, a\/b *\]/)
    expect(differences(updated, seen, ['#'], '.')).toEqual(silent)
    expect(update(YamlDocument.parse(updated), seen, false, '.')).toBe(updated)
  })

  test('a new document has addresses with dots, and the same keys and references as with slashes', async () => {
    const messages = ['1', '2', '3'].map((id) => messageOn(`device.${id}.a/b`, '{"c":1}'))
    const document = YamlDocument.parse('')
    const written = update(document, messages, true, '.')
    expect(document.get(['channels', 'device_device_id_a_b', 'address'])).toBe('device.{device_id}.a/b')
    expect(document.get(['channels', 'device_device_id_a_b', 'parameters'])).toEqual({
      device_id: { examples: ['1', '2', '3'] }
    })
    expect(written).toContain('$ref: "#/channels/device_device_id_a_b/messages/device_device_id_a_b"')
    expect(await problems(written)).toEqual([])
    expect(differences(written, messages, ['#'], '.')).toEqual([])
  })
})

test('a document of channels of AMQP has no errors for the AsyncAPI parser', async () => {
  const received = (channel: string, amqp: Message['amqp']) =>
    messageOn(channel, '{"a":1}', { guarantee: 1, mqtt: undefined, amqp })
  const written = update(
    YamlDocument.parse(''),
    [
      received('order.created', { exchange: 'amq.topic', deliveryMode: 2, priority: 1, type: 'order' }),
      received('/queues/orders', { exchange: '', routingKey: 'orders', contentEncoding: 'gzip' })
    ],
    true,
    '.'
  )
  expect(await problems(written)).toEqual([])
  expect(written).toContain('name: amq.topic')
  expect(written).toContain('is: queue')
})

describe('channels that a broker lists and that no message came on', () => {
  const names = ['d.1', 'd.2', 'd.3', 'e'].map((name) => ({ name }))

  /** The updated document, and how it differed before. */
  function listedIn(text: string, messages: readonly Message[] = []) {
    const opened = openChannelDocument(YamlDocument.parse(text), text === '', { separator: '.', hidden: '$' })
    const catalogue = observed(messages, { separator: '.' })
    catalogue.list(names, 0)
    const families = catalogue.families(rulesWith(opened, {}))
    const comparison = documentChannels(opened, families, ['#'], { title: 'Test', server: undefined })
    return { document: opened.document, text: opened.document.format(), told: formatComparison(comparison) }
  }

  test('are in a new document with their addresses only', async () => {
    const { document, text } = listedIn('')
    expect(document.get(['channels'])).toEqual({
      d_d_id: { address: 'd.{d_id}', parameters: { d_id: { examples: ['1', '2', '3'] } } },
      e: { address: 'e' }
    })
    expect(document.get(['operations', 'receive_e'])).toEqual({
      action: 'receive',
      channel: { $ref: '#/channels/e' }
    })
    expect(await problems(text)).toEqual([])
  })

  test('get messages in the document once some came, and are silent in the document until then', async () => {
    const before = listedIn('')
    expect(listedIn(before.text).told).toEqual([
      'd.{d_id}: silent: in the document, nothing came',
      'e: silent: in the document, nothing came'
    ])
    expect(listedIn(before.text).text).toBe(before.text)
    const after = listedIn(before.text, [messageOn('d.2', '{"a":1}')])
    expect(after.told).toEqual([
      'e: silent: in the document, nothing came',
      'd.{d_id}: it has no message for json payloads'
    ])
    expect(after.document.get(['channels', 'd_d_id', 'messages', 'd_d_id', 'contentType'])).toBe(
      'application/json'
    )
    expect(await problems(after.text)).toEqual([])
    expect(listedIn(after.text, [messageOn('d.2', '{"a":1}')]).told).toEqual([
      'e: silent: in the document, nothing came'
    ])
  })

  test('are differences if the document lacks them, or lacks a value of a parameter', () => {
    const text = `asyncapi: 3.0.0
channels:
  d:
    address: d.{d_id}
    parameters:
      d_id: { enum: ['1', '2'] }
`
    expect(listedIn(text).told).toEqual([
      'd.{d_id}: silent: in the document, nothing came',
      'e: not documented',
      'd.{d_id}: parameter d_id: its enum lacks "3"'
    ])
  })
})

describe('a check', () => {
  const none = { matched: [], silent: [], undocumented: [], differences: [] }
  const findings = (more: Partial<Comparison> = {}, version = '3.0.0', tally = new ViolationTally()) =>
    findingsFailure(
      'a.yaml',
      newJson(`{"asyncapi":"${version}"}`),
      findingsOf({ ...none, ...more }, tally),
      'tidings channels room/1 --asyncapi a.yaml'
    )

  const kind = { differences: [{ address: 'a', text: 'carries text payloads', edits: [] }] }

  test('names what brings a document up to date, where something does', () => {
    const line = 'bring the document up to date: tidings channels room/1 --asyncapi a.yaml'
    expect(findings(kind)?.suggestion).toContain(line)
    expect(findings({ silent: ['x'], ...kind })?.suggestion).toContain(line)
  })

  test.each([
    ['silent channels stay', { silent: ['x'] }, '3.0.0', 0],
    ['version 2 is not written', kind, '2.6.0', 0],
    ['a broken rule is not loosened', kind, '3.0.0', 1]
  ])('names nothing that would not help: %s', (_, more, version, wrong) => {
    const tally = new ViolationTally()
    for (let at = 0; at < wrong; at++) tally.add('a', [WRONG])
    expect(findings(more, version, tally)?.suggestion).toBe('correct who publishes, or the document')
  })

  test('fails only on a finding, and what is inferred of schemas is none', () => {
    expect(findings()).toBeUndefined()
    const edits = [{ path: ['x'], value: 1 }]
    expect(findings({ differences: [{ address: 'a', text: 'wider', edits }] })).toBeUndefined()
  })

  test.each([
    [{ silent: ['x'] }, '1 silent'],
    [{ differences: [{ address: 'a', text: 'carries text payloads', edits: [] }] }, '1 of another kind']
  ])('fails on %j', (more, counts) => {
    expect(findings(more)).toMatchObject({
      kind: 'wrong-messages',
      code: 'document-differs',
      message: expect.stringContaining(counts)
    })
  })
})

test('a reference within the document is followed, escapes included', () => {
  const document = newJson(
    '{"asyncapi":"3.0.0","channels":{"a":{"$ref":"#/components/channels/x~1y%20z"}},"components":{"channels":{"x/y z":{"address":"q"}}}}'
  )
  expect(openChannelDocument(document, false, { separator: '/', hidden: '$' }).channels).toMatchObject([
    { key: 'a', address: 'q' }
  ])
})

test('a value that is set in a document of values can be read back, and removed', () => {
  const document = new ValueDocument(jsonObject(), formatJson)
  document.set(['a', 'b'], [null])
  document.set(['a', 'b', 1], 'x')
  expect(document.format()).toBe('{"a":{"b":[null,"x"]}}')
  document.remove(['a', 'b'])
  expect(document.get(['a', 'b'])).toBeUndefined()
})
