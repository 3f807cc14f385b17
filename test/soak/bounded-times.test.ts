import { createServer } from 'node:net'
import { afterAll, describe, expect, it } from 'vitest'
import { lastingSubscribe } from '../support/lasting-subscribe.js'
import { makeHome, RunningProgram } from '../support/program.js'
import { accept, type Peer } from '../support/scripted-broker.js'
import { useScriptedBrokers } from '../support/use-scripted-brokers.js'
import { extent, figure, isLong } from './extent.js'

const RUNS = extent({ short: 1, long: 3 })

const home = makeHome()
const { scripted } = useScriptedBrokers()
afterAll(() => home.remove())

/** Only the long form holds a time to its bound: it has the machine to itself. */
async function takes(what: string, bound: number, once: () => Promise<number>): Promise<void> {
  const times: number[] = []
  for (let run = 0; run < RUNS; run++) times.push(Math.round(await once()))
  const [least, most] = [Math.min(...times), Math.max(...times)]
  figure(`${what}: ${least} to ${most} ms in ${RUNS} runs, at most ${bound} ms`)
  if (isLong) expect(most).toBeLessThanOrEqual(bound)
}

describe('a failure to connect is told within a second', () => {
  const fails = async (args: readonly string[], code: number) => {
    const began = performance.now()
    const { exitCode } = await new RunningProgram(['publish', 'a', 'x', ...args], home.env).exited
    expect(exitCode).toBe(code)
    return performance.now() - began
  }

  it('when nobody listens', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as { port: number }
    await new Promise((resolve) => server.close(resolve))
    await takes('connection refused', 1000, () => fails(['-b', `mqtt://127.0.0.1:${port}`], 3))
  })

  it.each([
    ['5', { reasonCode: 0x86 }],
    ['3.1.1', { returnCode: 4 }]
  ] as const)('when the password is wrong, over MQTT %s', async (protocol, refusal) => {
    const url = await scripted((peer) => accept(peer, refusal).then(() => {}))
    const args = ['-b', url.replace('//', '//ann:wrong@'), '--protocol', protocol]
    await takes(`wrong password, MQTT ${protocol}`, 1000, () => fails(args, 4))
  })

  it('when the broker closes without a word, over either version', async () => {
    const url = await scripted((peer) => peer.next('connect').then(peer.cut))
    await takes('closed without a word, MQTT 5, 5 and 3.1.1', 1000, () => fails(['-b', url], 3))
  })
})

const grant = async (peer: Peer) => {
  await accept(peer)
  const { messageId = 0 } = await lastingSubscribe(peer)
  peer.send({ cmd: 'suback', messageId, granted: [1] })
}

describe('a broker that falls silent', () => {
  it.each(extent({ short: [1], long: [2, 4] }))(
    'is noticed within 1.5 times the keep-alive of %i s and 2 s',
    async (keepalive) => {
      const url = await scripted(grant)
      await takes(`half open, keep-alive ${keepalive} s`, keepalive * 1500 + 2000, async () => {
        const program = new RunningProgram(
          ['subscribe', 'a', '--keepalive', `${keepalive}s`, '-b', url],
          home.env
        )
        await program.saying('Subscribed')
        const began = performance.now()
        await program.saying('the broker does not answer any more; reconnecting')
        const time = performance.now() - began
        program.child.kill('SIGKILL')
        await program.exited
        return time
      })
    }
  )
})

describe('Ctrl-C', () => {
  const stops = async (program: RunningProgram, code: number) => {
    const began = performance.now()
    program.child.kill('SIGINT')
    expect((await program.exited).exitCode).toBe(code)
    return performance.now() - began
  }
  const subscribes = async (url: string) => {
    const program = new RunningProgram(['subscribe', 'a', '-b', url], home.env)
    await program.saying('Subscribed')
    return stops(program, 0)
  }

  it('ends a subscriber within 2 s', async () => {
    const url = await scripted(grant)
    await takes('Ctrl-C while subscribed', 2000, () => subscribes(url))
  })

  it('ends a subscriber within 2 s although the broker keeps its side open', async () => {
    const url = await scripted((peer) => {
      peer.socket.allowHalfOpen = true
      return grant(peer)
    })
    await takes('Ctrl-C while subscribed, broker keeps its side open', 2000, () => subscribes(url))
  })

  it('ends a publisher within 2 s although nothing was acknowledged', async () => {
    let arrived = () => {}
    const url = await scripted(async (peer) => {
      peer.socket.allowHalfOpen = true
      await accept(peer)
      await peer.next('publish')
      arrived()
    })
    await takes('Ctrl-C with a message that is not acknowledged', 2000, async () => {
      const published = new Promise<void>((resolve) => {
        arrived = resolve
      })
      const program = new RunningProgram(['publish', 'a', '--lines', '-b', url], home.env)
      program.child.stdin.write('1\n')
      await published
      return stops(program, 5)
    })
  })

  it('ends a program that still tries to connect within 2 s', async () => {
    let called = () => {}
    const url = await scripted(() => called())
    await takes('Ctrl-C while connecting', 2000, async () => {
      const connected = new Promise<void>((resolve) => {
        called = resolve
      })
      const program = new RunningProgram(['publish', 'a', 'x', '-b', url], home.env)
      await connected
      return stops(program, 130)
    })
  })
})
