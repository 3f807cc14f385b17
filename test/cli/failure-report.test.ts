import { describe, expect, it } from 'vitest'
import { exitCodeOf } from '../../src/cli/exit-codes.js'
import { reportFailure } from '../../src/cli/failure-report.js'
import { type FailureKind, TidingsError } from '../../src/core/errors.js'

const options = {
  json: false,
  help: 'tidings publish --help',
  id: 'publish',
  flags: { broker: { type: 'option' }, count: { type: 'option' }, json: { type: 'boolean' } } as const,
  argv: [] as string[],
  variableOf: (flag: string) => (flag === '--protocol' ? 'TIDINGS_PROTOCOL' : undefined),
  debug: false
}
const refused = new TidingsError('connect', 'cannot connect to "mqtt://localhost:1": connection refused', {
  code: 'connection-refused',
  suggestion: 'tidings broker',
  details: { broker: 'mqtt://localhost:1' }
})

it('a failure as JSON holds nothing that a terminal obeys, and its details stay the same', () => {
  const failure = new TidingsError('bad-input', 'cannot publish', {
    code: 'x',
    details: { found: 'a\u009b2J\u202e' }
  })
  const { text } = reportFailure(failure, { ...options, json: true })
  expect(text).not.toMatch(/[\u0080-\u009f\u202e]/)
  expect(JSON.parse(text).error.found).toBe('a\u009b2J\u202e')
})

const CHECKED =
  'a recording is looked at by tidings channels --recording FILE --check FILE, and by tidings watch --recording FILE --contract FILE'

describe('the exit code', () => {
  const table: [FailureKind, number][] = [
    ['usage', 2],
    ['connect', 3],
    ['refused', 4],
    ['unfinished', 5],
    ['bad-input', 6],
    ['nothing-received', 7],
    ['too-few-received', 8],
    ['output', 9]
  ]
  it.each(table)('of a failure of kind %s is %i', (kind, code) => {
    expect(exitCodeOf(new TidingsError(kind, 'x', { code: 'x' }))).toBe(code)
  })

  it('of an interrupted command is 128 and the number of the signal', () => {
    const interrupted = (signal: string) =>
      new TidingsError('interrupted', 'x', { code: 'interrupted', details: { signal } })
    expect(exitCodeOf(interrupted('SIGINT'))).toBe(130)
    expect(exitCodeOf(interrupted('SIGTERM'))).toBe(143)
    expect(exitCodeOf(interrupted('SIGHUP'))).toBe(129)
  })
})

describe('the report of a failure', () => {
  it('is one line of reason and one of suggestion', () => {
    expect(reportFailure(refused, options)).toEqual({
      exitCode: 3,
      text: 'Error: cannot connect to "mqtt://localhost:1": connection refused\n  Try: tidings broker\n'
    })
  })

  it('shows a text with a mistake in it, and marks the place', () => {
    const marked = { text: 'size = 3', offset: 5 }
    const mistake = new TidingsError('usage', 'cannot use it: no', { code: 'x', suggestion: 'help', marked })
    expect(reportFailure(mistake, options).text).toBe(
      'Error: cannot use it: no\n  size = 3\n       ^\n  Try: help\n'
    )
  })

  it('is one JSON object with a stable code when JSON was asked for', () => {
    const { text } = reportFailure(refused, { ...options, json: true })
    expect(JSON.parse(text)).toEqual({
      error: {
        code: 'connection-refused',
        message: refused.message,
        suggestion: 'tidings broker',
        exitCode: 3,
        broker: 'mqtt://localhost:1'
      }
    })
    expect(text.trimEnd()).not.toContain('\n')
  })

  it('of a prompt that was interrupted is nothing for who interrupted it, and JSON for a script', () => {
    const interrupted = new TidingsError('interrupted', 'interrupted', { code: 'interrupted' })
    expect(reportFailure(interrupted, options).text).toBe('')
    expect(JSON.parse(reportFailure(interrupted, { ...options, json: true }).text)).toMatchObject({
      error: { code: 'interrupted' }
    })
  })

  it('is silent, and success, when nobody reads the output any more', () => {
    const gone = new TidingsError('output', 'x', { code: 'reader-gone' })
    expect(reportFailure(gone, options)).toEqual({ exitCode: 0, text: '' })
  })

  it('says of an unnamed error that it is a bug, and shows the stack only for DEBUG', () => {
    const bug = new RangeError('oops')
    const { exitCode, text } = reportFailure(bug, options)
    expect(exitCode).toBe(1)
    expect(text).toContain('this is a bug in tidings: oops')
    expect(text).not.toContain('    at ')
    expect(reportFailure(bug, { ...options, debug: true }).text).toContain('    at ')
  })

  it('names the flag that was probably meant', () => {
    const unknown = (flag: string) =>
      Object.assign(new Error(`Nonexistent flag: ${flag}\nSee more help with --help`), {
        oclif: { exit: 2 },
        flags: [flag]
      })
    expect(reportFailure(unknown('--conut'), options).text).toBe(
      'Error: cannot use "--conut": there is no such flag\n  Try: --count\n'
    )
    expect(reportFailure(unknown('--other'), options).text).toContain('Try: tidings publish --help')
  })

  it('does not repeat what an unknown flag was set to', () => {
    const unknown = Object.assign(new Error('Nonexistent flag: --pasword=s3cret'), {
      oclif: { exit: 2 },
      flags: ['--pasword=s3cret']
    })
    expect(reportFailure(unknown, { ...options, flags: { password: { type: 'option' } } }).text).toBe(
      'Error: cannot use "--pasword": there is no such flag\n  Try: --password\n'
    )
  })

  it.each([
    ['-m', 'give the payload without a flag: tidings publish CHANNEL PAYLOAD'],
    ['--host', '--broker HOST'],
    ['--topic', 'give the channel without a flag: tidings subscribe CHANNEL']
  ])('says what to write for %s, as other clients call it', (flag, suggestion) => {
    const unknown = Object.assign(new Error(`Nonexistent flag: ${flag}`), {
      oclif: { exit: 2 },
      flags: [flag]
    })
    expect(reportFailure(unknown, options).text).toContain(`Try: ${suggestion}\n`)
  })

  it.each([
    ['--duration', 'timeout', '--timeout DURATION'],
    ['--duration', 'for', '--for DURATION'],
    ['--timeout', 'for', '--for DURATION'],
    ['--duration', 'count', 'tidings publish --help'],
    ['-k', 'message-key', '--message-key KEY, or for a keepalive --keepalive 30s'],
    ['-k', 'keepalive', '--keepalive 30s'],
    ['-p', 'partition', '--partition N, or with a port --broker HOST:PORT'],
    ['-p', 'where', "--where 'kafka.partition == N', or with a port --broker HOST:PORT"],
    ['-o', 'from', '--from POSITION'],
    ['-e', 'until-end', '--until-end'],
    ['--contract', 'check', '--check FILE'],
    ['--contract', 'speed', CHECKED],
    ['--schema', 'speed', CHECKED],
    ['--recording', 'count', `tidings replay FILE publishes what a recording holds; ${CHECKED}`]
  ])('says for %s what the command has: --%s', (flag, own, suggestion) => {
    const unknown = Object.assign(new Error(`Nonexistent flag: ${flag}`), {
      oclif: { exit: 2 },
      flags: [flag]
    })
    const flags = { [own]: { type: 'option' } } as const
    expect(reportFailure(unknown, { ...options, flags }).text).toContain(`Try: ${suggestion}\n`)
  })

  it('says the whole line in our words where all of it is that of another client', () => {
    const unknown = Object.assign(new Error('Nonexistent flag: -m'), { oclif: { exit: 2 }, flags: ['-m'] })
    const argv = ['-t', 'a', '-m', 'b c', '--count', '1']
    expect(reportFailure(unknown, { ...options, argv }).text).toBe(
      `Error: cannot use "-m": there is no such flag\n  Try: tidings publish a 'b c' --count 1\n`
    )
  })

  const usage = (message: string) =>
    reportFailure(
      Object.assign(new Error(`${message}\nSee more help with --help`), { oclif: { exit: 2 } }),
      options
    ).text

  it('names the argument that is none of a few words', () => {
    expect(usage('Expected foo to be one of: bash, zsh')).toBe(
      'Error: cannot use "foo": it must be one of bash, zsh\n  Try: tidings publish --help\n'
    )
  })

  it('names the flag whose value makes no sense', () => {
    expect(usage('Parsing --repeat \n\tExpected an integer greater than or equal to 1 but received: 0')).toBe(
      'Error: cannot use "--repeat": expected an integer greater than or equal to 1 but received: 0\n  Try: tidings publish --help\n'
    )
    expect(usage('Expected --qos=3 to be one of: 0, 1, 2')).toContain(
      'cannot use "--qos=3": it must be one of 0, 1, 2\n'
    )
  })

  it('names the variable that a value came from', () => {
    expect(usage('Expected --protocol=4 to be one of: auto, 5, 3.1.1')).toContain(
      'cannot use "TIDINGS_PROTOCOL=4": it must be one of auto, 5, 3.1.1\n'
    )
  })

  it.each([[{ oclif: { exit: 2 } }], [{}]])(
    'keeps the code and the suggestion of what read the value (%j)',
    (mark) => {
      const bad = new TidingsError('usage', 'x', { code: 'bad-duration', suggestion: 'write it like 10s' })
      const parsed = Object.assign(bad, {
        message: 'Parsing --idle \n\tcannot read "1x" as --idle: why\nSee more help with --help',
        ...mark
      })
      expect(JSON.parse(reportFailure(parsed, { ...options, json: true }).text).error).toMatchObject({
        code: 'bad-duration',
        message: 'cannot read "1x" as --idle: why',
        suggestion: 'write it like 10s'
      })
    }
  )

  it('says in one sentence which two flags exclude each other', () => {
    const both =
      'The following errors occurred:\n  --json=true cannot also be provided when using --schema\n  --schema=true cannot also be provided when using --json'
    expect(usage(both)).toBe('Error: cannot use both "--json" and "--schema"\n  Try: leave out --schema\n')
  })

  it('says how to publish what begins with a dash', () => {
    const unknown = Object.assign(new Error('Nonexistent flag: -dash'), {
      oclif: { exit: 2 },
      flags: ['-dash']
    })
    expect(reportFailure(unknown, options).text).toContain('put it after --: -- -dash\n')
  })

  it('says in one line which argument is missing', () => {
    const missing = Object.assign(new Error('Missing 1 required arg:\nfile  where\n\nNote: --exclude ...'), {
      oclif: { exit: 2 },
      args: [{ name: 'file' }]
    })
    expect(reportFailure(missing, options).text).toMatch(/^Error: .*FILE is missing\n {2}Try: .*\n$/)
  })

  it('names all arguments that are missing, or all that one can be', () => {
    const missing = (args: object[]) =>
      Object.assign(new Error('Missing required args'), { oclif: { exit: 2 }, args })
    const both = missing([{ name: 'name' }, { name: 'url' }])
    expect(reportFailure(both, { ...options, id: 'profile:add' }).text).toBe(
      'Error: cannot run "tidings profile add": NAME and URL are missing\n  Try: tidings profile add NAME URL\n'
    )
    expect(reportFailure(both, { ...options, argv: ['--use'] }).text).toContain(
      'Try: tidings publish --help\n'
    )
    const one = missing([{ name: 'shell', options: ['bash', 'fish'] }])
    expect(reportFailure(one, { ...options, id: 'completion' }).text).toBe(
      'Error: cannot run "tidings completion": SHELL is missing\n  Try: tidings completion bash, or tidings completion fish\n'
    )
  })

  it('sends no control character of a hostile reason to the terminal', () => {
    const hostile = new TidingsError('refused', 'refused: \x1b[2Jgone', { code: 'x' })
    expect(reportFailure(hostile, options).text).not.toContain('\x1b')
  })
})
