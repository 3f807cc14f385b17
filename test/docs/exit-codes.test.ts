import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { BUG, exitCodeOf, SIGNAL_CODES } from '../../src/cli/exit-codes.js'
import { type FailureKind, TidingsError } from '../../src/core/errors.js'
import { weightiestFailure } from '../../src/operations/failure-precedence.js'

const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8')
const [, section = ''] = /^## Exit codes\n(.*?)^## /ms.exec(readme) ?? []

const KINDS: Record<Exclude<FailureKind, 'interrupted'>, true> = {
  usage: true,
  connect: true,
  refused: true,
  unfinished: true,
  'bad-input': true,
  'nothing-received': true,
  'too-few-received': true,
  output: true,
  'wrong-messages': true
}
const failures = Object.keys(KINDS).map((kind) => new TidingsError(kind as FailureKind, kind, { code: kind }))

it('the README has each exit code once', () => {
  const rows = Array.from(section.matchAll(/^\| ([\d, ]+) \|/gm), ([, codes = '']) =>
    codes.split(', ').map(Number)
  )
  const codes = [0, BUG, ...failures.map(exitCodeOf), ...Object.values(SIGNAL_CODES)]
  expect(rows.flat()).toEqual(codes.sort((a, b) => a - b))
})

it('the README says which of several failures counts', () => {
  const [, listed = ''] = /the first of ([\d, ]+) counts/.exec(section) ?? []
  // What makes no sense is told before anything can go wrong.
  const left = failures.filter(({ kind }) => kind !== 'usage')
  const order: number[] = []
  while (left.length > 0) {
    const next = weightiestFailure(left)
    if (next === undefined) break
    order.push(exitCodeOf(next))
    left.splice(left.indexOf(next), 1)
  }
  expect(listed.split(', ').map(Number)).toEqual(order)
})
