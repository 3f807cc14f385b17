import { mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readCompiledCode } from '../../src/cli/start/code-cache.js'
import { startEmbeddedBroker } from '../support/embedded-broker.js'
import { makeHome, PROGRAM, runProgram } from '../support/program.js'

const dist = join(PROGRAM, '..', '..', 'dist')
/** Makes the program go the long way where it has a prepared text. */
const unprepared = { OCLIF_COLUMNS: '80' }

let home: ReturnType<typeof makeHome>
let env: Record<string, string>

beforeEach(() => {
  home = makeHome()
  env = { ...home.env, XDG_CACHE_HOME: join(home.path, 'cache') }
})
afterEach(() => home.remove())

const cacheFolder = () => join(home.path, 'cache', 'tidings', 'code')
const cacheFiles = () => readdirSync(cacheFolder()).map((name) => join(cacheFolder(), name))

/** The packages and folders of ours that a first run has loaded: what it keeps compiled is what it loaded. */
function loaded(): string[] {
  const { outputs } = JSON.parse(readFileSync(join(dist, 'metafile.json'), 'utf8'))
  const chunks = cacheFiles().flatMap((file) =>
    readCompiledCode(file).scripts.flatMap((script) => script.chunks)
  )
  const inputs = chunks.flatMap((chunk) => Object.keys(outputs[`dist/${chunk.name}`].inputs))
  const names = inputs.map(
    (input) =>
      /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1] ?? input.split('/').slice(0, -1).join('/')
  )
  return [...new Set(names)].sort()
}

describe('what is loaded', () => {
  it.each([['--version'], ['--help'], ['publish', '--help']])(
    '%s into a pipe: nothing of oclif or ours',
    async (...args) => {
      const { exitCode, stdout } = await runProgram(args, { env })
      expect(exitCode).toBe(0)
      expect(stdout).toContain('tidings')
      expect(() => cacheFiles()).toThrow('ENOENT')
    }
  )

  it.each([['--version'], ['--help']])('%s where oclif writes it: no transport', async (...args) => {
    await runProgram(args, { env: { ...env, ...unprepared } })
    expect(
      loaded().filter((name) => /mqtt|aedes|^ws$|yaml|inquirer|transport|operations/.test(name))
    ).toEqual([])
  })

  it('publish: MQTT over TCP and nothing that other commands and brokers need', async () => {
    const broker = await startEmbeddedBroker()
    try {
      const { exitCode } = await runProgram(['publish', 'lamp', 'on', '--broker', broker.url], { env })
      expect(exitCode).toBe(0)
    } finally {
      await broker.stop()
    }
    const names = loaded()
    expect(names.filter((name) => name.startsWith('src/'))).toMatchSnapshot('folders of ours')
    expect(names.filter((name) => !name.startsWith('src/'))).toMatchSnapshot('packages')
    expect(names.filter((name) => /aedes|^ws$|yaml|inquirer|^level$|browser|embedded/.test(name))).toEqual([])
  })
})

describe("a command's own manifest", () => {
  const { commands, version } = JSON.parse(readFileSync(join(dist, '..', 'oclif.manifest.json'), 'utf8'))

  it.each(Object.keys(commands))(
    'says of %s what the manifest of all says, but no flags and no help',
    (id) => {
      const own = JSON.parse(readFileSync(join(dist, 'manifests', `${id.replaceAll(':', '-')}.json`), 'utf8'))
      const { examples, description, ...needed } = commands[id]
      expect(own).toEqual({ commands: { [id]: { ...needed, flags: {} } }, version })
    }
  )
})

describe('prepared texts', () => {
  const { commands } = JSON.parse(readFileSync(join(dist, '..', 'oclif.manifest.json'), 'utf8'))
  const requests = [
    ['--version'],
    ['-v'],
    ['--help'],
    ['-h'],
    ['publish', '-h'],
    [],
    ...Object.keys(commands).map((id) => [...id.split(':'), '--help'])
  ].map((args) => ({ args }))

  it.each(requests)('say what oclif says: $args', async ({ args }) => {
    const [prepared, original] = await Promise.all([
      runProgram(args, { env }),
      runProgram(args, { env: { ...env, ...unprepared } })
    ])
    expect(prepared).toEqual(original)
  })

  it('give way to plug-ins that the user has installed', async () => {
    const plugins = join(home.path, '.local', 'share', 'tidings')
    mkdirSync(plugins, { recursive: true })
    writeFileSync(join(plugins, 'package.json'), '{"oclif":{"schema":1,"plugins":[]}}')
    await runProgram(['--help'], { env })
    expect(loaded()).toContain('@oclif/core')
  })
})

describe('the code that V8 compiled', () => {
  const version = () => runProgram(['--version'], { env: { ...env, ...unprepared } })
  const said = { exitCode: 0, stdout: expect.stringMatching(/^tidings\/\d/), stderr: '' }

  it('is kept by the first run and used as it is by the next', async () => {
    expect(await version()).toEqual(said)
    const [file = ''] = cacheFiles()
    const first = readFileSync(file)
    expect(await version()).toEqual(said)
    expect(readFileSync(file).equals(first)).toBe(true)
  })

  it('is made anew when it was damaged', async () => {
    await version()
    const [file = ''] = cacheFiles()
    const damaged = readFileSync(file).fill(0x5a, 10_000, 20_000)
    writeFileSync(file, damaged)
    expect(await version()).toEqual(said)
    expect(readCompiledCode(file).complete).toBe(true)
  })

  it('is made anew when V8 was given other flags', async () => {
    await version()
    const [file = ''] = cacheFiles()
    const first = readFileSync(file)
    env = { ...env, NODE_OPTIONS: '--jitless' }
    expect(await version()).toMatchObject({ exitCode: 0, stdout: said.stdout })
    expect(readFileSync(file).equals(first)).toBe(false)
  })

  it('is kept again by the first run that comes to a good end', async () => {
    const failing = await runProgram(['publish', 'a', 'b', '--qos', '9'], { env })
    expect(failing.exitCode).toBe(2)
    const [file = ''] = cacheFiles()
    expect(readCompiledCode(file).complete).toBe(false)
    await runProgram(['publish', '--help'], { env: { ...env, ...unprepared } })
    expect(readCompiledCode(file).complete).toBe(true)
  })

  it.each([
    { args: ['publish', 'a', 'b', '--qos', '9'] },
    { args: ['broker', 'status', 'please'] },
    { args: ['outbox', 'list', 'missing'] },
    { args: ['publish', '--help'], unprepared }
  ])('makes no difference to what is said: $args', async ({ args, ...changed }) => {
    const run = () => runProgram(args, { env: { ...env, ...changed.unprepared } })
    const first = await run()
    expect(first.stdout + first.stderr).not.toBe('')
    expect(await run()).toEqual(first)
    expect(await run()).toEqual(first)
    expect(cacheFiles()).toHaveLength(1)
  })

  it('of a run that failed serves one that goes further, and the other way round', async () => {
    const failing = () => runProgram(['publish', 'a', 'b', '--qos', '9'], { env })
    const first = await failing()
    const broker = await startEmbeddedBroker()
    try {
      const publish = () => runProgram(['publish', 'a', 'b', '--quiet', '--broker', broker.url], { env })
      const sent = { exitCode: 0, stdout: '', stderr: '' }
      expect(await publish()).toEqual(sent)
      expect(await failing()).toEqual(first)
      const [file = ''] = cacheFiles()
      const whole = readFileSync(file)
      expect(await publish()).toEqual(sent)
      expect(readFileSync(file).equals(whole)).toBe(true)
    } finally {
      await broker.stop()
    }
  })

  it('is left aside with DEBUG, so that a trace names the files of the program', async () => {
    const args = ['publish', 'a', 'b', '--qos', '9']
    await runProgram(args, { env })
    const { stderr } = await runProgram(args, { env: { ...env, DEBUG: 'tidings' } })
    expect(stderr).toMatch(/ at .*dist.cli.run-tidings\.js:\d/)
  })

  it('takes a bounded place: the oldest files go', async () => {
    mkdirSync(cacheFolder(), { recursive: true })
    for (let age = 1; age <= 60; age++) {
      const path = join(cacheFolder(), `another-build-${age}`)
      writeFileSync(path, '')
      utimesSync(path, 1_000_000 - age, 1_000_000 - age)
    }
    await version()
    const names = readdirSync(cacheFolder())
    expect(names).toHaveLength(32)
    expect(names).toContain('another-build-31')
    expect(names).not.toContain('another-build-32')
  })

  it.each([
    { XDG_CACHE_HOME: '', HOME: '' },
    { XDG_CACHE_HOME: 'here', HOME: '' }
  ])('is never kept where the user happens to be: %o', async (changed) => {
    const folder = join(home.path, 'here')
    mkdirSync(folder)
    const { exitCode } = await runProgram(['--version'], {
      env: { ...env, ...unprepared, ...changed },
      cwd: folder
    })
    expect(exitCode).toBe(0)
    expect(readdirSync(folder)).toEqual([])
  })

  it.each([
    ['a folder that cannot be made', { XDG_CACHE_HOME: '/dev/null/cache' }],
    ['no home at all', { XDG_CACHE_HOME: '', HOME: '' }]
  ])('is not needed: %s', async (_, changed) => {
    env = { ...env, ...changed }
    expect(await version()).toEqual(said)
  })
})

describe('a command that does not exist', () => {
  it('is a usage error that names the one that was probably meant', async () => {
    expect(await runProgram(['publsh', 'a', 'x'], { env })).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: 'Error: cannot run "publsh": there is no such command\n  Try: tidings publish\n'
    })
  })

  it('has no help, and that is said in the same way', async () => {
    expect(await runProgram(['help', 'publsh'], { env })).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: 'Error: cannot show help for "publsh": there is no such command\n  Try: tidings help publish\n'
    })
  })

  it('is told as JSON where that is asked for', async () => {
    const { exitCode, stderr } = await runProgram(['broker', 'stauts', '--json'], { env })
    expect(exitCode).toBe(2)
    expect(JSON.parse(stderr)).toEqual({
      error: {
        code: 'unknown-command',
        message: 'cannot run "broker stauts": there is no such command',
        suggestion: 'tidings broker status',
        exitCode: 2
      }
    })
  })
})
