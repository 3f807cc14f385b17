import { afterAll, describe, expect, it } from 'vitest'
import { lastingSubscribe } from '../support/lasting-subscribe.js'
import { makeHome, RunningProgram } from '../support/program.js'
import { accept, type Peer, startScriptedBroker } from '../support/scripted-broker.js'
import { expectOneReason, grant } from '../support/situation.js'
import { useScriptedBrokers } from '../support/use-scripted-brokers.js'

const home = makeHome()
const { brokers, scripted } = useScriptedBrokers()
afterAll(() => home.remove())

describe('Ctrl-C', () => {
  it('ends a subscriber although the broker keeps its side open', async () => {
    const url = await scripted(async (peer) => {
      peer.socket.allowHalfOpen = true
      await accept(peer)
      await grant(peer, 1)
    })
    const program = new RunningProgram(['subscribe', 'a', '-b', url], home.env)
    await program.saying('Subscribed')
    program.child.kill('SIGINT')
    expect(await program.exited).toMatchObject({ exitCode: 0, stdout: '' })
  })

  it.each([
    ['a broker that never acknowledges', (_peer: Peer) => {}],
    ['a broker that is gone', (peer: Peer) => peer.cut()]
  ])('while publishing to %s is 5 with the counts', async (_what, then) => {
    let arrived = () => {}
    const published = new Promise<void>((resolve) => {
      arrived = resolve
    })
    const broker = await startScriptedBroker(async (peer) => {
      await accept(peer)
      await peer.next('publish')
      then(peer)
      arrived()
    })
    brokers.push(broker)
    const program = new RunningProgram(['publish', 'a', '--lines', '-b', broker.url], home.env)
    program.child.stdin.write('1\n2\n3\n')
    await published
    program.child.kill('SIGINT')
    const { exitCode, stderr } = await program.exited
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 5 })
    expect(stderr).toMatch(/published 0 of \d messages? to a: \d not acknowledged/)
    expectOneReason(stderr)
  })

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143]
  ] as const)('or %s while it waits for a broker that is not there is %i', async (signal, code) => {
    const program = new RunningProgram(['subscribe', 'a', '-b', 'localhost:9', '--wait', '1m'], home.env)
    await program.saying('trying again')
    program.child.kill(signal)
    expect(await program.exited).toMatchObject({ exitCode: code })
  })

  it('ends a subscriber to which the broker never answers', async () => {
    let asked = () => {}
    const subscribed = new Promise<void>((resolve) => {
      asked = resolve
    })
    const url = await scripted(async (peer) => {
      await accept(peer)
      await lastingSubscribe(peer)
      asked()
    })
    const program = new RunningProgram(['subscribe', 'a', '--count', '1', '-b', url], home.env)
    await subscribed
    program.child.kill('SIGINT')
    expect(await program.exited).toMatchObject({ exitCode: 130, stdout: '' })
  })

  it('twice ends at once', async () => {
    const url = await scripted((peer) => accept(peer).then(() => {}))
    const program = new RunningProgram(
      ['publish', 'a', '--lines', '--drain-timeout', '1h', '-b', url],
      home.env
    )
    program.child.stdin.write('1\n')
    const peer = await until(() => brokers[0]?.peers[0])
    await peer.next('publish')
    program.child.kill('SIGINT')
    program.child.kill('SIGINT')
    const again = setInterval(() => program.child.kill('SIGINT'), 50)
    const { exitCode } = await program.exited
    clearInterval(again)
    expect(exitCode).toBe(130)
  })

  it('ends a program that still tries to connect', async () => {
    let called = () => {}
    const connected = new Promise<void>((resolve) => {
      called = resolve
    })
    const url = await scripted(() => called())
    const program = new RunningProgram(['publish', 'a', 'x', '--connect-timeout', '1h', '-b', url], home.env)
    await connected
    program.child.kill('SIGINT')
    expect(await program.exited).toMatchObject({ exitCode: 130 })
  })
})

async function until<T>(read: () => T | undefined): Promise<T> {
  for (;;) {
    const value = read()
    if (value !== undefined) return value
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** A program that has subscribed, and is not on a terminal. */
async function subscribed(...flags: string[]) {
  const url = await scripted(async (peer) => {
    await accept(peer)
    await grant(peer, 1)
  })
  const program = new RunningProgram(['subscribe', 'a', '-b', url, ...flags], home.env)
  await program.saying('Subscribed')
  return program
}

describe('a signal that the terminal has gone', () => {
  it('is none to a program that is on no terminal, as nohup leaves it', async () => {
    const program = await subscribed('--count', '1')
    program.child.kill('SIGHUP')
    program.child.kill('SIGTERM')
    expect(await program.exited).toMatchObject({ exitCode: 143 })
  })
})

describe('the signal that opens the debugger of Node', () => {
  it('opens none', async () => {
    const program = await subscribed()
    program.child.kill('SIGUSR1')
    // Signals are handled in the order of their numbers: SIGUSR1 is 10.
    program.child.kill('SIGTERM')
    const { exitCode, stderr } = await program.exited
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 0,
      stderr: expect.not.stringContaining('Debugger')
    })
  })
})
