import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RecordingItem } from '../../../src/core/recording/recording-item.js'
import { mergeRecordings } from '../../../src/core/replay/replay-merge.js'
import { textMessage } from '../../support/memory-connection.js'

const BEGIN = 1_000_000

async function* recordingOf(name: string, positions: readonly number[], size: number, closed: string[] = []) {
  const items = positions.map((position): RecordingItem => ({ position, message: textMessage(name) }))
  try {
    for (let from = 0; from < items.length; from += size) yield items.slice(from, from + size)
  } finally {
    closed.push(name)
  }
}

async function merged(...recordings: AsyncGenerator<RecordingItem[]>[]): Promise<string[]> {
  const found: string[] = []
  for await (const batch of mergeRecordings(recordings))
    for (const item of batch) found.push(`${item.position} ${'message' in item ? item.message.channel : ''}`)
  return found
}

describe('recordings that are merged', () => {
  it('give their messages in the order of their times, those of the first file first', async () => {
    expect(await merged(recordingOf('x', [1, 3, 5], 2), recordingOf('y', [1, 2, 5, 6], 1))).toEqual([
      '1 x',
      '1 y',
      '2 y',
      '3 x',
      '5 x',
      '5 y',
      '6 y'
    ])
  })

  it('lose nothing, whatever their batches', async () => {
    const positions = fc
      .array(fc.integer({ min: BEGIN, max: BEGIN + 50 }))
      .map((all) => all.sort((a, b) => a - b))
    const file = fc.tuple(positions, fc.integer({ min: 1, max: 4 }))
    await fc.assert(
      fc.asyncProperty(fc.array(file, { minLength: 1, maxLength: 4 }), async (files) => {
        const found = await merged(...files.map(([all, size], at) => recordingOf(String(at), all, size)))
        const expected = files.flatMap(([all], at) => all.map((position) => [position, at] as const))
        expected.sort(([a, one], [b, other]) => a - b || one - other)
        expect(found).toEqual(expected.map(([position, at]) => `${position} ${at}`))
      })
    )
  })

  it('are closed, also where nobody reads to the end', async () => {
    const closed: string[] = []
    const items = mergeRecordings([recordingOf('x', [1], 1, closed), recordingOf('y', [2], 1, closed)])
    for await (const _ of items) break
    expect(closed.sort()).toEqual(['x', 'y'])
  })

  it('give everything before what one of them fails with', async () => {
    async function* broken(): AsyncGenerator<RecordingItem[]> {
      yield [{ position: 2, message: textMessage('broken') }]
      throw new Error('torn')
    }
    const found: number[] = []
    const reading = async () => {
      for await (const batch of mergeRecordings([recordingOf('x', [1, 3], 2), broken()]))
        found.push(...batch.map(({ position }) => position))
    }
    await expect(reading()).rejects.toThrow('torn')
    expect(found).toEqual([1, 2])
  })
})
