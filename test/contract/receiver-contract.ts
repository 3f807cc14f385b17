import { expect, it } from 'vitest'
import { message, Received } from '../support/connection-options.js'
import type { ContractWorld } from './contract-world.js'

/** How many messages come, so that the middle of a batch can be let go: some brokers send a few at first. */
const LET_GO_OF = 300
const MIDDLE = '150'

/** The behaviour of several receivers on one connection, and of their verdicts on messages. */
export function describeReceivers(world: ContractWorld): void {
  it('delivers answers to a question on the connection of another subscription', async () => {
    const name = world.channel()
    const below = (path: string) => name + world.spelled(path)
    const carries = world.can('response-channel') && world.can('correlation')
    await world.exist(...['/events/lamp', '/answers/asker', '/questions'].map(below))
    const asker = await world.connect()
    const events = new Received()
    const answers = new Received()
    await world.subscribe(asker, { pattern: below('/events/#'), guarantee: 1 }, events)
    await world.subscribe(asker, { pattern: below('/answers/asker'), guarantee: 1 }, answers)
    // The answerer needs a connection of its own: while a receiver works, its connection does not read acknowledgements.
    const answerer = await world.connect()
    await (await world.connect()).subscribe(
      [{ pattern: below('/questions'), guarantee: 1 }],
      async (batch) => {
        for (const { payload, responseChannel = below('/answers/asker'), correlation } of batch)
          await answerer.publish([{ channel: responseChannel, payload, headers: [], correlation }])
      }
    )
    const fact = { responseChannel: below('/answers/asker'), correlation: Buffer.from([7]) }
    const facts = carries ? fact : {}
    await world.publish(message(below('/events/lamp'), 'event 1'))
    await asker.publish(['one', 'two'].map((text) => ({ ...message(below('/questions'), text), ...facts })))
    await answers.atLeast(2)
    await world.publish(message(below('/events/lamp'), 'event 2'))
    await events.atLeast(2)
    expect([events.texts, answers.texts]).toEqual([
      ['event 1', 'event 2'],
      ['one', 'two']
    ])
    if (carries)
      expect(answers.messages.map(({ correlation }) => [...(correlation ?? [])])).toEqual([[7], [7]])
  })

  it('gives each receiver of a connection what its patterns match, in order', async () => {
    const name = world.channel()
    const below = (path: string) => name + world.spelled(path)
    const connection = await world.connect()
    const [lamps, doors] = [new Received(), new Received()]
    await world.subscribe(connection, { pattern: below('/lamp/+'), guarantee: world.highest }, lamps)
    await world.subscribe(connection, { pattern: below('/door/#'), guarantee: 1 }, doors)
    const texts = Array.from({ length: 300 }, (_, index) => String(index))
    await world.publish(
      ...texts.map((text, index) => message(below(index % 3 === 0 ? '/door/1' : '/lamp/1'), text))
    )
    await Promise.all([lamps.atLeast(200), doors.atLeast(100)])
    expect(lamps.texts).toEqual(texts.filter((_, index) => index % 3 !== 0))
    expect(doors.texts).toEqual(texts.filter((_, index) => index % 3 === 0))
  })

  world.needing('sessions')(
    'delivers the messages after one that was let go again, in order, and acknowledges all of them',
    async () => {
      const name = world.channel()
      const session = world.name('letting-go')
      const connection = await world.connect({ session })
      const texts = Array.from({ length: LET_GO_OF }, (_, index) => String(index))
      const taken: string[] = []
      let refused: string | undefined
      let end: () => void = () => undefined
      const all = new Promise<void>((resolve) => {
        end = resolve
      })
      await connection.subscribe([{ pattern: name, guarantee: 1 }], async (batch) => {
        const came = batch.map(({ payload }) => Buffer.from(payload ?? []).toString())
        // One that has others before it and behind it; from brokers that send one at a time (mosquitto over TLS), one in the middle.
        const at = came.length > 2 ? 1 : came.indexOf(MIDDLE)
        const isRefused = refused === undefined && at >= 0
        if (isRefused) refused = came[at]
        taken.push(...(isRefused ? came.slice(0, at) : came))
        if (taken.includes(texts.at(-1) ?? '')) end()
        return isRefused ? { done: at, next: 'let-go' } : undefined
      })
      await world.publish(...texts.map((text) => message(name, text)))
      await all
      expect(refused).toBeDefined()
      expect(taken).toEqual(texts.filter((text) => text !== refused))
      await connection.close(5000)
      const again = await world.connect({ session })
      const received = new Received()
      await again.subscribe([{ pattern: name, guarantee: 1 }], received.take)
      await world.publish(message(name, 'end'))
      await received.atLeast(1)
      expect(received.texts).toEqual(['end'])
      await again.close()
      await world.forget(session)
    }
  )
}
