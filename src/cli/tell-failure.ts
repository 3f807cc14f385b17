import { reportFailure } from './failure-report.js'
import { processIo } from './io.js'

/** Tells on stderr why the program failed where no command does, and has it end with the number for that. */
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
