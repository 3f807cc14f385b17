import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { HELP_TOPICS } from '../../src/cli/help/help-topics.js'
import { makeHome, runProgram } from '../support/program.js'
import { TerminalProgram } from '../support/terminal-program.js'

const docs = join(import.meta.dirname, '../../docs')
/** The lines of code of all documents. */
const CODE = new Set(
  readdirSync(docs)
    .filter((name) => name.endsWith('.md'))
    .flatMap((name) => readFileSync(join(docs, name), 'utf8').match(/^```\w*\n[\s\S]*?^```$/gm) ?? [])
    .flatMap((block) => block.split('\n').slice(1, -1))
)

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

  it('names every kind of broker, and -b every scheme', async () => {
    const sentence = (await said('--help')).split('\nUSAGE')[0]
    for (const kind of ['MQTT', 'RabbitMQ', 'Kafka']) expect(sentence).toContain(kind)
    const flags = await said('publish', '--help', '--all')
    for (const scheme of ['mqtt://', 'amqp://', 'kafka://', 'kafkas://']) expect(flags).toContain(scheme)
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

  it('has each example on a line of its own, which a copy pastes whole', async () => {
    const examples: Record<string, [line: string, id: string]> = {
      "$ tidings replay traffic.jsonl --speed 10 --map 'plant/# -> test/plant/#'": ['replay', ''],
      "$ tidings subscribe 'device/+/temp' --format '{time} {channel:20} {payload.temp:>6}'": [
        'subscribe',
        ''
      ],
      '$ jq -n "{percent: 4}" | tidings publish fridge_almost_empty': ['publish', ''],
      '$ mosquitto_passwd -c passwords ada && tidings broker --listen 0.0.0.0:8883 --tls-cert cert.pem --tls-key key.pem --password-file passwords':
        ['broker', ''],
      '$ tidings broker status': ['broker', 'status']
    }
    for (const [line, words] of Object.entries(examples)) {
      const help = await said(...words.filter(Boolean), '--help')
      expect(help.split('\n').map((each) => each.trimStart())).toContain(line)
    }
  })

  it('is also what "help" shows for it', async () => {
    expect(await said('help', 'broker', 'status')).toBe(await said('broker', 'status', '--help'))
  })
})

describe('a topic', () => {
  it.each(HELP_TOPICS)(
    'fits into 80 columns and shows nothing of how a document is written: $name',
    async ({ name }) => {
      const text = await said('help', name)
      expect(text.length).toBeGreaterThan(300)
      // Lines of code stand as they are in the documents, with two blanks before them unless a here-document is among them.
      const words = text
        .split('\n')
        .filter((line) => !/^ {2}\S/.test(line) && !CODE.has(line.replace(/^ {2}/, '')) && !CODE.has(line))
      expect(words.join('\n')).not.toMatch(/`|\]\(|\*\*|^#+ |^\|/m)
      expect(words.filter((line) => line.length > 80)).toEqual([])
    }
  )

  it('is as wide as the terminal', async () => {
    const terminal = new TerminalProgram(['help', 'exit-codes'], home.env, { columns: 60, rows: 50 })
    await terminal.exited()
    const lines = terminal.written.split('\r\n')
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(60)
    expect(terminal.screen).toContain('The output could not be written'.toLowerCase())
  })

  it('names every variable of a connection, and no exit code is missing', async () => {
    expect(await said('help', 'connection')).toMatch(/--ca=FILE .*\n?.*TIDINGS_CA/)
    for (const code of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
      expect(await said('help', 'exit-codes')).toMatch(new RegExp(`^ {2}${code} `, 'm'))
  })

  it('is the same where oclif is asked', async () => {
    expect(await said('help', 'patterns', '--all')).toBe(await said('help', 'patterns'))
  })

  it.each([
    ['filters', 'where'],
    ['contracts', 'contract']
  ])('is also found by the name of its page: %s', async (page, name) => {
    expect(await said('help', page)).toBe(await said('help', name))
  })

  it('that does not exist is answered with the one that was probably meant', async () => {
    expect(await runProgram(['help', 'exit-code'], { env: home.env })).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('Try: tidings help exit-codes')
    })
  })
})

describe('the short names', () => {
  it.each([
    ['pub', 'publish'],
    ['sub', 'subscribe']
  ])('%s is %s, which its help says and the list does not', async (short, name) => {
    expect(await said(short, '--help')).toBe(await said(name, '--help'))
    expect(await said('help', short)).toBe(await said(name, '--help'))
    expect(await said(name, '--help')).toContain(`ALIASES\n  $ tidings ${short}\n`)
    expect(await said('--help')).not.toMatch(new RegExp(`^ *${short} `, 'm'))
    const [ours, theirs] = await Promise.all(
      [short, name].map((word) => runProgram([word, '--qos', '9'], { env: home.env }))
    )
    expect(ours).toEqual(theirs)
  })
})

describe('tidings commands', () => {
  it('lists every command, one a line', async () => {
    const lines = (await said('commands')).trimEnd().split('\n')
    expect(lines[0]).toMatch(/^publish +Publish messages/)
    for (const name of ['broker status', 'outbox send', 'commands', 'completion'])
      expect(lines.filter((line) => line.startsWith(`${name} `))).toHaveLength(1)
  })

  it('describes for programs each flag with type, default and variable, and each exit code', async () => {
    const { version, commands, exitCodes } = JSON.parse(await said('commands', '--json'))
    expect(version).toMatch(/^\d/)
    const publish = commands.find(({ name }: { name: string }) => name === 'publish')
    expect(publish).toMatchObject({ aliases: ['pub'], usage: 'tidings publish [CHANNEL] [PAYLOAD] [FLAGS]' })
    const flag = (wanted: string) => publish.flags.find(({ name }: { name: string }) => name === wanted)
    expect(flag('--qos')).toMatchObject({
      short: '-q',
      type: '0|1|2',
      options: ['0', '1', '2'],
      multiple: false
    })
    expect(flag('--keepalive')).toMatchObject({
      type: 'DURATION',
      default: '30s',
      env: 'TIDINGS_KEEPALIVE',
      group: 'connection'
    })
    expect(flag('--retain')).toMatchObject({ type: 'boolean', group: 'message' })
    const codes = exitCodes.flatMap((row: { codes: number[] }) => row.codes)
    expect(codes).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 129, 130, 143])
    expect(exitCodes[2].meaning).toMatch(/^usage/)
  })
})
