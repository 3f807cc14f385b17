import { describe, expect, it } from 'vitest'
import { passwordOfCommand } from '../../../src/cli/profile/password-command.js'

const get = (script: string, timeout = 20_000, stop = new AbortController().signal) =>
  passwordOfCommand({ command: [process.execPath, '-e', script], timeout }, 'home', stop)
const print = (text: string) => `process.stdout.write(${JSON.stringify(text)})`

describe('the password of a command', () => {
  it.each([
    ['s3cret\n', 's3cret'],
    ['s3cret', 's3cret'],
    ['s3cret\r\nuser: ada\n', 's3cret'],
    ['a b  \n', 'a b  '],
    ['\x1b[31mred\x1b[0m\n', '\x1b[31mred\x1b[0m']
  ])('is the first line of %j', async (printed, password) => {
    expect(await get(print(printed))).toBe(password)
  })

  it('may be no text', async () => {
    expect(await get('process.stdout.write(Buffer.of(255, 254, 10))')).toEqual(Buffer.of(255, 254))
  })

  it('is taken without a shell: its arguments are what they are', async () => {
    const script = 'console.log(process.argv[1])'
    const command = [process.execPath, '-e', script, '$(touch /nowhere); "x"']
    const stop = new AbortController().signal
    expect(await passwordOfCommand({ command, timeout: 20_000 }, 'home', stop)).toBe('$(touch /nowhere); "x"')
  })

  it('reads nothing of our stdin', async () => {
    expect(await get("process.stdin.on('data', () => {}).on('end', () => console.log('ended'))")).toBe(
      'ended'
    )
  })

  it('does not wait for what the command leaves behind', async () => {
    const child = `require('node:child_process').spawn(process.execPath, ['-e', 'setTimeout(() => {}, 1e4)'], { stdio: 'inherit' }).unref(); console.log('s3cret')`
    expect(await get(child)).toBe('s3cret')
  })
})

describe('a command that gives no password', () => {
  it.each([
    ['prints nothing', '', 'its first line on stdout is empty'],
    ['prints an empty line', print('\ns3cret'), 'its first line on stdout is empty'],
    ['fails', `${print('s3cret')}; process.exitCode = 3`, 'it ended with 3'],
    ['dies', `${print('s3cret')}; process.kill(process.pid, 'SIGKILL')`, 'it was ended by SIGKILL'],
    [
      'prints without end',
      "setInterval(() => process.stdout.write('s3cret\\n'.repeat(9999)))",
      'it printed more than 64 KiB'
    ]
  ])('%s', async (_what, script, why) => {
    const error = await get(script).catch((thrown) => thrown)
    expect(error).toMatchObject({ kind: 'bad-input', message: expect.stringContaining(why) })
    expect(`${error.message} ${error.suggestion}`).not.toContain('s3cret')
  })

  it('takes too long', async () => {
    await expect(get('setTimeout(() => {}, 60000)', 50)).rejects.toMatchObject({
      kind: 'bad-input',
      code: 'password-command-slow'
    })
  })

  it('is not there', async () => {
    const command = { command: ['no-such-program-of-tidings'], timeout: 1000 }
    await expect(passwordOfCommand(command, 'home', new AbortController().signal)).rejects.toThrow(
      'from the command "no-such-program-of-tidings": there is no such program'
    )
  })

  it('is stopped', async () => {
    const stop = new AbortController()
    const asked = get('setTimeout(() => {}, 60000)', 60_000, stop.signal)
    stop.abort('SIGINT')
    await expect(asked).rejects.toMatchObject({ kind: 'interrupted', details: { signal: 'SIGINT' } })
  })
})
