import { afterEach, beforeEach, expect, test } from 'vitest'
import { makeHome, RunningProgram, runProgram } from '../support/program.js'

// `tidings broker` and the broker in the background, as the built program.

let home: ReturnType<typeof makeHome>
beforeEach(() => {
  home = makeHome()
})
afterEach(async () => {
  await runProgram(['broker', 'stop'], { env: home.env })
  home.remove()
})

test.each(['SIGINT', 'SIGTERM'] as const)('%s ends a broker in the foreground with 0', async (signal) => {
  const broker = new RunningProgram(['broker', '--listen', '127.0.0.1:0'], home.env)
  await broker.saying('name no broker')
  broker.child.kill(signal)
  const { exitCode, stderr } = await broker.exited
  expect(stderr).toMatch(/Stopped\n$/)
  expect(exitCode).toBe(0)
})

test('a command that names no broker starts one, which outlives it and can be asked and stopped', async () => {
  const published = await runProgram(['publish', 'kept', 'x', '--retain'], { env: home.env })
  expect(published).toMatchObject({ exitCode: 0, stdout: '' })
  expect(published.stderr).toContain('Using the local broker, just started')
  // A log needs to hear it once, a terminal each time.
  const again = await runProgram(['publish', 'other', 'x'], { env: home.env })
  expect(again.stderr).toMatch(/^Published 1 message .*\n$/)
  const status = await runProgram(['broker', 'status', '--json'], { env: home.env })
  expect(JSON.parse(status.stdout)).toMatchObject({ running: true, mode: 'background', retained: 1 })
  expect(await runProgram(['broker', 'stop'], { env: home.env })).toMatchObject({ exitCode: 0 })
  expect((await runProgram(['broker', 'status'], { env: home.env })).exitCode).toBe(3)
})

test('a broker on a port serves commands that name it and commands that name none', async () => {
  const broker = new RunningProgram(['broker', '--listen', '127.0.0.1:0', '--memory'], home.env)
  await broker.saying('name no broker')
  const url = /mqtt:\/\/127\.0\.0\.1:\d+/.exec(broker.stderr)?.[0] ?? ''
  for (const args of [['--broker', url], []]) {
    expect(await runProgram(['publish', 'a', 'x', ...args], { env: home.env })).toMatchObject({ exitCode: 0 })
  }
  const status = await runProgram(['broker', 'status', '--json'], { env: home.env })
  expect(JSON.parse(status.stdout)).toMatchObject({ published: 2, memory: true, listening: [url] })
  broker.child.kill('SIGINT')
  expect((await broker.exited).exitCode).toBe(0)
})
