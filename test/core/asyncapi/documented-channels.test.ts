import { describe, expect, it } from 'vitest'
import {
  addressPattern,
  checkVersion,
  couldBeSeen,
  documentedChannels
} from '../../../src/core/asyncapi/documented-channels.js'
import { YamlDocument } from '../../../src/files/document/yaml-document.js'

const documentOf = (...lines: string[]) => YamlDocument.parse(lines.join('\n'))

describe('the version of a document', () => {
  it.each(['3.0.0', '3.1.0'])('%s can be updated', (version) => {
    expect(() => checkVersion(documentOf(`asyncapi: '${version}'`))).not.toThrow()
  })

  it.each(["asyncapi: '2.6.0'", 'openapi: 3.1.0', 'asyncapi: 3', '[]'])('cannot, by: %s', (text) => {
    expect(() => checkVersion(documentOf(text))).toThrow(
      expect.objectContaining({ kind: 'bad-input', code: 'not-asyncapi-3' })
    )
  })

  it.each(['servers', 'channels', 'operations', 'components'])('cannot where its %s are a list', (name) => {
    expect(() => checkVersion(documentOf('asyncapi: 3.0.0', `${name}: [1]`))).toThrow(
      expect.objectContaining({ code: 'bad-document' })
    )
    expect(() => checkVersion(documentOf('asyncapi: 3.0.0', `${name}:`))).not.toThrow()
  })
})

describe('the channels of a document', () => {
  it('are those with an address, also where they are described elsewhere in it', () => {
    const document = documentOf(
      'channels:',
      '  a: {address: a/b}',
      '  none: {address: null}',
      "  c: {$ref: '#/components/channels/c'}",
      'components: {channels: {c: {address: c}}}'
    )
    expect(documentedChannels(document, '/').map(({ key, path, address }) => [key, path, address])).toEqual([
      ['a', ['channels', 'a'], 'a/b'],
      ['c', ['components', 'channels', 'c'], 'c']
    ])
    expect(documentedChannels(documentOf('channels: 1'), '/')).toEqual([])
  })

  it('have those parameters that are a whole level and are described', () => {
    const document = documentOf(
      'channels:',
      '  a:',
      '    address: x.{room}.{a}-{b}.{other}',
      '    parameters: {room: {enum: [hall, 7], examples: [kitchen]}, a: {}, b: {}}'
    )
    const [channel] = documentedChannels(document, '.')
    expect(channel?.parameters).toEqual([
      {
        name: 'room',
        level: 1,
        path: ['channels', 'a', 'parameters', 'room'],
        values: ['hall'],
        examples: ['kitchen']
      }
    ])
  })
})

describe('an address', () => {
  it('is the same as another one that differs in the names of parameters only', () => {
    expect(addressPattern('a/{b}/x{c}', '/')).toBe('a/+/+')
    expect(addressPattern('a/{b}/x', '.')).toBe('+')
  })

  it.each([
    ['#', 'a/b', true],
    ['a/#', 'a', true],
    ['a/#', 'b', false],
    ['a/+', 'a/{id}', true],
    ['a/b', 'a/{id}', true],
    ['a/b', 'a/c', false],
    ['a', 'a/b', false],
    ['a/+/c', 'a/b', false],
    ['a/+/c', 'a/{id}/c', true],
    ['#', '{id}/x', true],
    ['#', '$SYS/x', false],
    ['+/x', '$SYS/x', false],
    ['$SYS/#', '$SYS/x', true],
    ['$SYS/#', '{id}/x', false]
  ])('could have been seen by %s: %s, %s', (pattern, address, could) => {
    expect(couldBeSeen(pattern, address, { separator: '/', hidden: '$' })).toBe(could)
  })

  it('of a protocol that hides other channels could have been seen by its rules', () => {
    const rules = { separator: '.', hidden: '/' }
    expect(couldBeSeen('#', '$SYS.x', rules)).toBe(true)
    expect(couldBeSeen('#', '/queues/orders', rules)).toBe(false)
  })
})
