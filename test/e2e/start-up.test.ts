import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startEmbeddedBroker } from '../support/embedded-broker.js'
import { makeHome, PROGRAM, runProgram } from '../support/program.js'

const root = join(PROGRAM, '..', '..')
const dist = join(root, 'dist')
/** Makes the program go the long way where it has a prepared text. */
const unprepared = { OCLIF_COLUMNS: '80' }

let home: ReturnType<typeof makeHome>
let env: Record<string, string>

beforeEach(() => {
  home = makeHome()
  env = { ...home.env, XDG_CACHE_HOME: join(home.path, 'cache') }
})
afterEach(() => home.remove())

/** Runs the program, and names the packages, and the folders of ours, that it has loaded. */
async function loadedBy(args: readonly string[], more: Record<string, string> = {}) {
  const { preload, loaded } = watchLoading()
  const outcome = await runProgram(args, { env: { ...env, ...more, NODE_OPTIONS: `--require=${preload}` } })
  return { outcome, loaded: loaded() }
}

function watchLoading() {
  const list = join(home.path, 'loaded.json')
  const preload = join(home.path, 'preload.cjs')
  writeFileSync(
    preload,
    `process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(list)}, JSON.stringify(Object.keys(require.cache))))`
  )
  return { preload, loaded: () => namesOf(JSON.parse(readFileSync(list, 'utf8'))) }
}

function namesOf(files: readonly string[]): string[] {
  const madeOf: Record<string, string[]> = JSON.parse(readFileSync(join(dist, 'made-of.json'), 'utf8'))
  // Not what the build has put in the place of a module.
  const modules = files
    .flatMap((file) => madeOf[relative(dist, file)] ?? [])
    .filter((module) => !module.startsWith('\0'))
  const names = modules.map(
    (module) =>
      /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(module)?.[1] ??
      // Which schemes are AMQP's is known at every start.
      (module.endsWith('src/transport/amqp/amqp-schemes.ts') ? 'amqp-schemes' : undefined) ??
      /\/(src\/.*)\/[^/]+$/.exec(module)?.[1] ??
      module
  )
  return [...new Set(names)].sort()
}

const installPlugins = () => {
  const plugins = join(home.path, '.local', 'share', 'tidings')
  mkdirSync(plugins, { recursive: true })
  writeFileSync(join(plugins, 'package.json'), '{"oclif":{"schema":1,"plugins":[]}}')
}

describe('what is loaded', () => {
  it.each([
    ['--version'],
    ['--help'],
    ['publish', '--help'],
    ['publish', '--help', '--all'],
    ['help', 'publish']
  ])('%s into a pipe: nothing of oclif or ours', async (...args) => {
    const { outcome, loaded } = await loadedBy(args)
    expect(outcome).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('tidings') })
    expect(loaded).toEqual([])
  })

  it('a topic of help: what turns a document into text, and nothing of oclif', async () => {
    const { outcome, loaded } = await loadedBy(['help', 'exit-codes'])
    expect(outcome).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('EXIT CODES') })
    expect(loaded).toEqual(['src/ui/help'])
  })

  it('a completion: its table and what chooses from it, and nothing of oclif', async () => {
    const { outcome, loaded } = await loadedBy(['complete', 'zsh', 'tidings publish --reta'])
    expect(outcome).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('--retain') })
    expect(loaded).toEqual([
      'smol-toml',
      'src/cli',
      'src/cli/completion',
      'src/core',
      'src/core/profile',
      'src/files',
      'src/files/profiles'
    ])
  })

  it('publish: MQTT over TCP and nothing that other commands and brokers need', async () => {
    const broker = await startEmbeddedBroker()
    const args = ['publish', 'lamp', 'on', '--broker', broker.url]
    const { outcome, loaded } = await loadedBy(args).finally(() => broker.stop())
    expect(outcome).toMatchObject({ exitCode: 0 })
    expect(loaded.filter((name) => name.startsWith('src/'))).toMatchSnapshot('folders of ours')
    expect(loaded.filter((name) => !name.startsWith('src/'))).toMatchSnapshot('packages')
    expect(loaded.filter((name) => /^ws$|yaml|inquirer|^level$|browser|embedded/.test(name))).toEqual([])
  })
})

describe('filters', () => {
  const replay = ['replay', '--dry-run', join(root, 'test/fixtures/hot.jsonl')]

  it('that nobody asks for cost nothing', async () => {
    const { outcome, loaded } = await loadedBy([...replay, '--changed'])
    expect(outcome).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('device/1') })
    expect(loaded.filter((name) => /bufbuild|re2js|src\/filter/.test(name))).toEqual([])
  })

  it('are loaded where there is one', async () => {
    const { outcome, loaded } = await loadedBy([...replay, '--where', 'payload.temp > 30'])
    expect(outcome).toMatchObject({ exitCode: 0, stdout: expect.not.stringContaining('device/2') })
    expect(loaded.filter((name) => /bufbuild|re2js|src\/filter/.test(name))).toEqual([
      '@bufbuild/cel',
      '@bufbuild/cel-spec',
      '@bufbuild/protobuf',
      're2js',
      'src/filter'
    ])
  })
})

describe('a watch', () => {
  it('loads no contract, filter, network or broker that it does not need', async () => {
    const recording = join(root, 'test/fixtures/hot.jsonl')
    const { outcome, loaded } = await loadedBy(['watch', '--recording', recording, '--max-silence', '365d'])
    expect(outcome).toMatchObject({ exitCode: 0 })
    expect(loaded).toContain('src/core/watching')
    expect(
      loaded.filter((name) => /ajv|re2js|yaml|bufbuild|src\/(?:filter|contract)|embedded/.test(name))
    ).toEqual([])
  })
})

describe('contracts', () => {
  const publish = ['publish', 'lamp', '{"on":1}', '--broker', 'mqtt://127.0.0.1:1']
  const ours = (loaded: readonly string[]) =>
    loaded.filter((name) => /^ajv|re2js|^yaml|src\/contract|src\/files\/document/.test(name))

  it('that nobody asks for cost nothing', async () => {
    const { loaded } = await loadedBy([...publish, '--skip-invalid'])
    expect(ours(loaded)).toEqual([])
  })

  it('are loaded where there is one', async () => {
    const schema = join(home.path, 'lamp.json')
    writeFileSync(schema, '{"properties":{"on":{"type":"boolean"}}}')
    const { outcome, loaded } = await loadedBy([...publish, '--schema', schema])
    expect(outcome).toMatchObject({ exitCode: 6, stderr: expect.stringContaining('true or false') })
    expect(ours(loaded)).toEqual(expect.arrayContaining(['ajv', 'src/contract', 'src/files/document']))
  })
})

describe('profiles', () => {
  const publish = ['publish', 'lamp', 'on', '--broker', 'mqtt://127.0.0.1:1']
  const writeProfiles = () => {
    mkdirSync(join(home.path, '.config', 'tidings'), { recursive: true })
    writeFileSync(
      join(home.path, '.config', 'tidings', 'profiles.toml'),
      '[profiles.home]\nbroker = "mqtt://127.0.0.1:1"\n'
    )
  }

  it('that nobody names and nobody has cost no TOML, nor do they where the broker is named', async () => {
    const without = await loadedBy(['channels', '--for', '10ms'])
    expect(without.loaded).not.toContain('smol-toml')
    writeProfiles()
    expect((await loadedBy(publish)).loaded).not.toContain('smol-toml')
  })

  it('are loaded where one is named', async () => {
    writeProfiles()
    const { loaded } = await loadedBy(['publish', 'lamp', 'on', '--profile', 'home'])
    expect(loaded).toContain('smol-toml')
  })
})

describe('the broker in the background', () => {
  it('loads no oclif and nothing of the commands', () => {
    const { preload, loaded } = watchLoading()
    execFileSync(process.execPath, ['--require', preload, join(dist, 'chunks', 'start-broker.js')], { env })
    expect(loaded()).toContain('src/transport/embedded')
    expect(loaded().filter((name) => /oclif|^mqtt$|src\/(?:cli|commands|ui|operations)/.test(name))).toEqual(
      []
    )
  })
})

describe('prepared texts', () => {
  const { commands } = JSON.parse(readFileSync(join(root, 'oclif.manifest.json'), 'utf8'))
  const requests = [
    ['--version'],
    ['-v'],
    ['--help'],
    ['-h'],
    ['publish', '-h'],
    [],
    ['outbox', '--help'],
    ['broker:status', '--help'],
    ['help'],
    ['help', 'help'],
    ['help', '--help'],
    ['help', 'broker', 'status'],
    ['help', 'publish', '--all'],
    ['publish', '--all', '-h'],
    ['--help', '--all'],
    ['--all'],
    ['publish', '--all'],
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
    installPlugins()
    const { loaded } = await loadedBy(['--help'])
    expect(loaded).toContain('@oclif/core')
  })
})

describe('a command', () => {
  it.each([
    { args: ['publish', 'a', 'b', '--qos', '9'] },
    { args: ['publish', 'a', 'b', '--brokr', 'x'] },
    { args: ['outbox', 'list', 'missing'] },
    { args: ['broker', 'stop'] }
  ])('does what it does through oclif with plug-ins that the user has installed: $args', async ({ args }) => {
    const first = await runProgram(args, { env })
    expect(first.stdout + first.stderr).not.toBe('')
    installPlugins()
    expect(await runProgram(args, { env })).toEqual(first)
  })

  it('that is named a broker with -h, as other clients do, says how it is named here; -h alone is for help', async () => {
    expect(await runProgram(['publish', '-h', 'localhost', '-t', 'a', '-m', 'b c'], { env })).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: `Error: cannot use "-h" for a host: -h shows the help\n  Try: tidings publish a 'b c' --broker localhost\n`
    })
    expect(await runProgram(['publish', '-h'], { env })).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('USAGE')
    })
  })

  it('that gets its payload in several words says to quote it', async () => {
    expect(await runProgram(['publish', 'a', 'x', 'y'], { env })).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: "Error: Unexpected argument: y\n  Try: quote the payload: tidings publish a 'x y'\n"
    })
  })

  it('that gets JSON without quotes, of which bash makes several words, shows how to quote JSON', async () => {
    expect(await runProgram(['publish', 'user_signed_up', 'name:Ada', 'age:36'], { env })).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: `Error: Unexpected argument: age:36\n  Try: quote it for the shell: '{"name":"Ada"}'\n`
    })
  })

  it('that takes no argument says so of one', async () => {
    expect(await runProgram(['broker', 'status', 'please'], { env })).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: 'Error: Unexpected argument: please\n  Try: tidings broker status --help\n'
    })
  })

  it('that fails names the files of the program in its trace, with DEBUG', async () => {
    const { stderr } = await runProgram(['publish', 'a', 'b', '--qos', '9'], {
      env: { ...env, DEBUG: 'tidings' }
    })
    expect(stderr).toMatch(/ at Publish\.catch \(.*\.js:\d/)
    expect(stderr).toMatch(/ at .*runTidings \(.*dist.cli.run-tidings\.js:\d/)
  })
})

it('says first what the program is, whoever asks', async () => {
  for (const args of [[], ['--help']]) {
    const { stdout } = await runProgram(args, { env })
    expect(stdout).toMatch(/^tidings is the command line for events: /)
  }
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
      stderr:
        'Error: cannot show help for "publsh": there is no such command or topic\n  Try: tidings help publish\n'
    })
  })

  it.each([
    [['broker-status', '--help'], 'broker status'],
    [['outbox-send', '-h'], 'outbox send']
  ])('has no help either when a dash stands for the blank: %j', async (args, meant) => {
    expect(await runProgram(args, { env })).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: `Error: cannot run "${args[0]}": there is no such command\n  Try: tidings ${meant}\n`
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
