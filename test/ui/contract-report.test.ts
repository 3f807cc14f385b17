import { describe, expect, it } from 'vitest'
import type { Violation } from '../../src/core/contract.js'
import { ViolationTally } from '../../src/core/violation-tally.js'
import { cellWidth } from '../../src/ui/cell-width.js'
import { contractCases } from '../../src/ui/contract-cases.js'
import { formatContractJson, formatContractTable } from '../../src/ui/contract-report.js'
import {
  findingFailures,
  formatFindings,
  formatFindingsJson,
  formatSuggestions
} from '../../src/ui/findings-report.js'
import { createTheme } from '../../src/ui/theme.js'
import { formatViolationLines } from '../../src/ui/violation-lines.js'
import { openDocument } from '../contract/opened.js'
import { contractOf, WRONG } from '../support/plain-contract.js'

const HOSTILE: Violation = { ...WRONG, rule: 'enum', found: '"\x1b[2J\n"' }
const NAME = { name: 'room.yaml' }

function tallied(): ViolationTally {
  const tally = new ViolationTally()
  tally.add('room/1', [])
  tally.add('room/2', [WRONG])
  tally.add('room/2', [WRONG])
  tally.add('a\x1b', [HOSTILE])
  return tally
}

describe('the table at the end', () => {
  it('has a line for each channel and rule, the most frequent first', () => {
    expect(formatContractTable(NAME, tallied(), 100)).toEqual([
      '  channel  rule     messages  example',
      '  room/2   maximum         2  payload /temp: expected at most 30, found 31',
      String.raw`  a\u001b  enum            1  payload /temp: expected at most 30, found "\u001b[2J\n"`
    ])
  })

  it.each([80, 40])('fits into %d columns: what has no room stands below', (width) => {
    const tally = new ViolationTally()
    const channel = `房间/${'温度/'.repeat(30)}last`
    tally.add(channel, [
      { ...WRONG, rule: 'aRuleWithAVeryLongNameThatNobodyReads', found: '"很长的文本 很长的文本 很长的文本"' }
    ])
    const lines = formatContractTable(NAME, tally, width)
    expect(Math.max(...lines.map(cellWidth))).toBeLessThanOrEqual(width)
    expect(lines[0]).toMatch(/^ {2}channel +rule +messages$/)
    expect(lines[1]).toMatch(/^ {2}房.*…\S+ +aRu.*…\S+ +1$/)
    expect(lines.slice(2).join('').replaceAll(/ +/g, ' ')).toContain(' payload /temp: expected at most 30')
  })

  it('is one line where nothing is wrong, and none where nothing was checked', () => {
    const tally = new ViolationTally()
    expect(formatContractTable(NAME, tally, 80)).toEqual([])
    tally.add('a', [])
    expect(formatContractTable(NAME, tally, 80)).toEqual([
      'Checked 1 message against "room.yaml": nothing is wrong'
    ])
  })

  it('has few lines, however many rules were broken', () => {
    const tally = new ViolationTally()
    for (let at = 0; at < 1500; at++) tally.add(`room/${at}`, [WRONG])
    const lines = formatContractTable(NAME, tally, 80)
    expect(lines).toHaveLength(22)
    expect(lines.at(-1)).toBe('  and other rules or channels, 1,480 times')
  })

  it('as JSON keeps passwords, and what a terminal obeys, to itself', () => {
    const tally = new ViolationTally()
    tally.add('a', [{ ...WRONG, found: '"mqtt://me:secret@host\u009b"', schema: 'x@y' }])
    const line = formatContractJson(NAME, tally)
    expect(line).not.toMatch(/[\u0080-\u009f]|secret/)
    expect(JSON.parse(line).contract.broken[0].example).toEqual({
      ...WRONG,
      found: '"mqtt://me:***@host\u009b"',
      schema: 'x@y'
    })
  })

  it('as JSON is one line that says all of it', () => {
    const line = formatContractJson(NAME, tallied())
    expect(line).not.toMatch(/[\0-\x1f]/)
    expect(JSON.parse(line)).toEqual({
      contract: {
        file: 'room.yaml',
        checked: 4,
        wrong: 3,
        broken: [
          { channel: 'room/2', rule: 'maximum', count: 2, example: WRONG },
          { channel: 'a\x1b', rule: 'enum', count: 1, example: HOSTILE }
        ],
        further: 0
      }
    })
  })
})

describe('the report for CI', () => {
  it('has a case for each channel that is named or was seen, in their order', () => {
    const cases = contractCases(
      contractOf(() => [], { channels: ['room/9', 'room/1'] }),
      tallied()
    )
    expect(cases).toEqual([
      { name: 'a\x1b', failures: [expect.objectContaining({ type: 'enum' })], skipped: undefined },
      { name: 'room/1', failures: [], skipped: undefined },
      {
        name: 'room/2',
        failures: [
          {
            type: 'maximum',
            message: 'payload /temp: expected at most 30, found 31 (maximum)',
            details: '2 messages; the first one against #/properties/temp/maximum'
          }
        ],
        skipped: undefined
      },
      { name: 'room/9', failures: [], skipped: 'no message came' }
    ])
  })

  it('has a case for an address with a parameter on which nothing came', async () => {
    const contract = await openDocument(`asyncapi: 3.0.0
info: { title: t, version: '1' }
channels:
  room: { address: 'room/{n}', messages: { m: {} } }
  hall: { address: 'hall/{n}/{m}', messages: { m: {} } }`)
    const tally = new ViolationTally()
    tally.add('room/1', [])
    expect(contractCases(contract, tally)).toEqual([
      { name: 'hall/{n}/{m}', failures: [], skipped: 'no message came' },
      { name: 'room/1', failures: [], skipped: undefined }
    ])
    for (let at = 0; at < 10_001; at++) tally.add(`x/${at}`, [])
    expect(contractCases(contract, tally).map(({ name }) => name)).not.toContain('hall/{n}/{m}')
  })

  it('says what was only counted', () => {
    const tally = new ViolationTally()
    for (let at = 0; at < 10_002; at++) tally.add(`room/${at}`, at === 0 ? [] : [WRONG])
    expect(
      contractCases(
        contractOf(() => []),
        tally
      ).at(-1)
    ).toMatchObject({
      name: '2 messages on further channels',
      failures: [{ type: 'further', message: expect.stringContaining('9001 more times') }]
    })
  })
})

describe('what is wrong with a message', () => {
  it('stands below it, red, and as wide as the terminal', () => {
    const lines = formatViolationLines([HOSTILE], 30, createTheme(0))
    expect(lines).toBe('  ! payload /temp: expected at\n    most 30, found\n    "\\u001b[2J\\n" (enum)\n')
    const coloured = formatViolationLines([WRONG], 80, createTheme(1))
    expect(coloured).toBe('  \x1b[31m! payload /temp: expected at most 30, found 31 (maximum)\x1b[39m\n')
  })
})

describe('findings of a document', () => {
  const findings = {
    silent: ['a'],
    undocumented: [],
    kinds: [{ address: 'b', text: 'carries text payloads, which no message describes', edits: [] }],
    broken: tallied().rules,
    further: 3,
    checked: 4,
    wrong: 3,
    suggestions: [{ address: 'room/2', text: 'temp: was 31', advice: 'let temp be 31, too', edits: [] }]
  }

  it('come with what to change in the document, which is no finding', () => {
    expect(formatSuggestions(findings)).toEqual(['To describe what came on room/2: let temp be 31, too'])
    expect(JSON.parse(formatFindingsJson(findings).at(-1) ?? '')).toEqual({
      finding: 'suggestion',
      address: 'room/2',
      text: 'let temp be 31, too'
    })
    expect(JSON.stringify([...findingFailures(findings)])).not.toContain('too')
  })

  it('are a line each', () => {
    expect(formatFindings(findings)).toEqual([
      'a: silent: in the document, nothing came',
      'b: carries text payloads, which no message describes',
      'room/2: payload /temp: expected at most 30, found 31 (maximum), 2 messages',
      String.raw`a\u001b: payload /temp: expected at most 30, found "\u001b[2J\n" (enum), 1 message`,
      'other rules or channels: broken 3 times'
    ])
  })

  it('are a JSON object each', () => {
    const objects = formatFindingsJson(findings).map((line) => JSON.parse(line))
    expect(objects.map(({ finding }) => finding)).toEqual([
      'silent',
      'kind',
      'broken',
      'broken',
      'further',
      'suggestion'
    ])
    expect(objects[2]).toEqual({
      finding: 'broken',
      channel: 'room/2',
      rule: 'maximum',
      count: 2,
      example: WRONG
    })
  })
})
