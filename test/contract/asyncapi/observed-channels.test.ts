import fc from 'fast-check'
import { expect, it } from 'vitest'
import { YamlDocument } from '../../../src/files/document/yaml-document.js'
import {
  documentChannels,
  openChannelDocument,
  rulesWith
} from '../../../src/operations/document-channels.js'
import { messageOn, observed } from '../../support/observed.js'
import { openDocument } from '../opened.js'

const SERVER = { host: 'broker.example:1883', protocol: 'mqtt' }
const level = fc.constantFrom(
  'a',
  'b',
  'dev-1',
  'dev-2',
  '7',
  '12',
  'ünï',
  '1b4e28ba-2fa1-11d2-883f-0016d3cca427'
)
const channels = fc.array(level, { minLength: 1, maxLength: 3 })
const payloads = fc.oneof(
  { weight: 3, arbitrary: fc.json({ maxDepth: 3 }) },
  fc.constantFrom('on', 'off', 'some text', '{"a": ', '2026-11-29T10:00:00Z'),
  fc.uint8Array({ minLength: 1, maxLength: 8 })
)

it('messages keep the document that was made of them', async () => {
  const messages = fc.array(fc.tuple(channels, payloads), { minLength: 1, maxLength: 30 })
  await fc.assert(
    fc.asyncProperty(messages, fc.constantFrom('/', '.'), async (given, separator) => {
      const seen = given.map(([levels, payload]) => messageOn(levels.join(separator), Buffer.from(payload)))
      const opened = openChannelDocument(YamlDocument.parse(''), true, { separator, hidden: '$' })
      const families = observed(seen, { separator }).families(rulesWith(opened, {}))
      documentChannels(opened, families, ['#'], { title: 'Test', server: SERVER })
      const contract = await openDocument(opened.document.format(), {}, separator)
      for (const message of seen) expect(contract.check(message)).toEqual([])
    }),
    { numRuns: 60 }
  )
})
