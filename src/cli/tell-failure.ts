import { visibleText } from '../core/visible-text.js'
import { reportFailure } from './failure-report.js'
import { processIo } from './io.js'

/** Reports on stderr a failure outside of any command, and sets the exit code. */
export async function tellFailure(error: unknown, args: readonly string[]): Promise<void> {
  const { exitCode, text } = reportFailure(error, {
    json: args.includes('--json'),
    help: 'tidings --help',
    flagNames: [],
    argv: args,
    variableOf: () => undefined,
    debug: false,
    visible: visibleText
  })
  process.exitCode = exitCode
  await processIo().stderr.write(text)
}
