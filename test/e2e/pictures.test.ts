import { readFileSync, writeFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { startEmbeddedBroker, type TestBroker } from '../support/embedded-broker.js'
import { makeHome, runProgram } from '../support/program.js'
import { pictureText } from '../support/screen-picture.js'
import { TerminalProgram } from '../support/terminal-program.js'

const IMAGES = fileURLToPath(new URL('../../docs/images/', import.meta.url))
const EXAMPLES = fileURLToPath(new URL('../../examples/', import.meta.url))
/** `UPDATE_SCREENS=1` takes the pictures anew, and takes its time, so that there is something to see in the column of ages. */
const isUpdate = process.env.UPDATE_SCREENS === '1'

const home = makeHome()
let broker: TestBroker
let program: TerminalProgram | undefined

beforeAll(async () => {
  broker = await startEmbeddedBroker()
})

afterAll(async () => {
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
  return screen
    .replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT')
    .split('\n')
    .map((line) =>
      line
        // The tree's last column: ages.
        .replace(/^(.{36}).{5}│/, '$1 │')
        .replace(/\d\d:\d\d:\d\d(?:\.\d{3})?/, 'TIME')
        .replace(/ changes in .*/, ' changes in DURATION')
        .replace(/[\d.]+\/s/, 'RATE')
        .replace(/ live for \d+s/, ' live')
        .replace(/memory \d+ kB/, 'memory USED kB')
        .replace(/ +/g, ' ')
        .trimEnd()
    )
    .filter((line) => line !== '')
}

/** The picture of the documents shows what the screen shows. */
function expectPicture(name: string, title: string): void {
  if (program === undefined) throw new Error('no program runs')
  const file = `${IMAGES}${name}.svg`
  if (isUpdate) {
    const { length } = `${broker.port}`
    const port = (text: string) => text.replaceAll(`:${broker.port}`, `:${'1883'.padEnd(length)}`)
    writeFileSync(file, port(program.picture(title)))
  }
  expect(lasting(pictureText(readFileSync(file, 'utf8')))).toEqual(lasting(program.screen))
}

afterEach(async () => {
  program?.kill('SIGKILL')
  await program?.exited()
  program = undefined
})

it('shows in a picture what a subscriber shows of the three scenarios', { timeout: 60_000 }, async () => {
  const channels = ['user_signed_up', 'new_follower', 'fridge_almost_empty']
  const env = { ...home.env, TIDINGS_BROKER: broker.url }
  program = new TerminalProgram(['subscribe', ...channels], env, { columns: 100, rows: 11 })
  await program.showing('Subscribed')
  await publish('user_signed_up', '{"name":"Ada Lovelace","email":"ada@example.com","age":36}')
  if (isUpdate) await pause(800)
  await publish('new_follower', '--file', `${EXAMPLES}new-follower.json`, '--header', 'source=web')
  if (isUpdate) await pause(900)
  await publish('fridge_almost_empty', '{"percent": 4}', '--expiry', '1h')
  await program.showing('"percent"')
  expectPicture('subscribe', 'tidings subscribe shows three events')
})

it('shows in a picture what the browser shows on a terminal of 80 by 24', { timeout: 60_000 }, async () => {
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
  // The lines come from the top down: what another channel showed further below has to be gone, too, down to the last line.
  await program.showing(/^(?!.*└).*│ sensors\/kitchen.*~ humidity {2}52 → 57[^\n]*(?:\n *│ *){9}\n/s)
  expectPicture('browser', 'tidings channels shows live channels as a tree, and the payload of one')
})
