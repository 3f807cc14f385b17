import { readFileSync, writeFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startEmbeddedBroker, type TestBroker } from '../support/embedded-broker.js'
import { makeHome, runProgram } from '../support/program.js'
import { TerminalProgram } from '../support/terminal-program.js'

const README = fileURLToPath(new URL('../../README.md', import.meta.url))
const EXAMPLES = fileURLToPath(new URL('../../examples/', import.meta.url))
/** `UPDATE_SCREENS=1` takes the picture anew, and takes its time, so that there is something to see in the column of rates. */
const isUpdate = process.env.UPDATE_SCREENS === '1'

const home = makeHome()
let broker: TestBroker
let program: TerminalProgram | undefined

beforeAll(async () => {
  broker = await startEmbeddedBroker()
})

afterAll(async () => {
  program?.kill('SIGKILL')
  await program?.exited()
  await broker.stop()
  home.remove()
})

async function publish(...args: string[]): Promise<void> {
  const env = { ...home.env, TIDINGS_BROKER: broker.url }
  expect(await runProgram(['publish', ...args], { env })).toMatchObject({ exitCode: 0 })
}

const reading = (temperature: number, humidity: number) => JSON.stringify({ temperature, humidity })
const READINGS: readonly [string, string][] = [
  ['sensors/cellar', reading(12.4, 71)],
  ['sensors/kitchen', reading(21.3, 49)],
  ['sensors/garden', reading(7.9, 88)],
  ['sensors/kitchen', reading(21.4, 49)],
  ['sensors/cellar', reading(12.4, 72)],
  ['sensors/kitchen', reading(21.9, 52)],
  ['sensors/kitchen', reading(22.6, 57)]
]

/** Leaves out what differs from run to run: the broker's port, times, ages, rates. What remains has to be the same. */
function lasting(screen: string): string[] {
  const [head = '', ...rest] = screen.trimEnd().split('\n')
  const rows = rest.map((line) =>
    line
      // The tree's last two columns: messages in the last seconds, and ages.
      .replace(/^(.{26}).{12}│/, '$1 │')
      .replace(/\d\d:\d\d:\d\d\.\d{3}/, 'TIME')
      .replace(/ changes in .*/, ' changes in DURATION')
      .trimEnd()
  )
  const title = head
    .replace(/:\d+ /, ' ')
    .replace(/[\d.]+\/s/, 'RATE')
    .replace(/ for \d+s/, '')
  return [title.replace(/ +/g, ' ').trimEnd(), ...rows]
}

it('shows in the README what the browser shows on a terminal of 80 by 24', { timeout: 60_000 }, async () => {
  await publish('home/status', 'all well', '--retain')
  await publish('fridge_almost_empty', '--file', `${EXAMPLES}fridge-almost-empty.json`, '--retain')
  program = new TerminalProgram(['channels'], { ...home.env, TIDINGS_BROKER: broker.url })
  await program.showing('2 channels')
  await publish('user_signed_up', '--file', `${EXAMPLES}user-signed-up.json`)
  await publish('new_follower', '--file', `${EXAMPLES}new-follower.json`, '--header', 'source=web')
  for (const [channel, payload] of READINGS) {
    if (isUpdate) await pause(700)
    await publish(channel, payload)
  }
  await program.showing('11 messages')
  // The last row but one is the kitchen.
  program.press('G\x1b[A')
  const screen = await program.showing(/│ sensors\/kitchen.*~ humidity {2}52 → 57/s)

  const readme = readFileSync(README, 'utf8')
  const block = /```\n( tidings {2}mqtt:.*?\n)```/s
  if (isUpdate) {
    const { length } = `${broker.port}`
    const picture = screen.replace(`:${broker.port} `, `:${'1883 '.padEnd(length + 1)}`).replace(/ +$/gm, '')
    writeFileSync(
      README,
      readme.replace(block, () => `\`\`\`\n${picture}\n\`\`\``)
    )
  }
  expect(lasting(screen)).toEqual(lasting(block.exec(readFileSync(README, 'utf8'))?.[1] ?? ''))
})
