import { expect, it } from 'vitest'
import type { Unjudged } from '../../src/core/message-condition.js'
import { unjudgedWarnings } from '../../src/ui/filter-report.js'

const warningsOf = (unjudged: Unjudged) => unjudgedWarnings({ unjudged, steps: 0, isMet: () => false })

it('nothing is told where there is no condition, or where it has judged every message', () => {
  expect(unjudgedWarnings(undefined)).toEqual([])
  expect(warningsOf({ count: 0, reasons: [] })).toEqual([])
})

it('the messages that could not be judged are counted, with the reasons', () => {
  const reasons = [
    ['no field "temp"', 1200],
    ['division by zero', 1]
  ] as const
  expect(warningsOf({ count: 1201, reasons })).toEqual([
    '--where could not judge 1,201 messages: no field "temp" (1,200), division by zero (1)'
  ])
  expect(warningsOf({ count: 1, reasons: [['it takes too long', 1]] })).toEqual([
    '--where could not judge 1 message: it takes too long (1)'
  ])
})

it('what was probably meant is told with them', () => {
  const unjudged = { count: 2, reasons: [['no field "tmp"', 2]], hints: ['did you mean "temp"?'] } as const
  expect(warningsOf(unjudged)).toEqual([
    '--where could not judge 2 messages: no field "tmp" (2); did you mean "temp"?'
  ])
})

it('of many reasons the most frequent ones are told, and the others are counted', () => {
  const reasons = Array.from({ length: 8 }, (_, at) => [`no field "${at}"`, 10 - at] as const)
  expect(warningsOf({ count: 60, reasons })).toEqual([
    '--where could not judge 60 messages: no field "0" (10), no field "1" (9), no field "2" (8), no field "3" (7), no field "4" (6), other reasons (20)'
  ])
})
