import { describe, expect, it } from 'vitest'
import type { ConnectionNotice } from '../../../../src/core/connection.js'
import { TidingsError } from '../../../../src/core/errors.js'
import { confirmGroups } from '../../../../src/transport/mqtt/probes/confirm-groups.js'
import { connectionOptions } from '../../../support/connection-options.js'
import { FakeClock, settle } from '../../../support/fake-clock.js'
import { MEMORY_TRAITS, MemoryConnection, textMessage } from '../../../support/memory-connection.js'

const WITHOUT_A_WORD = {
  mqtt: { ...MEMORY_TRAITS.mqtt, version: '3.1.1', sharedAvailable: undefined }
} as const

/** A broker without MQTT 5 that sends back what is published on some channels only. */
function check(delivers: (channel: string) => boolean, open?: () => Promise<MemoryConnection>) {
  const connection = new MemoryConnection(WITHOUT_A_WORD)
  const clock = new FakeClock()
  const stop = new AbortController()
  const notices: ConnectionNotice[] = []
  const probes: MemoryConnection[] = []
  const outcome = confirmGroups({
    connection,
    options: connectionOptions('mqtt://memory', { onNotice: (notice) => notices.push(notice) }),
    open:
      open ??
      (async () => {
        const probe = new MemoryConnection(WITHOUT_A_WORD)
        probe.answer = async (batch) => {
          const back = batch.filter(({ channel }) => delivers(channel))
          await probe.receive(back.map(({ channel }) => textMessage(channel)))
          return { acknowledged: batch.length, refused: [], unacknowledged: 0 }
        }
        probes.push(probe)
        return probe
      }),
    clock,
    stop: stop.signal
  })
  outcome.catch(() => undefined)
  return { connection, clock, stop, notices, probes, outcome }
}

describe('joining a group over MQTT 3.1.1', () => {
  it('goes on in silence where a group gets what is published', async () => {
    const { outcome, connection, notices, probes } = check(() => true)
    await outcome
    expect(notices).toEqual([])
    expect(connection.drains).toEqual([])
    expect(probes[0]?.drains.length).toBe(1)
  })

  it('is refused where everybody else gets what is published, and a group does not', async () => {
    const { outcome, clock } = check((channel) => channel.endsWith('/witness'))
    await clock.advance(2000)
    await expect(outcome).rejects.toMatchObject({
      kind: 'refused',
      code: 'groups-unsupported',
      message:
        'cannot subscribe as a group at "mqtt://memory": the broker has no groups (granted, but nothing is delivered)'
    })
  })

  it.each([
    ['nothing that is published comes back', undefined, 'nothing that was published came back'],
    [
      'no second connection can be made',
      () => Promise.reject(new TidingsError('refused', 'one is enough', { code: 'not-authorized' })),
      'one is enough'
    ]
  ])('goes on with a warning where %s', async (_what, open, why) => {
    const { outcome, clock, notices } = check(() => false, open)
    await clock.advance(2000)
    await outcome
    expect(notices).toEqual([{ kind: 'warning', text: expect.stringContaining(`supports groups (${why})`) }])
  })

  it('does not wait any longer once it is stopped', async () => {
    const { outcome, stop, notices } = check((channel) => channel.endsWith('/witness'))
    await settle()
    stop.abort('SIGINT')
    await outcome
    expect(notices).toEqual([])
  })

  it('asks nothing of a broker that says by itself whether it has groups', async () => {
    const connection = new MemoryConnection({ mqtt: { ...MEMORY_TRAITS.mqtt, sharedAvailable: false } })
    const options = connectionOptions('mqtt://memory')
    const open = () => Promise.reject(new Error('not asked for'))
    const { signal } = new AbortController()
    await confirmGroups({ connection, options, open, clock: new FakeClock(), stop: signal })
    expect(connection.drains).toEqual([])
  })
})
