import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startEmbeddedBroker, type TestBroker } from '../support/embedded-broker.js'
import { makeHome, runProgram } from '../support/program.js'
import { TerminalProgram } from '../support/terminal-program.js'

const home = makeHome()
const folder = join(home.path, '.config', 'tidings')
let broker: TestBroker

beforeAll(async () => {
  broker = await startEmbeddedBroker()
  mkdirSync(folder, { recursive: true })
  const prod = `[profiles.prod]\nbroker = "${broker.url}"\nprotect = true\ncolor = "red"\n`
  writeFileSync(join(folder, 'profiles.toml'), `[profiles.home]\nbroker = "mqtt://127.0.0.1:1"\n${prod}`)
})
afterAll(async () => {
  await broker.stop()
  home.remove()
})

const RED_BAR = '\x1b[7;31m'

it('channels asks which of several profiles is meant, and its header has the name and the colour', async () => {
  const terminal = new TerminalProgram(['channels'], home.env, { columns: 100, rows: 24 })
  const asked = await terminal.showing('Which broker?')
  expect(asked).toContain('home   mqtt://127.0.0.1:1')
  expect(asked).toContain('local  the embedded broker of this computer')
  terminal.press('\x1b[B\r')
  await terminal.showing(`tidings  prod  ${broker.url}`)
  expect(terminal.written).toContain(RED_BAR)
  terminal.press('q')
  expect((await terminal.exited()).exitCode).toBe(0)
})

it('channels asks nothing where the profile is named', async () => {
  const terminal = new TerminalProgram(['channels', '--profile', 'prod'], home.env, {
    columns: 100,
    rows: 24
  })
  await terminal.showing(`tidings  prod  ${broker.url}`)
  expect(terminal.written).not.toContain('Which broker?')
  terminal.press('q')
  await terminal.exited()
})

it('Ctrl-C at that question ends channels', async () => {
  const terminal = new TerminalProgram(['channels'], home.env)
  await terminal.showing('Which broker?')
  terminal.press('\x03')
  expect((await terminal.exited()).exitCode).toBe(130)
})

it.each([
  ['prod', 'Published 1 message', 0],
  ['yes', 'the answer was not its name, so nothing was published', 2]
])('publishing to a protected profile asks first: %s', async (answer, said, exitCode) => {
  const terminal = new TerminalProgram(['publish', 'a', 'x', '--profile', 'prod'], home.env, {
    columns: 120,
    rows: 24
  })
  await terminal.showing('"prod" is protected. To publish, type its name:')
  terminal.press(`${answer}\r`)
  await terminal.showing(said)
  expect((await terminal.exited()).exitCode).toBe(exitCode)
  // Who is at the wrong broker is not told how to publish without the question.
  expect(terminal.written).not.toContain('--yes')
})

it('publishing from the browser of a protected profile wants its name', async () => {
  await runProgram(['publish', 'lamp', 'on', '--retain', '-b', broker.url], { env: home.env })
  const terminal = new TerminalProgram(['channels', '--profile', 'prod'], home.env, {
    columns: 100,
    rows: 24
  })
  await terminal.showing('lamp')
  terminal.press('p')
  await terminal.showing('prod is protected: type its name to publish')
  terminal.press('\x13')
  await terminal.showing('type prod, and then publish')
  terminal.press('prod\x13')
  await terminal.showing('published to lamp')
  terminal.press('q')
  await terminal.exited()
})
