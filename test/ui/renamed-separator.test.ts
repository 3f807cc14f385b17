import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatJson } from '../../src/core/catalogue/json-tree.js'
import { compileParameterRule } from '../../src/core/catalogue/parameter-rule.js'
import { YamlDocument } from '../../src/files/document/yaml-document.js'
import { documentChannels, openChannelDocument, rulesWith } from '../../src/operations/document-channels.js'
import { formatListing } from '../../src/ui/channel-listing.js'
import { CHANNEL_ORDERS } from '../../src/ui/channel-rows.js'
import { createTheme } from '../../src/ui/theme.js'
import { messageOn, observed } from '../support/observed.js'
import { separatedGrammar } from '../support/separated-grammar.js'
import { BrowserInTest } from './channel-browser/browser-in-test.js'

const word = fc.constantFrom(
  'a',
  'b',
  'home',
  '$SYS',
  '',
  'lamp1',
  'lamp2',
  'lamp3',
  'x{y',
  '{b}',
  'a-b',
  'é'
)
const identifier = fc.constantFrom('1', '2', '3', '17', '0x00158d0001', 'AA:BB:CC:DD:EE:01', 'id_0a1b2c')
const level = fc.oneof(word, identifier, fc.string({ maxLength: 4 }).map(withoutSeparators))
const channel = fc.oneof(
  { weight: 20, arbitrary: fc.array(level, { minLength: 1, maxLength: 4 }) },
  { weight: 1, arbitrary: fc.array(level, { minLength: 30, maxLength: 70 }) }
)
const payload = fc.constantFrom('1', 'on', '', '{"a":1}', '{"a":1,"b":"x"}', '\xff')
const traffic = fc.array(fc.tuple(channel, payload), { minLength: 1, maxLength: 30 })
const rules = fc.subarray([
  ['a', '+', '#'],
  ['+', '{room}']
])

function withoutSeparators(text: string): string {
  return text.replaceAll(/[/.+#]/g, '')
}

type Traffic = typeof traffic extends fc.Arbitrary<infer Value> ? Value : never

/** Everything that is shown of the same traffic when this divides the levels of its channels. */
function shown(pairs: Traffic, wishes: readonly string[][], separator: string) {
  const messages = pairs.map(([levels, body]) =>
    messageOn(levels.join(separator), Buffer.from(body, 'latin1'))
  )
  const catalogue = observed(messages, { separator })
  const opened = openChannelDocument(YamlDocument.parse(''), true, { separator, hidden: '$' })
  const grammar = separatedGrammar(separator)
  const parameters = wishes.map((levels) => compileParameterRule(levels.join(separator), grammar))
  const families = catalogue.families(rulesWith(opened, { parameters }))
  documentChannels(opened, families, ['#'], { title: 'Test', server: undefined })
  const listing = (form: 'json' | 'schema' | 'tree' | 'table', order: (typeof CHANNEL_ORDERS)[number]) => {
    const forms = { json: form === 'json', schema: form === 'schema', tree: form === 'tree' }
    return [
      ...formatListing(families, 1, { ...forms, order, separator }, { theme: createTheme(0), columns: 80 })
    ]
  }
  const browser = new BrowserInTest(catalogue, { columns: 120, rows: 40 }).press('*')
  const rows = browser.world.rows(browser.model).rows
  return {
    families: families.map(({ address, parameters, members }) => ({
      address,
      parameters,
      members: members.map(({ name }) => name)
    })),
    // As a value: YAML puts quotes around 1.1 and none around 1/1.
    document: formatJson(opened.document.get([]) ?? null),
    listings: CHANNEL_ORDERS.flatMap((order) => [listing('table', order), listing('tree', order)]),
    lines: [listing('json', 'name'), listing('schema', 'name')],
    browser: rows.map(({ label, depth, paths }) => ({ label, depth, paths })),
    screen: browser.screen
  }
}

/** Both separators as one character, wherever they are. */
const alike = (value: unknown) => JSON.stringify(value, undefined, 1).replaceAll('/', '.')

test('another separator changes nothing but itself: families, documents, listings and the browser stay the same', () => {
  fc.assert(
    fc.property(traffic, rules, (pairs, wishes) => {
      const slashes = shown(pairs, wishes, '/')
      const dots = shown(pairs, wishes, '.')
      expect(alike(dots)).toBe(alike(slashes))
      for (const { address, members } of dots.families) expect(address + members.join('')).not.toContain('/')
    }),
    { numRuns: 200 }
  )
})
