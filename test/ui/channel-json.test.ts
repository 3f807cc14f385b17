import { describe, expect, it } from 'vitest'
import type { ChannelFamily } from '../../src/core/catalogue/channel-family.js'
import type { Message } from '../../src/core/message.js'
import { formatChannelLines, formatSchemaLine } from '../../src/ui/channel-json.js'
import type { ChannelOrder } from '../../src/ui/channel-rows.js'
import { messageOn, observed } from '../support/observed.js'

const NOON = Date.UTC(2026, 10, 23, 12) * 1000
const at = (seconds: number): Partial<Message> => ({ time: NOON + seconds * 1e6 })

const familiesOf = (messages: readonly Message[], fold = false): readonly ChannelFamily[] =>
  observed(messages).families({ automatic: fold })
const textsOf = (families: readonly ChannelFamily[], order: ChannelOrder = 'name') => [
  ...formatChannelLines(families, NOON + 10e6, order, '/')
]
const linesOf = (messages: readonly Message[], order?: ChannelOrder): Record<string, unknown>[] =>
  textsOf(familiesOf(messages), order).map((line) => JSON.parse(line))

describe('a channel as JSON', () => {
  it('is one line with its figures, and its latest message as an envelope', () => {
    const [line, ...others] = textsOf(
      familiesOf([
        messageOn('a', '1', { ...at(0), mqtt: { retain: true } }),
        messageOn('a', '"é"', { ...at(5), guarantee: 2 })
      ])
    )
    expect(others).toEqual([])
    expect(line).toMatch(/^[^\n]*\n$/)
    expect(JSON.parse(line ?? '')).toMatchObject({
      channel: 'a',
      count: 2,
      live: 1,
      bytes: 5,
      firstSeen: '2026-11-23T12:00:00.000000Z',
      lastSeen: '2026-11-23T12:00:05.000000Z',
      retained: true,
      qos: [0, 2],
      kinds: ['json'],
      example: { channel: 'a', payload: 'é', encoding: 'json', mqtt: { qos: 2 } }
    })
  })

  it('has the numbers of its example as they were published', () => {
    const exact = '{"id":9007199254740993,"price":1.0}'
    expect(textsOf(familiesOf([messageOn('a', exact)])).join('')).toContain(`"payload":${exact}`)
  })

  it('has no example where only a part of the payload was kept', () => {
    const text = JSON.stringify('x'.repeat(2_000_000))
    const [line] = linesOf([messageOn('a', text)])
    expect(line).toMatchObject({ channel: 'a', bytes: text.length })
    expect(line).not.toHaveProperty('example')
  })

  it('that a broker only lists has neither times nor an example', () => {
    const catalogue = observed([])
    catalogue.list([{ name: 'quiet' }], NOON)
    const [line = ''] = textsOf(catalogue.families({ automatic: false }))
    expect(JSON.parse(line)).toMatchObject({ channel: 'quiet', count: 0 })
    for (const absent of ['firstSeen', 'lastSeen', 'example', 'schema']) expect(line).not.toContain(absent)
  })

  it('names the parameters of its family, with its own values', () => {
    const messages = Array.from({ length: 30 }, (_, n) => messageOn(`lamp/${n}/state`, '1'))
    const lines = textsOf(familiesOf(messages, true)).map((line) => JSON.parse(line))
    expect(lines).toHaveLength(30)
    const { address, parameters, channel } = lines[0]
    const [[name, value] = []] = Object.entries(parameters)
    expect(address).toBe(`lamp/{${name}}/state`)
    expect(channel).toBe(`lamp/${value}/state`)
  })

  it('comes in the order asked for', () => {
    const messages = [messageOn('b', '1'), messageOn('a', '1'), messageOn('b', '1')]
    const namesOf = (order: ChannelOrder) => linesOf(messages, order).map(({ channel }) => channel)
    expect(namesOf('name')).toEqual(['a', 'b'])
    expect(namesOf('count')).toEqual(['b', 'a'])
  })
})

describe('the schema of a family', () => {
  it('is one line, titled with the address', () => {
    const [family] = familiesOf([messageOn('a', '{"x":1}')])
    const line = family && formatSchemaLine(family)
    expect(line).toMatch(/^[^\n]*\n$/)
    expect(JSON.parse(line ?? '')).toMatchObject({
      $schema: 'http://json-schema.org/draft-07/schema#',
      title: 'a',
      type: 'object',
      properties: { x: { type: 'integer' } }
    })
  })

  it('is none where there was no JSON', () => {
    const [family] = familiesOf([messageOn('a', 'plain text')])
    expect(family && formatSchemaLine(family)).toBeUndefined()
  })
})

describe('a channel of which the broker has said what it keeps, as JSON', () => {
  it('has its partitions and messages, and an example without the time of a receipt', () => {
    const catalogue = observed([])
    const places = [{ partition: 0, leader: 2, replicas: [2, 3], inSync: [2] }]
    catalogue.list([{ name: 'a', partitions: 4, places, stored: 9 }], NOON)
    catalogue.observeStored([messageOn('a', '1', { time: NOON, sourceTime: NOON - 60e6 })])
    const [line = ''] = formatChannelLines(catalogue.families(), NOON, 'name', '/')
    const channel = JSON.parse(line)
    expect(channel).toMatchObject({
      partitions: 4,
      placement: places,
      messages: 9,
      count: 1,
      live: 0,
      lastSeen: '2026-11-23T11:59:00.000000Z',
      example: { payload: 1, sourceTime: '2026-11-23T11:59:00.000000Z' }
    })
    expect(channel.example).not.toHaveProperty('time')
  })
})
