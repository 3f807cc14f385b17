import { once } from 'node:events'
import { afterAll, describe, expect, it } from 'vitest'
import { makeHome, RunningProgram } from '../support/program.js'

const LINES = 100_000

const home = makeHome()
afterAll(() => home.remove())

async function startBroker(listen: string): Promise<{ program: RunningProgram; url: string }> {
  const program = new RunningProgram(['broker', '--listen', listen], home.env)
  await program.saying('mqtt://127.0.0.1:')
  const url = /mqtt:\/\/127\.0\.0\.1:\d+/.exec(program.stderr)?.[0]
  if (url === undefined) throw new Error(program.stderr)
  return { program, url }
}

describe('100,000 lines at QoS 1 through a broker that is stopped and started meanwhile', () => {
  it('are all acknowledged, and all reach a durable subscriber', { timeout: 120_000 }, async () => {
    let broker = await startBroker('127.0.0.1:0')
    const env = { ...home.env, TIDINGS_BROKER: broker.url }
    const subscriber = new RunningProgram(['subscribe', 'lines', '--session', 'witness', '--raw'], env)
    await subscriber.saying('Subscribed to lines')
    const seen = new Set<string>()
    let partial = ''
    let complete: () => void = () => undefined
    const all = new Promise<void>((resolve) => {
      complete = resolve
    })
    let noteMost: () => void = () => undefined
    const most = new Promise<void>((resolve) => {
      noteMost = resolve
    })
    subscriber.child.stdout.on('data', (chunk: Buffer) => {
      const lines = (partial + chunk.toString()).split('\n')
      partial = lines.pop() ?? ''
      for (const line of lines) seen.add(line)
      // Late, because what comes after it waits in the broker's queue, which is read message by message.
      if (seen.size > LINES * 0.75) noteMost()
      if (seen.size === LINES) complete()
    })
    const publisher = new RunningProgram(['publish', 'lines', '--lines'], env)
    const feed = async () => {
      for (let n = 0; n < LINES; n += 1000) {
        const part = Array.from({ length: 1000 }, (_, index) => `line ${n + index}\n`).join('')
        if (!publisher.child.stdin.write(part)) await once(publisher.child.stdin, 'drain')
      }
      publisher.child.stdin.end()
    }
    const feeding = feed()

    await most
    broker.program.child.kill('SIGTERM')
    await broker.program.exited
    broker = await startBroker(new URL(broker.url).host)

    await feeding
    const { exitCode, stderr } = await publisher.exited
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining('Published 100,000 messages')
    })
    expect(stderr).toContain('again')
    await all
    expect(seen.size).toBe(LINES)
    subscriber.child.kill('SIGINT')
    expect(await subscriber.exited).toMatchObject({ exitCode: 0 })
    broker.program.child.kill('SIGTERM')
    await broker.program.exited
  })
})
