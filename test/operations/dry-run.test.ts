import { describe, expect, it } from 'vitest'
import { TidingsError } from '../../src/core/errors.js'
import type { Message } from '../../src/core/message.js'
import type { RecordingItem } from '../../src/core/recording/recording-item.js'
import { type DryRunOptions, dryRun } from '../../src/operations/dry-run.js'
import { mqttGrammar } from '../../src/transport/mqtt/channel-grammar.js'
import { FakeClock } from '../support/fake-clock.js'
import { textMessage } from '../support/memory-connection.js'
import { mqttTarget } from '../support/mqtt-target.js'

const HOUR = 3_600_000_000

async function* threeHours(): AsyncGenerator<RecordingItem[]> {
  yield [0, 1, 2].map((hour) => ({ position: hour * HOUR, message: textMessage(`hour/${hour}`) }))
}

const run = (show: DryRunOptions['show'], more: Partial<DryRunOptions> = {}) =>
  dryRun({
    source: { open: threeHours, rereadable: true, started: undefined },
    clock: new FakeClock(),
    stop: new AbortController().signal,
    target: mqttTarget(),
    onNotice: () => undefined,
    onWarning: () => undefined,
    speed: 1,
    rounds: 1,
    maxGap: Number.POSITIVE_INFINITY,
    catchUp: false,
    skipInvalid: false,
    patternRules: mqttGrammar,
    selection: {},
    changes: { rename: (channel) => channel, retain: 'keep', timestamps: [] },
    show,
    ...more
  })

describe('a dry run', () => {
  it.each([
    [1, [0, HOUR, 2 * HOUR]],
    [2, [0, HOUR / 2, HOUR]]
  ])('at speed %d shows when each message would be sent, and takes no time', async (speed, dues) => {
    const shown: [string, number][] = []
    const show = (batch: readonly Message[], due: number) =>
      void shown.push(...batch.map(({ channel }): [string, number] => [channel, due]))
    const outcome = await run(show, { speed })
    expect(shown).toEqual(dues.map((due, hour) => [`hour/${hour}`, due]))
    expect(outcome).toMatchObject({ sent: 3, acknowledged: 3, ended: 'end', elapsed: dues[2] })
  })

  it('waits for a slow reader', async () => {
    let shown = 0
    await run(async () => {
      await Promise.resolve()
      shown++
    })
    expect(shown).toBe(3)
  })

  it('ends where what it shows cannot be written, with that failure', async () => {
    const failure = new TidingsError('output', 'disk full', { code: 'disk-full' })
    const outcome = await run(() => Promise.reject(failure))
    expect(outcome.connectionError).toBe(failure)
    expect(outcome.sent).toBe(1)
  })
})
