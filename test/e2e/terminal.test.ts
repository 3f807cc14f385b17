import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startEmbeddedBroker, type TestBroker } from '../support/embedded-broker.js'
import { makeHome, RunningProgram, runProgram } from '../support/program.js'
import { TerminalProgram } from '../support/terminal-program.js'

const home = makeHome()
let broker: TestBroker
let env: Record<string, string>

beforeAll(async () => {
  broker = await startEmbeddedBroker()
  env = { ...home.env, TIDINGS_BROKER: broker.url }
})

afterAll(async () => {
  await broker.stop()
  home.remove()
})

describe('on a terminal', () => {
  it('publish asks for the channel and the payload', async () => {
    const subscriber = new RunningProgram(['subscribe', 'asked/for', '--raw', '--count', '1'], env)
    await subscriber.saying('Subscribed')
    const terminal = new TerminalProgram(['publish'], env)
    await terminal.showing('Channel')
    terminal.press('asked/for\r')
    await terminal.showing('Payload')
    terminal.press('{"n":1}\r')
    await terminal.showing('Published 1 message to asked/for')
    expect((await terminal.exited()).exitCode).toBe(0)
    expect(await subscriber.exited).toMatchObject({ exitCode: 0, stdout: '{"n":1}\n' })
  })

  it('publish says at once what is wrong with a channel', async () => {
    const terminal = new TerminalProgram(['publish'], env)
    await terminal.showing('Channel')
    terminal.press('a/#\r')
    await terminal.showing('wildcard')
    terminal.press('\x03')
    expect((await terminal.exited()).exitCode).toBe(130)
  })

  it('subscribe asks for the channel, and offers those that are there', async () => {
    await runProgram(['publish', 'offered/one', 'first', '--retain'], { env })
    await runProgram(['publish', 'offered/two', 'second', '--retain'], { env })
    const terminal = new TerminalProgram(['subscribe', '--count', '1'], env)
    await terminal.showing(/Channel[\s\S]*offered\/one\n/)
    terminal.press('offered/t')
    await terminal.showing(/offered\/t\n[^\n]*offered\/two/)
    terminal.press('\r')
    await terminal.showing('Subscribed to offered/two')
    await terminal.showing(/offered\/two {2}second {2}\(retained\)/)
    await terminal.showing(/Received 1 message: /)
    expect((await terminal.exited()).exitCode).toBe(0)
  })

  it('subscribe takes a pattern in place of a channel that is there, and Ctrl-C leaves the question', async () => {
    await runProgram(['publish', 'offered/one', 'first', '--retain'], { env })
    const terminal = new TerminalProgram(['subscribe', '--count', '1'], env)
    await terminal.showing('offered/one')
    terminal.press('offered/+')
    await terminal.showing(/\n[^\n]* offered\/\+\n/)
    terminal.press('\r')
    await terminal.showing('Subscribed to offered/+')
    expect((await terminal.exited()).exitCode).toBe(0)
    const left = new TerminalProgram(['subscribe'], env)
    await left.showing('Channel')
    left.press('\x03')
    expect((await left.exited()).exitCode).toBe(130)
  })

  it('subscribe without a channel is a usage error where nobody can be asked', async () => {
    const { exitCode, stderr } = await runProgram(['subscribe'], { env })
    expect(exitCode).toBe(2)
    expect(stderr).toContain('cannot subscribe: no channel was named')
    expect(stderr).toContain('quote a #')
  })

  it('--color beats NO_COLOR, and a terminal', async () => {
    await runProgram(['publish', 'painted', '{"a":1}', '--retain'], { env })
    const args = ['painted', '--count', '1', '--color']
    const painted = await runProgram(['subscribe', ...args, 'always'], { env: { ...env, NO_COLOR: '1' } })
    expect(painted.stdout).toMatch(/\x1b\[\d+/)
    const terminal = new TerminalProgram(['subscribe', ...args, 'never'], { ...env, FORCE_COLOR: '3' })
    await terminal.showing('"a"')
    await terminal.exited()
    expect(terminal.written).not.toMatch(/\x1b\[\d*m/)
    const listed = ['channels', 'painted', '--count', '1', '--color']
    expect((await runProgram([...listed, 'always'], { env })).stdout).toMatch(/\x1b\[\d+/)
    expect((await runProgram([...listed, 'auto'], { env })).stdout).not.toContain('\x1b')
  })

  it('a command that does not exist is asked about', async () => {
    const terminal = new TerminalProgram(['broker', 'stauts'], env)
    await terminal.showing('Did you mean broker status?')
    terminal.press('y\r')
    await terminal.showing('cannot ask the local broker')
    expect((await terminal.exited()).exitCode).toBe(3)
  })

  it('a password is asked for and not shown', async () => {
    const terminal = new TerminalProgram(['publish', 'a', 'x', '--username', 'ann', '--password'], env)
    await terminal.showing('Password')
    terminal.press('s3cret')
    await terminal.showing('******')
    terminal.press('\r')
    await terminal.showing('Published 1 message')
    expect((await terminal.exited()).exitCode).toBe(0)
    expect(terminal.written).not.toContain('s3cret')
  })

  it.each([
    ['SIGTERM', 143],
    ['SIGHUP', 129]
  ])('%s while a password is asked for is %i', async (signal, exitCode) => {
    const terminal = new TerminalProgram(['publish', 'a', 'x', '--username', 'ann', '--password'], env)
    await terminal.showing('Password')
    terminal.kill(signal)
    expect((await terminal.exited()).exitCode).toBe(exitCode)
  })

  it.each(['dumb', 'unknown', ''])('channels is a list where the terminal is "%s"', async (name) => {
    // The pseudo-terminal sets TERM itself.
    const terminal = new TerminalProgram(['channels', 'shown/#'], env, undefined, ['env', `TERM=${name}`])
    await terminal.showing('Subscribed')
    terminal.kill('SIGINT')
    await terminal.exited()
    expect(terminal.written).not.toContain('\x1b[?1049h')
  })

  it('subscribe shows colours, keeps to the width and makes control sequences visible', async () => {
    await runProgram(['publish', 'shown', '{"name":"Ada","evil":"\x1b[2J\u202e"}', '--retain'], { env })
    await runProgram(['publish', 'shown/text', '\x1b]0;title\x07\x9b31m', '--retain'], { env })
    const terminal = new TerminalProgram(['subscribe', 'shown/#', '--count', '2'], env, {
      columns: 60,
      rows: 24
    })
    expect((await terminal.exited()).exitCode).toBe(0)
    expect(terminal.screen).toContain('"name"')
    expect(terminal.written).toMatch(/\x1b\[\d+m/)
    for (const hostile of ['\x1b[2J', '\x1b]0;', '\x07', '\u009b', '\u202e'])
      expect(terminal.written).not.toContain(hostile)
  })

  it('NO_COLOR is honoured', async () => {
    await runProgram(['publish', 'plain', '{"a":1}', '--retain'], { env })
    const terminal = new TerminalProgram(['subscribe', 'plain', '--count', '1'], { ...env, NO_COLOR: '1' })
    expect((await terminal.exited()).exitCode).toBe(0)
    expect(terminal.screen).toContain('"a"')
    expect(terminal.written).not.toMatch(/\x1b\[\d*m/)
  })

  it('Ctrl-C ends an endless subscriber with 0', async () => {
    const terminal = new TerminalProgram(['subscribe', 'a'], env)
    await terminal.showing('Subscribed to a')
    terminal.press('\x03')
    expect((await terminal.exited()).exitCode).toBe(0)
  })
})
