import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cellWidth, sliceCells, truncateMiddle } from '../../../src/ui/cell-width.js'
import { brailleChart } from '../../../src/ui/channel-browser/braille-chart.js'
import { wrapLine } from '../../../src/ui/channel-browser/detail/doc.js'
import { formatAge, formatCount, formatRate } from '../../../src/ui/channel-browser/figures.js'
import { fitLine, lineWidth, plainText, span } from '../../../src/ui/channel-browser/line.js'
import { ScreenWriter } from '../../../src/ui/channel-browser/screen-writer.js'
import { sparkline } from '../../../src/ui/channel-browser/sparkline.js'

const text = fc.string({ unit: 'grapheme', maxLength: 40 })

describe('the width of text in cells', () => {
  it('is 2 for CJK and emoji, 0 for marks, 1 for the rest', () => {
    const widths = {
      abc: 3,
      東京: 4,
      한국: 4,
      ｆｕｌｌ: 8,
      'e\u0301': 1,
      '👍': 2,
      '👍🏽': 2,
      '👨‍👩‍👧': 2,
      '❤️': 2,
      'ß→│█': 4,
      '': 0
    }
    for (const [shown, width] of Object.entries(widths))
      expect([shown, cellWidth(shown)]).toEqual([shown, width])
  })

  it('is kept to when text is cut, at the end or in the middle', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 0, max: 30 }), (whole, width) => {
        expect(cellWidth(sliceCells(whole, width))).toBeLessThanOrEqual(width)
        expect(whole.startsWith(sliceCells(whole, width))).toBe(true)
        expect(cellWidth(truncateMiddle(whole, width))).toBeLessThanOrEqual(width)
      })
    )
  })

  it('cuts a name in the middle, so that both ends stay', () => {
    expect(truncateMiddle('zigbee2mqtt/bridge/devices/state', 16)).toBe('zigbe…ices/state')
    expect(truncateMiddle('short', 16)).toBe('short')
  })
})

describe('a line', () => {
  it('fits exactly, whatever it is made of', () => {
    fc.assert(
      fc.property(fc.array(text), fc.integer({ min: 0, max: 50 }), (texts, width) => {
        expect(
          lineWidth(
            fitLine(
              texts.map((piece) => span(piece)),
              width
            )
          )
        ).toBe(width)
      })
    )
  })

  it('wraps without losing anything', () => {
    fc.assert(
      fc.property(fc.array(text), fc.integer({ min: 4, max: 50 }), (texts, width) => {
        const wrapped = wrapLine(
          texts.map((piece) => span(piece)),
          width
        )
        expect(wrapped.map(plainText).join('')).toBe(texts.map((piece) => span(piece).text).join(''))
        for (const line of wrapped) expect(lineWidth(line)).toBeLessThanOrEqual(width)
      })
    )
  })
})

describe('what is sent to the terminal', () => {
  const size = { columns: 20, rows: 2 }

  it('is nothing for the same lines, and one line for one that changed', () => {
    const writer = new ScreenWriter(1)
    writer.frame([[span('a')], [span('b')]], size)
    expect(writer.frame([[span('a')], [span('b')]], size)).toBe('')
    expect(writer.frame([[span('a')], [span('c')]], size)).toBe('\x1b[?2026h\x1b[2;1H\x1b[2Kc\x1b[?2026l')
  })

  it('is everything again after another size, or once the screen was taken again', () => {
    const writer = new ScreenWriter(1)
    const lines = [[span('a')], [span('b')]]
    writer.frame(lines, size)
    expect(writer.frame(lines, { columns: 21, rows: 2 })).toContain('a')
    writer.enter()
    expect(writer.frame(lines, { columns: 21, rows: 2 })).toContain('a')
  })

  it('says again where it is after characters on whose width terminals disagree', () => {
    expect(new ScreenWriter(0).frame([[span('👨‍👩‍👧'), span('x')]], size)).toContain('👨‍👩‍👧\x1b[3Gx')
  })

  it('has the 16 colours, or none at all', () => {
    const line = [[span('x', 'good'), span('y', 'bad')]]
    expect(new ScreenWriter(1).frame(line, size)).toContain('\x1b[32mx\x1b[0m\x1b[31;1my')
    expect(new ScreenWriter(0).frame(line, size)).toContain('x\x1b[1my')
  })
})

describe('figures', () => {
  it('fit their columns, however large', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e18, noNaN: true }), (amount) => {
        expect(formatCount(amount).length).toBeLessThanOrEqual(5)
        expect(formatRate(amount).length).toBeLessThanOrEqual(7)
        expect(formatAge(amount).length).toBeLessThanOrEqual(4)
      })
    )
  })

  it('are short and rounded', () => {
    expect([0, 999, 1000, 12_345, 999_960, 5e9].map(formatCount)).toEqual([
      '0',
      '999',
      '1.0k',
      '12.3k',
      '1.0M',
      '5.0G'
    ])
    expect([0, 0.25, 12, 1234].map(formatRate)).toEqual(['0/s', '0.3/s', '12/s', '1.2k/s'])
    expect([0, 5e6, 99e6, 100e6, 7200e6, 864_000e6].map(formatAge)).toEqual([
      'now',
      '5s',
      '99s',
      '1m',
      '2h',
      '10d'
    ])
  })

  it('are bars as high as their share, and blanks for nothing', () => {
    expect(sparkline([0, 1, 4, 8])).toBe(' ▁▄█')
    expect(sparkline([0, 0])).toBe('  ')
  })
})

describe('a chart', () => {
  const point = (time: number, value: number) => ({ time, min: value, max: value, mean: value, count: 1 })
  const points = [0, 1].map((value) => point(value, value))

  it('goes from the bottom left to the top right when a number rises', () => {
    expect(brailleChart(points, { width: 2, height: 1, min: 0, max: 1, from: 0, to: 1 })).toEqual(['⡠⠊'])
  })

  it('is a line in the middle when a number stays', () => {
    const still = [0, 1].map((time) => point(time, 7))
    expect(brailleChart(still, { width: 3, height: 2, min: 7, max: 7, from: 0, to: 1 })).toEqual([
      '⣀⣀⣀',
      '⠀⠀⠀'
    ])
  })

  it('shows the least and the greatest value of each point, and leaves out what lies outside of its time', () => {
    const wide = { time: 1, min: 0, max: 1, mean: 0.5, count: 9 }
    expect(brailleChart([wide], { width: 1, height: 1, min: 0, max: 1, from: 0, to: 1 })).toEqual(['⢸'])
    const late = brailleChart([point(0, 0), point(2, 0)], {
      width: 2,
      height: 1,
      min: 0,
      max: 1,
      from: 0,
      to: 1
    })
    expect(late).toEqual(['⣀⣀'])
  })

  it('has its size, and as many dots in reach as it has room for, whatever the numbers', () => {
    const values = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), {
      minLength: 1,
      maxLength: 30
    })
    fc.assert(
      fc.property(
        values,
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 10 }),
        (all, width, height) => {
          const [min, max] = [Math.min(...all), Math.max(...all)]
          const chart = brailleChart(
            all.map((value, time) => point(time, value)),
            { width, height, min, max, from: 0, to: all.length - 1 }
          )
          expect(chart).toHaveLength(height)
          for (const row of chart) expect(row).toMatch(new RegExp(`^[\\u2800-\\u28ff]{${width}}$`))
          expect(chart.join('')).toMatch(/[^\u2800]/)
        }
      )
    )
  })
})
