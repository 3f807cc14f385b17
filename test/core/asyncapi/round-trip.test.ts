import { Parser } from '@asyncapi/parser'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Message } from '../../../src/core/message.js'
import { YamlDocument } from '../../../src/files/document/yaml-document.js'
import {
  checkChannels,
  documentChannels,
  openChannelDocument,
  rulesWith
} from '../../../src/operations/document-channels.js'
import { formatComparison } from '../../../src/ui/document-report.js'
import { messageOn, observed } from '../../support/observed.js'

const SERVER = { host: 'broker.example:1883', protocol: 'mqtt' }

function written(messages: readonly Message[], separator = '/'): string {
  const opened = openChannelDocument(YamlDocument.parse(''), true, { separator, hidden: '$' })
  const families = observed(messages, { separator }).families(rulesWith(opened, {}))
  documentChannels(opened, families, ['#'], { title: 'Test', server: SERVER })
  return opened.document.format()
}

function differences(text: string, messages: readonly Message[], separator = '/'): string[] {
  const opened = openChannelDocument(YamlDocument.parse(text), false, { separator, hidden: '$' })
  const families = observed(messages, { separator }).families(rulesWith(opened, {}))
  return formatComparison(checkChannels(opened, families, ['#']))
}

async function problems(text: string): Promise<string[]> {
  const diagnostics = await new Parser().validate(text)
  return diagnostics.filter(({ severity }) => severity === 0).map(({ message }) => message)
}

const level = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      'a',
      'b',
      '1',
      '2',
      '3',
      '17',
      'lamp1',
      'lamp2',
      'lamp3',
      'door1',
      'door2',
      'door3'
    )
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '{',
      '}',
      '{b}',
      '{}',
      '{a_id}',
      'x{y',
      '{1',
      '{2',
      '{3',
      '~',
      '~1',
      '',
      '$',
      '%7B'
    )
  },
  fc.string({
    unit: fc.constantFrom('{', '}', '~', '%', '"', ' ', '1', 'a', '$', '\\', ':', 'é', '/', '.'),
    maxLength: 5
  })
)
const channelsDividedBy = (separator: string) =>
  fc
    .array(level, { minLength: 1, maxLength: 3 })
    .map((levels) => levels.join(separator))
    .filter((name) => name !== '' && !name.startsWith('$'))
const payload = fc.constantFrom('1', 'on', '{"a":1}', '{"b":"x","c":[1]}', '[1]', '\xff')
const trafficDividedBy = (separator: string) =>
  fc
    .array(fc.tuple(channelsDividedBy(separator), payload), { minLength: 1, maxLength: 30 })
    .map((pairs) => pairs.map(([name, body]) => messageOn(name, Buffer.from(body, 'latin1'))))

test.each(['.'])(
  'a new document has no difference from the channels that it was written from, with levels divided by %s',
  (separator) => {
    fc.assert(
      fc.property(trafficDividedBy(separator), (messages) => {
        const text = written(messages, separator)
        expect(differences(text, messages, separator), text).toEqual([])
      }),
      { numRuns: 300 }
    )
  }
)

test('levels with braces are a parameter that has only these values', () => {
  const messages = ['a/{b}/c', 'a/plain/c'].map((name) => messageOn(name, '1'))
  const document = YamlDocument.parse(written(messages))
  expect(document.get(['channels', 'a_a_id_c', 'address'])).toBe('a/{a_id}/c')
  expect(document.get(['channels', 'a_a_id_c', 'parameters'])).toEqual({ a_id: { enum: ['{b}'] } })
  expect(document.get(['channels', 'a_plain_c', 'address'])).toBe('a/plain/c')
})

test('a further value of a parameter that lists its values is a difference, and an update adds it', () => {
  const listed = written([messageOn('a/{b}/c', '1')])
  const messages = [messageOn('a/{b}/c', '1'), messageOn('a/{d}/c', '1')]
  expect(differences(listed, messages)).toEqual(['a/{a_id}/c: parameter a_id: its enum lacks "{d}"'])

  const opened = openChannelDocument(YamlDocument.parse(listed), false, { separator: '/', hidden: '$' })
  const families = observed(messages).families(rulesWith(opened, {}))
  documentChannels(opened, families, ['#'], { title: 'Test', server: undefined })
  expect(differences(opened.document.format(), messages)).toEqual([])
})

test('examples decide between addresses that differ only in the names of parameters', () => {
  const messages = [1, 2, 3].flatMap((n) => [
    messageOn(`a/lamp${n}`, '{"on":true}'),
    messageOn(`a/door${n}`, '{"open":1}')
  ])
  const text = written(messages)
  expect(differences(text, messages)).toEqual([])
  expect(differences(text, [...messages, messageOn('a/door9', '{"open":2}')])).toEqual([])
  expect(differences(text, [...messages, messageOn('a/door9', '{"on":true}')])).toEqual([
    'a/{door_id}: payload: "open" was not always there',
    'a/{door_id}: payload: "on" not in the document'
  ])
  const lamps = messages.filter(({ channel }) => channel.startsWith('a/lamp'))
  expect(differences(text, lamps)).toEqual(['a/{door_id}: silent: in the document, nothing came'])
})

test('the AsyncAPI parser finds no errors in a document', { timeout: 60_000 }, async () => {
  const traffic = fc
    .constantFrom('.')
    .chain((separator) => fc.tuple(trafficDividedBy(separator), fc.constant(separator)))
  const property = fc.asyncProperty(traffic, async ([messages, separator]) => {
    expect(await problems(written(messages, separator))).toEqual([])
  })
  await fc.assert(property, { numRuns: 8 })
})
