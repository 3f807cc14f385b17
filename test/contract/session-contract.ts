import { expect } from 'vitest'
import { message, Received } from '../support/connection-options.js'
import { type ContractWorld, itIf } from './contract-world.js'

/** The behaviour of sessions: what the broker keeps for one durable subscriber. */
export function describeSessions(world: ContractWorld): void {
  const kept = world.needing('sessions')

  kept('keeps the messages of a session until its owner is back', async () => {
    const name = world.channel()
    const session = world.name('durable')
    const before = await world.connect({ session })
    expect(before.broker).toMatchObject({ resumed: false, clientId: `tidings-${session}` })
    await before.subscribe([{ pattern: name, guarantee: 1 }], () => {})
    await before.close()
    await world.publish(message(name, 'one'), message(name, 'two'))
    const after = await world.connect({ session })
    expect(after.broker).toMatchObject({ resumed: true, clientId: `tidings-${session}` })
    const received = new Received()
    await after.subscribe([{ pattern: name, guarantee: 1 }], received.take)
    await received.atLeast(2)
    expect(received.texts).toEqual(['one', 'two'])
    await after.close()
    await world.forget(session)
  })

  kept('keeps nothing for a subscriber without a session, nor for a session that was forgotten', async () => {
    const clientId = world.name('passing')
    await (await world.connect({ clientId })).close()
    expect((await world.connect({ clientId })).broker.resumed).toBe(false)
    const session = world.name('forgotten')
    const forgotten = await world.connect({ session })
    await forgotten.subscribe([{ pattern: world.channel(), guarantee: 1 }], () => {})
    await forgotten.close()
    await world.forget(session)
    const again = await world.connect({ session })
    expect(again.broker.resumed).toBe(false)
    await again.close()
    await world.forget(session)
  })

  kept('acknowledges only what the receiver has taken', async () => {
    const name = world.channel()
    const session = world.name('slow')
    const failing = await world.connect({ session })
    await failing.subscribe([{ pattern: name, guarantee: 1 }], () => Promise.reject(new Error('disk full')))
    await world.publish(message(name, 'precious'))
    expect(await failing.closed).toMatchObject({ code: 'receiver-failed' })
    const again = await world.connect({ session })
    const received = new Received()
    await again.subscribe([{ pattern: name, guarantee: 1 }], received.take)
    await received.atLeast(1)
    expect(received.texts).toEqual(['precious'])
    await again.close()
    await world.forget(session)
  })

  kept(
    'keeps the messages that a receiver left when it stopped, and none that the receiver had taken',
    async () => {
      const name = world.channel()
      const session = world.name('stopping')
      const stopping = await world.connect({ session })
      const taken: string[] = []
      let end: () => void = () => undefined
      const stopped = new Promise<void>((resolve) => {
        end = resolve
      })
      await stopping.subscribe([{ pattern: name, guarantee: 1 }], (batch) => {
        const done = Math.min(batch.length, 3 - taken.length)
        taken.push(...batch.slice(0, done).map(({ payload }) => Buffer.from(payload ?? []).toString()))
        if (taken.length < 3) return
        end()
        return { done, next: 'stop' }
      })
      const texts = Array.from({ length: 10 }, (_, index) => String(index))
      await world.publish(...texts.map((text) => message(name, text)))
      await stopped
      await stopping.close(5000)
      expect(taken).toEqual(texts.slice(0, 3))
      const again = await world.connect({ session })
      const received = new Received()
      await again.subscribe([{ pattern: name, guarantee: 1 }], received.take)
      await received.atLeast(7)
      expect(received.texts).toEqual(texts.slice(3))
      await again.close()
      await world.forget(session)
    }
  )

  itIf(world.can('sessions') && world.limits.repeatsOverlaps !== true)(
    'keeps for a session what overlapping patterns match, once, in whatever order they are named',
    async () => {
      const [name, session] = [world.channel(), world.name('overlapping')]
      const below = (path: string) => name + world.spelled(path)
      const patterns = ['/+/z', '/y/#'].map(below)
      const subscribe = async (...names: string[]) => {
        const received = new Received()
        const connection = await world.connect({ session })
        await connection.subscribe(
          names.map((pattern) => ({ pattern, guarantee: 1 as const })),
          received.take
        )
        return { received, connection }
      }
      await world.exist(below('/y/z'), below('/y/end'))
      await (await subscribe(...patterns)).connection.close()
      await world.publish(message(below('/y/z'), '1'), message(below('/y/z'), '2'))
      const { received, connection } = await subscribe(...patterns.reverse())
      await world.publish(message(below('/y/z'), '3'), message(below('/y/end'), 'end'))
      while (!received.texts.includes('end')) await received.atLeast(received.texts.length + 1)
      await received.atLeast(4)
      expect(world.inOrder(received.texts)).toEqual(['1', '2', '3', 'end'])
      await connection.close()
      await world.forget(session)
    }
  )
}
