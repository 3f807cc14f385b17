import { afterAll, describe, expect, it } from 'vitest'
import { makeHome, runProgram } from '../support/program.js'

const home = makeHome()
afterAll(() => home.remove())

const said = async (...args: string[]) => (await runProgram(args, { env: home.env })).stdout

describe('the help of the program', () => {
  it('is one sentence, three examples, where the broker comes from, and the commands in the order of use', async () => {
    const help = await said('--help')
    const headers = help.match(/^[A-Z]+$/gm)
    expect(headers).toEqual(['EXAMPLES', 'BROKER', 'COMMANDS', 'GROUPS', 'HELP', 'TOPICS'])
    expect(help.match(/^ {2}\$ tidings (publish|subscribe|channels)/gm)).toHaveLength(3)
    const places = ['publish ', 'subscribe ', 'channels ', 'record ', 'outbox ', 'session ', 'broker '].map(
      (name) => help.indexOf(`\n  ${name}`)
    )
    expect(places).not.toContain(-1)
    expect(places).toEqual(places.toSorted((a, b) => a - b))
  })

  it('fits into 80 columns', async () => {
    const lines = (await said('--help')).split('\n')
    expect(lines.filter((line) => line.length > 80)).toEqual([])
  })
})

describe('the help of a command', () => {
  it('shows its own flags, and those for connecting in one line that says where the others are', async () => {
    const help = await said('publish', '--help')
    expect(help).toContain('--retain')
    expect(help).toMatch(
      /\nCONNECTION FLAGS\n {2}-b, --broker=URL\.\.\. {2}URL of the broker; \d+ more: tidings help connection\n\n/
    )
    expect(help).not.toContain('--keepalive')
    expect(help).not.toContain('wss://HOST')
  })

  it('shows all of them with --all', async () => {
    const help = await said('publish', '--help', '--all')
    for (const flag of ['--retain', '--keepalive', '--will-channel', 'wss://HOST'])
      expect(help).toContain(flag)
    expect(await said('help', 'publish', '--all')).toBe(help)
  })

  it('has no such line where the command does not connect', async () => {
    expect(await said('broker', '--help')).not.toContain('CONNECTION')
  })

  it('is also what "help" shows for it', async () => {
    expect(await said('help', 'broker', 'status')).toBe(await said('broker', 'status', '--help'))
  })
})
