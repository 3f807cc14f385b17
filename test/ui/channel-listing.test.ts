import { describe, expect, test } from 'vitest'
import type { ChannelCatalogue } from '../../src/core/catalogue/channel-catalogue.js'
import { formatListing, type ListingForm } from '../../src/ui/channel-listing.js'
import { createTheme } from '../../src/ui/theme.js'
import { messageOn, observed } from '../support/observed.js'

function listed(catalogue: ChannelCatalogue, form: Partial<ListingForm> = {}): string[] {
  const { separator } = catalogue
  const whole = { json: false, schema: false, tree: false, order: 'name', separator, ...form } as const
  const pieces = [...formatListing(catalogue.families(), 1, whole, createTheme(0))]
  return pieces.join('').trimEnd().split('\n')
}

/** The first column of the lines below the head. */
const labels = (lines: readonly string[]) => lines.slice(1).map((line) => /^ *\S+( \(\d+\))?/.exec(line)?.[0])

const DEVICES = ['plant.north/1.temp', 'plant.north/2.temp', 'plant.north/3.temp', 'plant', 'plant..x/y']

describe('channels whose levels a dot divides', () => {
  const catalogue = observed(
    DEVICES.map((name) => messageOn(name, '1')),
    { separator: '.' }
  )

  test('are in a table by their addresses', () => {
    expect(labels(listed(catalogue))).toEqual(['plant', 'plant..x/y', 'plant.{north_id}.temp (3)'])
  })

  test('are a tree of levels, in which a slash is a character like any other', () => {
    expect(labels(listed(catalogue, { tree: true }))).toEqual([
      'plant',
      '  (empty).',
      '    x/y',
      '  {north_id}.',
      '    temp (3)'
    ])
  })

  test('are lines of JSON with whole levels as the values of parameters', () => {
    const [first, ...others] = listed(catalogue, { json: true }).map((line) => JSON.parse(line))
    expect(first).not.toHaveProperty('parameters')
    expect(others.at(-1)).toMatchObject({
      channel: 'plant.north/3.temp',
      address: 'plant.{north_id}.temp',
      parameters: { north_id: 'north/3' }
    })
  })
})

test('where a slash divides levels, a dot divides nothing', () => {
  const catalogue = observed([messageOn('a/b.c', '1'), messageOn('a/d', '1')])
  expect(catalogue.separator).toBe('/')
  expect(labels(listed(catalogue, { tree: true }))).toEqual(['a/', '  b.c', '  d'])
})
