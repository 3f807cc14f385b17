import { reportFailure } from './failure-report.js'
import { processIo } from './io.js'

/** Reports on stderr a failure outside of any command, and sets the exit code. */
export async function tellFailure(error: unknown, args: readonly string[]): Promise<void> {
  const { exitCode, text } = reportFailure(error, {
    json: args.some((word) => word === '--json' || word === '-j'),
    help: 'tidings --help',
    id: '',
    flags: {},
    argv: args,
    variableOf: () => undefined,
    debug: false
  })
  process.exitCode = exitCode
  await processIo().stderr.write(text)
}
