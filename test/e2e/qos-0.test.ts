import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { makeHome, RunningProgram, runProgram } from '../support/program.js'
import { accept, type Peer, type Script } from '../support/scripted-broker.js'
import { useScriptedBrokers } from '../support/use-scripted-brokers.js'

// Nobody acknowledges QoS 0: what a run can know is whether the broker has read everything.

const home = makeHome()
const { brokers, scripted } = useScriptedBrokers()
afterAll(() => home.remove())

const line = (channel: string, qos = 0) => `${JSON.stringify({ channel, payload: 'x', mqtt: { qos } })}\n`

/** Hangs up on one channel, as brokers do whose access list or grammar has no place for it. */
const hangUpOn =
  (channel: string): Script =>
  async (peer) => {
    await accept(peer)
    // A PINGREQ that comes behind the message in the same chunk is not read.
    const hasCome = () => peer.received.some((packet) => packet.cmd === 'publish' && packet.topic === channel)
    answering(peer, hasCome)
    for (;;) if ((await peer.next('publish')).topic === channel) return void peer.socket.end()
  }

/** Answers every PINGREQ, from now on until `isOver`. */
function answering(peer: Peer, isOver = () => false): void {
  const answer = async () => {
    for (;;) {
      await peer.next('pingreq')
      if (isOver()) return
      peer.send({ cmd: 'pingresp' })
    }
  }
  answer().catch(() => undefined)
}

const polite: Script = async (peer) => {
  await accept(peer)
  answering(peer)
  for (;;) {
    const { qos, messageId = 0 } = await peer.next('publish')
    if (qos === 1) peer.send({ cmd: 'puback', messageId })
  }
}

const silent: Script = async (peer) => {
  await accept(peer)
}

const run = (args: readonly string[], url: string, stdin = '') =>
  runProgram([...args, '--broker', url], { env: home.env, stdin })

const kinds = () =>
  brokers.flatMap(({ peers }) => peers.flatMap(({ received }) => received)).map(({ cmd }) => cmd)

/** An outbox, and a recording, with the three messages whose second the broker hangs up on. */
async function stored(name: string): Promise<string> {
  const box = join(home.path, name)
  await run(['publish', '--json', '--outbox', box], 'mqtt://127.0.0.1:1', three)
  return box
}
const three = ['fine', 'evil', 'lost'].map((channel) => line(channel)).join('')

describe('messages of QoS 0, of which the broker hangs up on the second', () => {
  it.each([
    ['publish', async () => ['publish', '--json']],
    ['replay', async () => ['replay', '-', '--speed', 'max']],
    ['outbox send', async () => ['outbox', 'send', await stored('sent')]],
    ['publish --outbox', async () => ['publish', '--json', '--outbox', join(home.path, 'through')]]
  ])('%s ends with 5, and says what nobody knows', async (_what, args) => {
    const url = await scripted(hangUpOn('evil'))
    const { exitCode, stderr } = await run(await args(), url, three)
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 5 })
    expect(stderr).toContain('3 sent with QoS 0, and nothing shows that the broker has read them')
    expect(stderr).toContain('the broker closed the connection')
    expect(stderr).toContain('--qos 1')
  })

  it('a program learns how many', async () => {
    const args = ['publish', 'evil', 'x', '--qos', '0']
    const { exitCode, stderr } = await run(args, await scripted(hangUpOn('evil')))
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 5 })
    expect(stderr).toContain('published 0 of 1 message to evil: 1 sent with QoS 0')
  })
})

describe('a publication at QoS 0', () => {
  it('ends with 0 once the broker has shown that it has read everything', async () => {
    const { exitCode, stderr } = await run(
      ['publish', '--json'],
      await scripted(polite),
      three + line('b', 1)
    )
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 })
    expect(stderr).toContain('1 acknowledged, 3 sent with QoS 0')
    expect(kinds()).toEqual(['connect', 'publish', 'publish', 'publish', 'publish', 'pingreq', 'disconnect'])
  })

  it('ends with 5 where the broker does not answer within --ack-timeout', async () => {
    const args = ['publish', 'a', 'x', '--qos', '0', '--ack-timeout', '200ms']
    const { exitCode, stderr } = await run(args, await scripted(silent))
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 5 })
    expect(stderr).toContain('the broker does not answer')
  })

  it('also asks when it is interrupted', async () => {
    let publish: () => void = () => undefined
    const published = new Promise<void>((resolve) => {
      publish = resolve
    })
    const url = await scripted(async (peer) => {
      await accept(peer)
      answering(peer)
      await peer.next('publish')
      publish()
    })
    const args = ['publish', 'a', '--lines', '--qos', '0', '--broker', url]
    const program = new RunningProgram(args, home.env)
    program.child.stdin.write('x\n')
    await published
    program.child.kill('SIGINT')
    expect(await program.exited).toMatchObject({ exitCode: 130 })
    expect(kinds()).toEqual(['connect', 'publish', 'pingreq', 'disconnect'])
  })
})

it('a publication at QoS 1 asks nothing', async () => {
  expect(await run(['publish', 'a', 'x'], await scripted(polite))).toMatchObject({ exitCode: 0 })
  expect(kinds()).toEqual(['connect', 'publish', 'disconnect'])
})

it('a recording of QoS 0 is replayed with 0 once the broker has read everything', async () => {
  const file = join(home.path, 'recording.jsonl')
  writeFileSync(file, three)
  const { exitCode, stderr } = await run(['replay', file, '--speed', 'max'], await scripted(polite))
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 })
  expect(kinds()).toContain('pingreq')
})
