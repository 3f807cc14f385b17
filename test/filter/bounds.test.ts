import { describe, expect, it } from 'vitest'
import type { Message } from '../../src/core/message.js'
import { compileCondition } from '../../src/filter/compile-condition.js'

const HOSTILE = Buffer.from(
  JSON.stringify({
    list: Array.from({ length: 190_000 }, (_, at) => at),
    long: 'a'.repeat(1_000_000),
    part: `b${'a'.repeat(500_000)}`,
    map: Object.fromEntries(Array.from({ length: 9000 }, (_, at) => [`k${at}`, at]))
  })
)
const messageOf = (payload: Uint8Array): Message => ({ channel: 'a', payload, headers: [] })

function judge(expression: string, payload: Uint8Array = HOSTILE) {
  const condition = compileCondition(expression)({ separator: '/' })
  const isMet = condition.isMet(messageOf(payload))
  return { isMet, reasons: condition.unjudged.reasons.map(([reason]) => reason), steps: condition.steps }
}
const unjudged = (reason: string) => expect.objectContaining({ isMet: false, reasons: [reason] })

describe('an expression on a hostile message', () => {
  it.each([
    'payload.list.all(x, payload.list.all(y, payload.list.all(z, true)))',
    'payload.list.all(x, payload.list.exists(y, true))',
    'payload.list.all(x, x in payload.list)',
    'payload.list.all(x, payload.list == payload.list)',
    'payload.list.all(x, payload.map == payload.map)',
    'payload.list.all(x, payload.map[x] == 3 || true)',
    'payload.list.all(x, 1.5 in payload.map || true)',
    'payload.list.map(x, x + 1).size() > 3',
    'payload.list.filter(x, x > 1000).size() > 3',
    'payload.list.map(x, payload.list.map(y, payload.long)).size() == 3',
    'payload.long.contains(payload.part)',
    'payload.list.all(x, payload.long.contains("b") || true)',
    'payload.list.all(x, payload.long == payload.long + "")',
    'payload.list.all(x, payload.long <= payload.long)',
    'payload.list.all(x, bytes(payload.long) == bytes(payload.long))',
    'payload.list.all(x, payload.long.size() > 3)',
    'payload.long.matches("(a?){500}a{500}")',
    'payload.list.all(x, string(x).matches(string(x)))',
    `payload.list.all(x, timestamp('2026-01-01T00:00:00Z').getHours('Europe/Berlin') == 1)`,
    `[payload.list]${'.map(a, [a, a])'.repeat(10)} == [payload.list]${'.map(a, [a, a])'.repeat(10)}`
  ])('ends when it takes too long: %s', (expression) => {
    expect(judge(expression)).toEqual(unjudged('it takes too long'))
  })

  it.each([
    [
      `[payload.map.k1 > 0 ? "aaaaaaaa" : ""]${'.map(a, a + a)'.repeat(24)} == []`,
      'a text gets longer than 1048576 characters'
    ],
    [`[[payload.map.k1]]${'.map(a, a + a)'.repeat(24)} == []`, 'a list gets more than 10000 elements'],
    [
      `[bytes(string(payload.map.k1))]${'.map(a, a + a)'.repeat(24)} == []`,
      'a text gets longer than 1048576 characters'
    ],
    ['int(payload.long) == 3', 'a text of more than 1000 characters is no int'],
    ['timestamp(payload.long) < time', 'a text of more than 1000 characters is no timestamp'],
    ['"a".matches(payload.long)', 'a regular expression has more than 1000 characters']
  ])('makes nothing that fills the memory: %s', (expression, reason) => {
    expect(judge(expression)).toEqual(unjudged(reason))
  })

  it('has its own steps for each message', () => {
    const condition = compileCondition('payload.all(x, x < 1000000)')({ separator: '/' })
    const payload = Buffer.from(JSON.stringify(Array.from({ length: 20_000 }, (_, at) => at)))
    for (let at = 0; at < 8; at++) expect(condition.isMet(messageOf(payload))).toBe(true)
    expect(condition.unjudged.count).toBe(0)
    expect(condition.steps).toBeGreaterThan(100_000)
  })

  it('counts the characters of a text, and not the units that it takes', () => {
    expect(judge(`size(payload) == 3 && payload.size() == 3`, Buffer.from('a😀b')).isMet).toBe(true)
  })

  it('reads no text of more than 16 MiB', () => {
    expect(judge('payload.contains("x")', Buffer.alloc(16 * 1024 * 1024 + 1, 'a'))).toEqual(
      unjudged('the text of the payload is longer than 16 MiB')
    )
    expect(judge('size > 3', Buffer.alloc(16 * 1024 * 1024 + 1, 'a')).isMet).toBe(true)
  })
})

describe('a constant pattern that is too large', () => {
  it.each(['a{1000}'.repeat(9), '(a{30}){30}'.repeat(50), '(?i)[\\\\pL]{500}', '\\\\pL'.repeat(300)])(
    'is refused before it is compiled: %s',
    (pattern) => {
      expect(() => compileCondition(`channel.matches("${pattern}")`)).toThrow(
        'a regular expression is too large, with its repetitions written out'
      )
    }
  )

  it('is one with too many characters, too', () => {
    expect(() => compileCondition(`channel.matches("${'a'.repeat(1001)}")`)).toThrow(
      'a regular expression has more than 1000 characters'
    )
  })
})

describe('an expression on channels alone', () => {
  it('remembers the verdicts of channels, and why one has none', () => {
    const condition = compileCondition(`levels[1] == 'b'`)({ separator: '/' })
    const of = (channel: string) => condition.isMet({ ...messageOf(HOSTILE), channel })
    expect(['a/b', 'a/c', 'a', 'a/b', 'a', 'a'].map(of)).toEqual([true, false, false, true, false, false])
    expect(condition.unjudged).toMatchObject({ count: 3, reasons: [['no element 1', 3]] })
  })

  it('judges any number of channels, however long their names are', () => {
    const condition = compileCondition(`channel.endsWith('7')`)({ separator: '/' })
    let met = 0
    for (let at = 0; at < 2000; at++)
      if (condition.isMet({ ...messageOf(HOSTILE), channel: 'x'.repeat(60_000) + at })) met++
    expect(met).toBe(200)
  })
})
