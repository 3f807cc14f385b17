import { chmodSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startEmbeddedBroker, type TestBroker } from '../support/embedded-broker.js'
import { makeHome, runProgram } from '../support/program.js'
import { accept, type Script } from '../support/scripted-broker.js'
import { useScriptedBrokers } from '../support/use-scripted-brokers.js'

const home = makeHome()
const file = join(home.path, '.config', 'tidings', 'profiles.toml')
const { scripted } = useScriptedBrokers()
let broker: TestBroker

beforeAll(async () => {
  broker = await startEmbeddedBroker()
})
afterAll(async () => {
  await broker.stop()
  home.remove()
})
beforeEach(() => rmSync(join(home.path, '.config'), { recursive: true, force: true }))

const run = (args: string[], env: Record<string, string> = {}, stdin = '') =>
  runProgram(args, { env: { ...home.env, ...env }, stdin })

function write(text: string): void {
  mkdirSync(join(home.path, '.config', 'tidings'), { recursive: true })
  writeFileSync(file, text, { mode: 0o600 })
  chmodSync(file, 0o600)
}

/** A broker that lets everybody in, and the CONNECT packets that it has got. */
async function doorkeeper() {
  const seen: { user: string | undefined; password: string | undefined }[] = []
  const script: Script = async (peer) => {
    const { username, password } = await accept(peer)
    seen.push({ user: username, password: password?.toString() })
    const { messageId = 0 } = await peer.next('publish')
    peer.send({ cmd: 'puback', messageId })
  }
  return { url: await scripted(script), seen }
}

describe('a profile', () => {
  it('is added, used, shown, listed and removed', async () => {
    const added = await run(['profile', 'add', 'home', broker.url, '--keepalive', '7s', '--use'])
    expect(added).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining(`Added the profile "home" to ${file}`)
    })
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(statSync(join(file, '..')).mode & 0o777).toBe(0o700)
    expect(readFileSync(file, 'utf8')).toBe(
      `use = "home"\n\n[profiles.home]\nbroker = "${broker.url}"\nkeepalive = "7s"\n`
    )
    expect(await run(['publish', 'a', 'x'])).toMatchObject({
      exitCode: 0,
      stderr: expect.not.stringContaining('local')
    })
    expect((await run(['profile', 'list'])).stdout).toBe(`*  home  ${broker.url}\n`)
    expect((await run(['profile', 'show'])).stdout).toMatch(/^keepalive +7s +profile "home", line 5$/m)
    expect(await run(['profile', 'add', 'home', 'mqtt://b'])).toMatchObject({ exitCode: 2 })
    expect(await run(['profile', 'remove', 'home'])).toMatchObject({ exitCode: 0 })
    expect(readFileSync(file, 'utf8')).toBe('')
  })

  it('that is not there is a usage error with the name that was meant', async () => {
    write('[profiles.home]\nbroker = "mqtt://a"\n')
    expect(await run(['publish', 'a', 'x', '--profile', 'hom'])).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: 'Error: cannot use the profile "hom": there is no such profile\n  Try: did you mean home?\n'
    })
    expect((await run(['publish', 'a', 'x'], { TIDINGS_PROFILE: 'x' })).stderr).toContain(
      'cannot use TIDINGS_PROFILE="x": there is no such profile'
    )
  })
})

describe('a broker that the command line does not name', () => {
  it('stands in the closing line of who publishes', async () => {
    write(`[profiles.prod]\nbroker = "${broker.url}"\n`)
    const line = async (args: string[], env: Record<string, string> = {}) =>
      (await run(['publish', 'a', ...args], env)).stderr.trim().split('\n').at(-1)
    expect(await line(['x', '--profile', 'prod'])).toContain(
      `Published 1 message to a at prod (${broker.url}): `
    )
    expect(await line(['x'], { TIDINGS_PROFILE: 'prod' })).toContain(`to a at prod (${broker.url}): `)
    expect(await line(['x'], { TIDINGS_BROKER: broker.url })).toContain(`to a at ${broker.url}: `)
    expect(await line(['x', '--broker', broker.url])).toContain('Published 1 message to a: ')
    const box = join(home.path, 'box')
    expect(await line(['x', '--profile', 'prod', '--outbox', box])).toContain(
      `to a at prod (${broker.url}): `
    )
    const recording = join(home.path, 'r.jsonl')
    writeFileSync(recording, '{"channel":"a","time":"2026-01-01T00:00:00Z","payload":"x"}\n')
    expect((await run(['replay', recording], { TIDINGS_PROFILE: 'prod' })).stderr).toContain(
      `Replayed 1 message at prod (${broker.url}) in `
    )
  })

  it('and is the name of a profile in place of a host is told of --profile', async () => {
    write(`[profiles.prod]\nbroker = "${broker.url}"\n`)
    const args = ['publish', 'a', 'x', '--proxy', 'socks5h://127.0.0.1:1']
    for (const outcome of [
      await run([...args, '--broker', 'prod']),
      await run(args, { TIDINGS_BROKER: 'prod' })
    ]) {
      expect(outcome.exitCode).toBe(3)
      expect(outcome.stderr).toMatch(/\n {2}Try: there is a profile of that name: --profile prod\n$/)
    }
    expect((await run([...args, '--broker', 'qrod'])).stderr).not.toContain('profile')
    write('[profiles.prod\n')
    expect((await run([...args, '--broker', 'prod'])).stderr).toContain(
      'cannot connect to "mqtt://prod:1883"'
    )
  })
})

it('the profile in use is named where its broker is away', async () => {
  write('use = "prod"\n[profiles.prod]\nbroker = "mqtt://127.0.0.1:1"\n')
  const hint = '; the profile "prod" names this broker; for the embedded one: --broker local\n'
  const inUse = await run(['publish', 'a', 'x'])
  expect([inUse.exitCode, inUse.stderr]).toEqual([3, expect.stringContaining(hint)])
  expect((await run(['publish', 'a', 'x', '--profile', 'prod'])).stderr).not.toContain(hint)
})

describe('where a value comes from', () => {
  const shown = async (args: string[], env: Record<string, string> = {}) => {
    const { stdout } = await run(['profile', 'show', '--json', ...args], env)
    const { settings } = JSON.parse(stdout)
    return (key: string) => `${settings[key]?.value} ${settings[key]?.from}`
  }
  const TEXT = '[profiles.home]\nbroker = "mqtt://a"\nwait = "1s"\nusername = "ada"\n'

  it('the command line, the profile that it names, the environment, the profile in use, the default', async () => {
    write(TEXT)
    const env = { TIDINGS_WAIT: '2s' }
    expect((await shown(['home', '--wait', '3s'], env))('wait')).toBe('3s --wait')
    expect((await shown(['--profile', 'home'], env))('wait')).toBe('1s profile "home", line 3')
    const inUse = await shown([], { ...env, TIDINGS_PROFILE: 'home' })
    expect(inUse('wait')).toBe('2s TIDINGS_WAIT')
    expect(inUse('username')).toBe('ada profile "home", line 4')
    expect(inUse('keepalive')).toBe('30s default')
    expect((await shown([], env))('broker')).toBe('local default')
  })

  it('nothing of the profile in use is for the broker that somebody names', async () => {
    write(`use = "home"\n${TEXT}password = "s3cret"\n`)
    const named = await shown(['--broker', 'mqtt://other'])
    expect([named('broker'), named('username'), named('password')]).toEqual([
      'mqtt://other --broker',
      'undefined undefined',
      'undefined undefined'
    ])
    expect((await shown([], { TIDINGS_BROKER: 'mqtt://other' }))('username')).toBe('undefined undefined')
  })

  it('a broker gets the credentials of its profile, and not those of the environment', async () => {
    const door = await doorkeeper()
    const env = { TIDINGS_PASSWORD: 'of-the-environment' }
    write(
      `[profiles.a]\nbroker = "${door.url}"\nusername = "ada"\npassword = "of-a"\n[profiles.b]\nbroker = "${door.url}"\nusername = "bob"\n`
    )
    for (const args of [
      ['--profile', 'a'],
      ['--profile', 'b'],
      ['-b', door.url, '-u', 'eve']
    ])
      expect(await run(['publish', 'a', 'x', ...args], env)).toMatchObject({ exitCode: 0 })
    expect(door.seen).toEqual([
      { user: 'ada', password: 'of-a' },
      { user: 'bob', password: undefined },
      { user: 'eve', password: 'of-the-environment' }
    ])
  })

  it('TIDINGS_PROFILE gives way to TIDINGS_BROKER, and that is told', async () => {
    write(TEXT)
    const { stderr } = await run(['publish', 'a', 'x'], {
      TIDINGS_PROFILE: 'home',
      TIDINGS_BROKER: broker.url
    })
    expect(stderr).toContain(
      'Warning: TIDINGS_BROKER is set, so the profile "home" that TIDINGS_PROFILE names does not count'
    )
  })
})

describe('a password', () => {
  it('comes from the command of a profile', async () => {
    const door = await doorkeeper()
    const args = ['profile', 'add', 'a', door.url, '-u', 'ada', '--password-command', 'printf of-a\\n']
    expect(await run(args)).toMatchObject({ exitCode: 2 })
    args.splice(-1, 1, '["printf", "of-a\\\\nuser: x\\\\n"]')
    expect(await run(args)).toMatchObject({ exitCode: 0 })
    expect(await run(['publish', 'a', 'x', '--profile', 'a'])).toMatchObject({ exitCode: 0 })
    expect(door.seen).toEqual([{ user: 'ada', password: 'of-a' }])
  })

  it.each([
    ['hangs', '["sleep", "60"]', 'it took longer than 0.05 s'],
    ['prints without end', '["yes", "s3cret\\u001b[2J"]', 'it printed more than 64 KiB'],
    ['fails', '["sh", "-c", "echo s3cret; echo s3cret >&2; exit 4"]', 'it ended with 4'],
    ['is not there', '["no-such-program-of-tidings"]', 'there is no such program']
  ])('of a command that %s ends with 6, before anything is connected', async (_what, command, why) => {
    const timeout = command.includes('sleep') ? '50ms' : '20s'
    write(
      `[profiles.a]\nbroker = "mqtt://127.0.0.1:1"\npasswordCommand = ${command}\npasswordTimeout = "${timeout}"\n`
    )
    const { exitCode, stdout, stderr } = await run(['publish', 'a', 'x', '--profile', 'a'])
    expect({ exitCode, stdout, stderr }).toMatchObject({
      exitCode: 6,
      stdout: '',
      stderr: expect.stringContaining(why)
    })
    expect(stderr).not.toContain('s3cret')
  })

  it('of a command is not asked for where others can write to the file', async () => {
    write('[profiles.a]\nbroker = "mqtt://127.0.0.1:1"\npasswordCommand = ["true"]\n')
    chmodSync(file, 0o620)
    expect(await run(['publish', 'a', 'x', '--profile', 'a'])).toMatchObject({
      exitCode: 6,
      stderr: expect.stringContaining('other users can write to')
    })
  })

  it('is shown by no command, wherever it stands', async () => {
    write(
      '[profiles.a]\nbroker = "mqtt://ada:s3cret@127.0.0.1:1"\nproxy = "socks5://x:s3cret@127.0.0.1:1"\npasswordCommand = ["echo", "s3cret"]\nwsHeader = "Authorization=s3cret"\n[profiles.b]\nbroker = "ada:s3cret@127.0.0.1:1"\npassword = "s3cret"\n'
    )
    for (const args of [
      ['profile', 'list'],
      ['profile', 'show', 'a'],
      ['profile', 'show', 'b'],
      ['publish', 'a', 'x', '--profile', 'b']
    ])
      for (const json of [[], args[0] === 'profile' ? ['--json'] : []]) {
        const { stdout, stderr } = await run([...args, ...json], { DEBUG: '*' })
        expect(stdout + stderr).toContain('127.0.0.1')
        expect(stdout + stderr).not.toContain('s3cret')
      }
  })
})

describe('a protected profile', () => {
  it.each([
    ['publish', ['publish', 'a', 'x']],
    ['replay', ['replay', join(home.path, 'recording.jsonl')]],
    ['broker check', ['broker', 'check']]
  ])('without a terminal lets %s through with --yes only', async (_what, args) => {
    writeFileSync(
      join(home.path, 'recording.jsonl'),
      '{"channel":"a","payload":1,"time":"2024-01-01T00:00:00Z"}\n'
    )
    write(`[profiles.prod]\nbroker = "${broker.url}"\nprotect = true\n`)
    const refused = await run([...args, '--profile', 'prod'])
    expect(refused).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('with the protected profile "prod": there is no terminal to ask on')
    })
    expect(await run([...args, '--profile', 'prod', '--yes'])).toMatchObject({ exitCode: 0 })
  })

  it('lets subscribers and dry runs through', async () => {
    writeFileSync(
      join(home.path, 'recording.jsonl'),
      '{"channel":"a","payload":1,"time":"2024-01-01T00:00:00Z"}\n'
    )
    write(`[profiles.prod]\nbroker = "${broker.url}"\nprotect = true\n`)
    expect(await run(['subscribe', 'a', '--profile', 'prod', '--count', '0'])).toMatchObject({ exitCode: 0 })
    const dry = ['replay', join(home.path, 'recording.jsonl'), '--profile', 'prod', '--dry-run']
    expect(await run(dry)).toMatchObject({ exitCode: 0 })
  })
})

describe('a file that is wrong', () => {
  it('is told with its line and key', async () => {
    write('[profiles.home]\nbroker = "mqtt://a"\nkeepaliv = "1s"\n')
    expect(await run(['publish', 'a', 'x', '--profile', 'home'])).toEqual({
      exitCode: 6,
      stdout: '',
      stderr: `Error: cannot use the profiles in "${file}": line 3, "keepaliv" of profile "home": there is no such key; did you mean "keepalive"?\n  Try: tidings profile edit\n`
    })
  })

  it('hinders no command that names its broker', async () => {
    write('[[[')
    expect(await run(['publish', 'a', 'x', '-b', broker.url])).toMatchObject({ exitCode: 0 })
  })

  it('does not replace the one that is there: an editor is checked', async () => {
    const text = '[profiles.home]\nbroker = "mqtt://a" # mine\n'
    write(text)
    const broken = await run(['profile', 'edit'], { EDITOR: 'sed -i s/broker/brokr/' })
    expect(broken).toMatchObject({ exitCode: 6, stderr: expect.stringContaining('did you mean "broker"?') })
    expect(readFileSync(file, 'utf8')).toBe(text)
    expect(await run(['profile', 'edit'], { EDITOR: 'sed -i s/home/house/' })).toMatchObject({ exitCode: 0 })
    expect(readFileSync(file, 'utf8')).toBe(text.replace('home', 'house'))
    expect(await run(['profile', 'edit'], { EDITOR: 'true' })).toMatchObject({
      exitCode: 0,
      stderr: 'Nothing was changed\n'
    })
  })
})

describe('import', () => {
  const fixtures = join(import.meta.dirname, '../fixtures/profiles')

  it('makes profiles of what MQTTX has exported, and says what it leaves', async () => {
    const { exitCode, stderr } = await run(['profile', 'import', join(fixtures, 'mqttx-connections.json')])
    expect(exitCode).toBe(0)
    expect(stderr).toContain('Imported "Kuche-home"\n')
    expect(stderr).toContain('Imported "Kuche-home-2"\n')
    expect(stderr).toContain('Warning: "Kuche-home": not taken over: clientId')
    expect(stderr).not.toContain('s3cret')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const { stdout } = await run(['profile', 'list'])
    expect(stdout).toBe(
      '   Kuche-home    mqtts://home.example:8883\n   Kuche-home-2  ws://[fe80::1]:8083/mqtt\n'
    )
  })

  it('makes a profile of the options of mosquitto, once', async () => {
    const args = ['profile', 'import', join(fixtures, 'mosquitto_pub'), '--name', 'home']
    expect(await run(args)).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('--capath') })
    expect(await run(args)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('--replace replaces it')
    })
    expect(await run([...args, '--replace'])).toMatchObject({ exitCode: 0 })
  })
})
