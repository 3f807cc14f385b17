import { describe, expect, test } from 'vitest'
import { ChannelCatalogue } from '../../../src/core/catalogue/channel-catalogue.js'
import type { ChannelFamily, FamilyRules } from '../../../src/core/catalogue/channel-family.js'
import { formatJson } from '../../../src/core/catalogue/json-tree.js'
import { compileParameterRule } from '../../../src/core/catalogue/parameter-rule.js'
import { TidingsError } from '../../../src/core/errors.js'
import { NO_HEADERS } from '../../../src/core/message.js'
import { messageOn, observed } from '../../support/observed.js'
import { separatedGrammar } from '../../support/separated-grammar.js'

function familiesOf(
  channels: Readonly<Record<string, string>>,
  rules?: FamilyRules,
  encoding: BufferEncoding = 'utf8',
  separator = '/'
): ChannelFamily[] {
  const catalogue = new ChannelCatalogue({
    separator,
    hidden: '$',
    maxChannels: 100_000,
    maxBytes: 1e9,
    historyPerChannel: 1,
    examinedPerSecond: Number.POSITIVE_INFINITY
  })
  for (const [channel, payload] of Object.entries(channels)) {
    const mqtt = { retain: false }
    catalogue.observe([
      { channel, payload: Buffer.from(payload, encoding), headers: NO_HEADERS, guarantee: 0, mqtt, time: 1 }
    ])
  }
  return catalogue.families(rules)
}

const rule = (text: string, separator = '/') => compileParameterRule(text, separatedGrammar(separator))

function addresses(channels: readonly string[], rules?: FamilyRules, separator = '/'): string[] {
  const messages = Object.fromEntries(channels.map((name) => [name, '1']))
  return familiesOf(messages, rules, 'utf8', separator).map(({ address }) => address)
}

describe('sibling levels become a parameter', () => {
  test.each([
    ['numbers', ['device/0001/temp', 'device/0002/temp', 'device/7/temp'], 'device/{device_id}/temp'],
    [
      'two UUIDs',
      ['jobs/123e4567-e89b-12d3-a456-426614174000', 'jobs/00000000-0000-4000-8000-000000000001'],
      'jobs/{job_id}'
    ],
    ['two MAC addresses', ['ap/AA:BB:CC:DD:EE:01/rssi', 'ap/aa-bb-cc-dd-ee-02/rssi'], 'ap/{ap_id}/rssi'],
    ['long hexadecimal numbers', ['z/0x00158d0001a2b3c4', 'z/0x00158d0001ffffff'], 'z/{z_id}'],
    [
      'hexadecimal numbers that happen to have no letter or no digit',
      ['z/a1b2c3d4', 'z/0fffffff', 'z/12345678', 'z/abcdefab'],
      'z/{z_id}'
    ],
    [
      'a word and a hardware number',
      ['tele/tasmota_A1B2C3/STATE', 'tele/tasmota_ABCDEF/STATE', 'tele/tasmota_0F0F0F/STATE'],
      'tele/{tasmota_id}/STATE'
    ],
    ['a word and a number', ['lamp1/on', 'lamp2/on', 'lamp12/on'], '{lamp_id}/on'],
    ['the first level', ['1/on', '2/on', '3/on'], '{id}/on'],
    [
      'words with the same levels below',
      ['home/kitchen/temp', 'home/bath/temp', 'home/hall/temp'],
      'home/{home_name}/temp'
    ]
  ])('%s', (_, channels, address) => {
    expect(addresses(channels)).toEqual([address])
  })

  test('words that carry objects of the same names', () => {
    const lamp = '{"state":"ON","brightness":3}'
    const found = familiesOf({ 'zigbee2mqtt/desk': lamp, 'zigbee2mqtt/sofa': lamp, 'zigbee2mqtt/door': lamp })
    expect(found.map(({ address }) => address)).toEqual(['zigbee2mqtt/{zigbee2mqtt_name}'])
  })

  test('at several levels at once', () => {
    const channels = [1, 2, 3].flatMap((site) => [4, 5, 6].map((port) => `sites/${site}/ports/${port}/state`))
    expect(addresses(channels)).toEqual(['sites/{site_id}/ports/{port_id}/state'])
  })

  test('counting the levels below all siblings together, and not below each sibling', () => {
    const channels = ['sites/1/ports/4', 'sites/2/ports/5', 'sites/3/ports/6']
    expect(addresses(channels)).toEqual(['sites/{site_id}/ports/{port_id}'])
  })

  test('two parameters of one address get different names', () => {
    expect(addresses(['1/1', '2/1', '3/1', '1/2', '1/3'])).toEqual(['{id}/{id_2}'])
  })
})

describe('sibling levels stay apart', () => {
  test.each([
    ['two numbers', ['api/v1/x', 'api/v2/x']],
    ['words with nothing below them', ['weather/humidity', 'weather/pressure', 'weather/temperature']],
    ['words with different levels below them', ['home/a/temp', 'home/b/temp', 'home/c/light']],
    ['what belongs to the broker', ['$SYS/load/1/a', '$SYS/load/2/a', '$SYS/load/3/a']],
    ['empty levels', ['/', '//', 'a/', 'a//']]
  ])('%s', (_, channels) => {
    expect(addresses(channels)).toEqual([...channels].sort())
  })

  test('identifiers whose payloads are not alike', () => {
    const found = familiesOf({ 'd/1': '{"a":1}', 'd/2': '{"a":1}', 'd/3': '17' })
    expect(found.map(({ address }) => address)).toEqual(['d/1', 'd/2', 'd/3'])
  })

  test('numbered channels whose objects have no name in common', () => {
    const found = familiesOf({ 't/INFO1': '{"a":1}', 't/INFO2': '{"b":1}', 't/INFO3': '{"c":1}' })
    expect(found.map(({ address }) => address)).toEqual(['t/INFO1', 't/INFO2', 't/INFO3'])
  })

  test('words with the same levels below them, if all payloads there are binary', () => {
    const bytes = Buffer.from([8, 255, 0]).toString('latin1')
    const channels = ['NBIRTH', 'NDATA', 'NDEATH'].flatMap((word) => [`g/${word}/n`, `g/${word}/m`])
    const found = familiesOf(Object.fromEntries(channels.map((name) => [name, bytes])), {}, 'latin1')
    expect(found.map(({ address }) => address)).toEqual([...channels].sort())
  })
})

describe('channels that are not alike are never one family', () => {
  const messagesOf = (names: readonly string[], payload: string) =>
    Object.fromEntries(names.map((name) => [name, payload]))
  const told = (messages: Readonly<Record<string, string>>) =>
    familiesOf(messages).map((family) => `${family.address} ${formatJson(family.schema()?.type ?? null)}`)

  test('identifiers of one kind: the largest group is the family', () => {
    const objects = messagesOf(['reg/3', 'reg/4', 'reg/5', 'reg/6'], '{"a":1}')
    expect(told({ ...messagesOf(['reg/0', 'reg/1', 'reg/2'], '1'), ...objects })).toEqual([
      'reg/0 "integer"',
      'reg/1 "integer"',
      'reg/2 "integer"',
      'reg/{reg_id} "object"'
    ])
  })

  test('among groups of one size, the group whose name sorts first is the family, for any order of messages', () => {
    const numbers = messagesOf(['reg/1', 'reg/2', 'reg/3'], '1')
    const objects = messagesOf(['reg/4', 'reg/5', 'reg/6'], '{"a":1}')
    const expected = ['reg/4 "object"', 'reg/5 "object"', 'reg/6 "object"', 'reg/{reg_id} "integer"']
    expect(told({ ...numbers, ...objects })).toEqual(expected)
    expect(told({ ...objects, ...numbers })).toEqual(expected)
  })

  test('objects of numbered channels that have no name in common', () => {
    const found = told({
      ...messagesOf(['t/1', 't/2', 't/3'], '{"a":1}'),
      ...messagesOf(['t/4', 't/5', 't/6', 't/7'], '{"b":1}')
    })
    expect(found).toEqual(['t/1 "object"', 't/2 "object"', 't/3 "object"', 't/{t_id} "object"'])
  })

  test('words with the same levels below them and other payloads there', () => {
    const found = told({
      ...messagesOf(['cam/person/n', 'cam/car/n', 'cam/dog/n', 'cam/cat/n'], '1'),
      ...messagesOf(['cam/detect/n', 'cam/motion/n', 'cam/snap/n'], '{"on":true}')
    })
    expect(found).toEqual([
      'cam/detect/n "object"',
      'cam/motion/n "object"',
      'cam/snap/n "object"',
      'cam/{cam_name}/n "integer"'
    ])
  })

  test('words that carry objects of other names', () => {
    const found = told({
      ...messagesOf(['x/a', 'x/b', 'x/c', 'x/d'], '{"state":1,"level":2}'),
      ...messagesOf(['x/p', 'x/q', 'x/r'], '{"lat":1,"lon":2}')
    })
    expect(found).toEqual(['x/p "object"', 'x/q "object"', 'x/r "object"', 'x/{x_name} "object"'])
  })

  test('identifiers and words side by side', () => {
    const found = told({
      ...messagesOf(['d/1', 'd/2', 'd/3'], '1'),
      ...messagesOf(['d/kitchen', 'd/bath', 'd/hall', 'd/cellar'], '{"state":1,"level":2}')
    })
    expect(found).toEqual([
      'd/bath "object"',
      'd/cellar "object"',
      'd/hall "object"',
      'd/kitchen "object"',
      'd/{d_id} "integer"'
    ])
  })

  test('identifiers with different payloads below them: the others keep their names only there', () => {
    const found = told({
      ...messagesOf(['d/1/n', 'd/2/n', 'd/3/n', 'd/4/n'], '1'),
      ...messagesOf(['d/5/n', 'd/6/n'], '{"on":true}'),
      ...messagesOf(
        [1, 2, 3, 4, 5, 6].map((id) => `d/${id}/online`),
        'true'
      )
    })
    expect(found).toEqual([
      'd/5/n "object"',
      'd/6/n "object"',
      'd/{d_id}/n "integer"',
      'd/{d_id}/online "boolean"'
    ])
  })

  test('except if a rule of the user makes them one', () => {
    const messages = { ...messagesOf(['reg/1', 'reg/2'], '1'), ...messagesOf(['reg/3'], '{"a":1}') }
    const found = familiesOf(messages, { parameters: [rule('reg/+')] })
    expect(found.map(({ address }) => address)).toEqual(['reg/{reg_id}'])
  })
})

test('numbered channels are one family if a chain of common names connects their objects', () => {
  const found = familiesOf({
    'd/1': '{"a":1}',
    'd/2': '{"c":1}',
    'd/3': '{"b":1,"c":1}',
    'd/4': '{"a":1,"b":1}',
    'd/5': '{"x":1}'
  })
  expect(found.map(({ address }) => address)).toEqual(['d/5', 'd/{d_id}'])
})

describe('the user steers', () => {
  test('a pattern makes a level a parameter, even for a single channel', () => {
    expect(
      addresses(['device/lamp/temp', 'other/lamp/temp'], { parameters: [rule('device/+/temp')] })
    ).toEqual(['device/{device_id}/temp', 'other/lamp/temp'])
  })

  test('braces choose the name of the parameter', () => {
    expect(
      addresses(['home/kitchen/temp', 'home/bath/temp'], { parameters: [rule('home/{room}/#')] })
    ).toEqual(['home/{room}/temp'])
  })

  test('no parameter is found automatically if the user does not want that', () => {
    const channels = ['d/1/t', 'd/2/t', 'd/3/t', 'e/1/t']
    expect(addresses(channels, { automatic: false })).toEqual(channels)
    expect(addresses(channels, { automatic: false, parameters: [rule('d/+/t')] })).toEqual([
      'd/{d_id}/t',
      'e/1/t'
    ])
  })

  test.each(['device/temp', 'device/#', 'a/+b', ''])(
    'a rule that marks no level is refused: "%s"',
    (text) => {
      expect(() => rule(text)).toThrow(TidingsError)
    }
  )
})

describe('where a dot divides levels', () => {
  test.each([
    ['numbers', ['device.0001.temp', 'device.0002.temp', 'device.7.temp'], 'device.{device_id}.temp'],
    ['the first level', ['1.on', '2.on', '3.on'], '{id}.on'],
    [
      'words with the same levels below',
      ['home.kitchen.temp', 'home.bath.temp', 'home.hall.temp'],
      'home.{home_name}.temp'
    ],
    ['numbers behind a slash', ['port.a/1.up', 'port.a/2.up', 'port.a/3.up'], 'port.{a_id}.up']
  ])('%s become a parameter', (_, channels, address) => {
    expect(addresses(channels, {}, '.')).toEqual([address])
  })

  test('a slash does not divide levels', () => {
    const channels = ['device/1/temp', 'device/2/temp', 'device/3/temp']
    expect(addresses(channels, {}, '.')).toEqual(channels)
  })

  test('dots divide the levels of a rule of the user, too', () => {
    const channels = ['device.a/b.temp', 'device.c.temp', 'other.c.temp']
    for (const [text, name] of [
      ['device.+.temp', 'device_id'],
      ['device.{room}.#', 'room']
    ] as const) {
      expect(addresses(channels, { parameters: [rule(text, '.')] }, '.')).toEqual([
        `device.{${name}}.temp`,
        'other.c.temp'
      ])
    }
  })

  test('a rule divided by slashes marks no level', () => {
    expect(() => rule('device/+/temp', '.')).toThrow(TidingsError)
  })

  test('the values of a parameter are whole levels', () => {
    const [family] = familiesOf(
      { 'd.7.t': '1', 'd.3/x.t': '1' },
      { parameters: [rule('d.+.t', '.')] },
      'utf8',
      '.'
    )
    expect(family?.parameters).toEqual([{ name: 'd_id', level: 1, values: ['7', '3/x'] }])
  })

  test('a level with braces is a parameter', () => {
    expect(addresses(['a.{b}.c'], {}, '.')).toEqual(['a.{a_id}.c'])
  })

  test('a channel of thousands of levels stays single', () => {
    const deep = Array(5000).fill('1').join('.')
    expect(addresses([deep], {}, '.')).toEqual([deep])
  })
})

describe('channels that a broker lists and that no message came on', () => {
  const listed = (...names: string[]) => listedAnd(names, {})

  function listedAnd(names: readonly string[], messages: Readonly<Record<string, string>>) {
    const catalogue = observed(
      Object.entries(messages).map(([name, payload]) => messageOn(name, payload)),
      { separator: '.' }
    )
    catalogue.list(
      names.map((name) => ({ name })),
      0
    )
    return catalogue.families().map(({ address, members }) => `${address} (${members.length})`)
  }

  test('are one family if their levels are identifiers, alone or with others', () => {
    expect(listed('d.1.t', 'd.2.t', 'd.3.t')).toEqual(['d.{d_id}.t (3)'])
    expect(listedAnd(['d.1', 'd.2', 'd.4'], { 'd.2': '{"a":1}', 'd.3': '{"a":2}' })).toEqual(['d.{d_id} (4)'])
  })

  test('stay apart if their levels are words: nothing is known to be alike', () => {
    const names = ['kitchen', 'bath', 'hall'].map((room) => `home.${room}.temp`)
    expect(listed(...names)).toEqual([...names].sort().map((name) => `${name} (1)`))
    const messages = Object.fromEntries(names.map((name) => [name, '21']))
    expect(listedAnd(names, messages)).toEqual(['home.{home_name}.temp (3)'])
  })

  test('have no schema, and do not change the schema of their family', () => {
    const catalogue = observed([messageOn('d/1', '{"a":1}')])
    catalogue.list([{ name: 'd/2' }, { name: 'd/3' }, { name: 'e' }], 0)
    const schemas = catalogue
      .families()
      .map((family) => family.schema() && formatJson(family.schema() ?? null))
    expect(schemas).toEqual([
      '{"type":"object","properties":{"a":{"type":"integer"}},"required":["a"]}',
      undefined
    ])
  })
})

describe('a family', () => {
  test('knows its members, and the values of its parameters in the order of their appearance', () => {
    const [family] = familiesOf({ 'd/7/t': '1', 'd/3/t': '1', 'd/5/t': '1' })
    expect(family?.members.map(({ name }) => name)).toEqual(['d/7/t', 'd/3/t', 'd/5/t'])
    expect(family?.parameters).toEqual([{ name: 'd_id', level: 1, values: ['7', '3', '5'] }])
  })

  test('has a schema that fits all members', () => {
    const [family] = familiesOf({ 'd/1': '{"a":1,"b":1}', 'd/2': '{"a":1.5}', 'd/3': '{"a":null}' })
    expect(formatJson(family?.schema() ?? null)).toBe(
      '{"type":"object","properties":{"a":{"type":["number","null"]},"b":{"type":"integer"}},"required":["a"]}'
    )
  })

  test('has a parameter where a level itself contains braces', () => {
    const [family] = familiesOf({ 'a/{b}/c': '1' })
    expect(family?.address).toBe('a/{a_id}/c')
    expect(family?.parameters).toEqual([{ name: 'a_id', level: 1, values: ['{b}'] }])
  })

  test('a channel of thousands of levels stays single', () => {
    const deep = Array(5000).fill('1').join('/')
    expect(addresses([deep])).toEqual([deep])
  })
})
