import { describe, expect, it } from 'vitest'
import type { ConnectionOptions } from '../../src/core/connection.js'
import { TidingsError } from '../../src/core/errors.js'
import { seenChannels } from '../../src/operations/seen-channels.js'
import { mqttGrammar } from '../../src/transport/mqtt/channel-grammar.js'
import { connectionOptions } from '../support/connection-options.js'
import { FakeClock } from '../support/fake-clock.js'
import { MemoryConnection } from '../support/memory-connection.js'
import { messageOn } from '../support/observed.js'

function looking() {
  const clock = new FakeClock()
  const connection = new MemoryConnection()
  const open = async (_: ConnectionOptions) => connection
  const names = seenChannels({
    protocol: { grammar: mqttGrammar, open },
    options: connectionOptions('mqtt://memory'),
    clock,
    stop: new AbortController().signal
  })
  return { clock, connection, names }
}

describe('the channels that a broker has', () => {
  it('are those seen within a second, each once and sorted', async () => {
    const { clock, connection, names } = looking()
    await connection.whenSubscribed
    await connection.receive([messageOn('b', '1'), messageOn('a', '1'), messageOn('b', '2')])
    await clock.advance(1000)
    expect(await names).toEqual(['a', 'b'])
  })

  it('are also those that the broker lists, but for its own', async () => {
    const { clock, connection, names } = looking()
    Object.assign(connection, { channels: async () => [{ name: 'listed' }, { name: '$SYS/x' }] })
    await connection.whenSubscribed
    await clock.advance(1000)
    expect(await names).toEqual(['listed'])
  })

  it('are none where the user may not subscribe to everything', async () => {
    const { connection, names } = looking()
    connection.grants = [{ pattern: '#', guarantee: undefined, reason: 'not authorized' }]
    expect(await names).toEqual([])
  })

  it('are not told where the connection breaks', async () => {
    const { connection, names } = looking()
    await connection.whenSubscribed
    const lost = new TidingsError('unfinished', 'the connection is lost', { code: 'connection-lost' })
    connection.end(lost)
    await expect(names).rejects.toBe(lost)
  })
})
