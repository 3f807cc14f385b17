import fc from 'fast-check'
import { expect, it } from 'vitest'
import { cellWidth } from '../../src/ui/cell-width.js'
import { joinCells, layOutTable, type TableColumn } from '../../src/ui/table-layout.js'

const names = (title: string, ...cells: string[]): TableColumn => ({ title, cells, holds: 'names' })
const figures = (title: string, ...cells: string[]): TableColumn => ({ title, cells, holds: 'figures' })

it('names stand on the left, figures on the right', () => {
  const lines = layOutTable([names('channel', 'a', '温'), figures('n', '5', '100')], 80).map(joinCells)
  expect(lines).toEqual(['channel    n', 'a          5', '温       100'])
})

it('the widest names are cut first, and figures never', () => {
  const columns = [names('a', 'x'.repeat(30)), names('b', 'short'), figures('n', '1,000,000')]
  expect(layOutTable(columns, 40).map(joinCells)).toEqual([
    `a${' '.repeat(23)}b${' '.repeat(14)}n`,
    `${'x'.repeat(7)}…${'x'.repeat(14)}  short  1,000,000`
  ])
})

it('a column that may go does so before names become too short, the last one first', () => {
  const may = (title: string) => ({ ...figures(title, '1'.repeat(10)), mayGo: true })
  const columns = [names('channel', 'x'.repeat(30)), may('a'), may('b'), figures('n', '7')]
  const titles = (room: number) => layOutTable(columns, room)[0]?.map((title) => title.trim())
  expect([60, 35, 34, 22].map(titles)).toEqual([
    ['channel', 'a', 'b', 'n'],
    ['channel', 'a', 'b', 'n'],
    ['channel', 'a', 'n'],
    ['channel', 'n']
  ])
})

it('a line is not wider than its room, whatever the names', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 100 })
  fc.assert(
    fc.property(
      fc.array(text, { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 22, max: 120 }),
      (cells, room) => {
        const figure = figures('n', ...cells.map((_, at) => String(at)))
        const lines = layOutTable([names('channel', ...cells), names('rule', ...cells), figure], room)
        for (const line of lines) expect(cellWidth(joinCells(line))).toBeLessThanOrEqual(room)
      }
    )
  )
})
