import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Statements } from './statement.js'
import { behaviourStatements3 } from './statements-3-behaviour.js'
import { packetStatements3 } from './statements-3-packets.js'
import { behaviourStatements5 } from './statements-5-behaviour.js'
import { connectStatements5 } from './statements-5-connect.js'
import { packetStatements5 } from './statements-5-packets.js'

// Every normative statement stands in a table. The tests that hold one begin with its number: "[5: 3.1.0-1] ..." is [MQTT-3.1.0-1]
// of MQTT 5, and "[3: 3.1.0-1] ..." is that of MQTT 3.1.1.

const folder = join(import.meta.dirname, '..')
const titles = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.test.ts') && !name.endsWith('statements.test.ts'))
  .flatMap(
    (name) => readFileSync(join(folder, name), 'utf8').match(/(?<=['"`])(\[[53]: [\d.\- ]+\] )+/g) ?? []
  )

function named(version: 3 | 5): Set<string> {
  const groups = titles.flatMap((title) => [...title.matchAll(/\[([53]): ([^\]]+)\]/g)])
  return new Set(
    groups
      .filter(([, number]) => Number(number) === version)
      .flatMap(([, , numbers = '']) => numbers.split(' '))
  )
}

const standards: [name: string, version: 3 | 5, statements: Statements, count: number][] = [
  ['MQTT 5', 5, { ...connectStatements5, ...packetStatements5, ...behaviourStatements5 }, 251],
  ['MQTT 3.1.1', 3, { ...packetStatements3, ...behaviourStatements3 }, 141]
]

describe.each(standards)('the statements of %s', (_name, version, statements, count) => {
  const numbers = Object.keys(statements)

  test('are all there', () => {
    expect(numbers).toHaveLength(count)
    const highest = new Map<string, number>()
    for (const number of numbers) {
      const [section = '', n = ''] = number.split('-')
      // MQTT 5 has no [MQTT-2.2.1-1].
      const before = highest.get(section) ?? (version === 5 && section === '2.2.1' ? 1 : 0)
      expect([section, Number(n)]).toEqual([section, before + 1])
      highest.set(section, Number(n))
    }
  })

  test('are held by tests, or it says why not', () => {
    const tested = named(version)
    const without = numbers.filter(
      (number) => statements[number]?.untested === undefined && !tested.has(number)
    )
    expect(without).toEqual([])
  })

  test('that tests name are in the table as held', () => {
    const wrong = [...named(version)].filter(
      (number) => statements[number]?.untested !== undefined || !statements[number]
    )
    expect(wrong).toEqual([])
  })
})
