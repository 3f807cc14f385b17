import { TidingsError } from '../core/errors.js'
import { visibleText } from '../core/visible-text.js'
import { withoutPassword } from '../core/without-password.js'
import { formatMarked } from '../ui/marked-text.js'
import { BUG, exitCodeOf } from './exit-codes.js'
import { shownText } from './shown-text.js'
import { type CommandUsage, isParserError, usageFailure } from './usage-failure.js'

/** What is reported of a failure: its exit code and the text for stderr, newline included. */
export interface FailureReport {
  readonly exitCode: number
  readonly text: string
}

export interface ReportOptions extends CommandUsage {
  /** One JSON object instead of lines. */
  readonly json: boolean
  /** Show the stack. */
  readonly debug: boolean
}

/**
 * Turns whatever a command threw into an exit code and words.
 * @param error what was thrown
 */
export function reportFailure(error: unknown, options: ReportOptions): FailureReport {
  const failure = isParserError(error) ? usageFailure(error, options) : error
  if (failure instanceof TidingsError) {
    const exitCode = exitCodeOf(failure)
    // Who pressed Ctrl-C knows it; a script is told.
    if (failure.kind === 'interrupted' && failure.message === 'interrupted' && !options.json)
      return { exitCode, text: '' }
    // The reader of the pipe took what it wanted (`| head -1`). That is success, and needs no message.
    if (failure.code === 'reader-gone') return { exitCode: 0, text: '' }
    return { exitCode, text: options.json ? asJson(failure, exitCode) : asText(failure, options) }
  }
  return { exitCode: BUG, text: bugText(failure, options) }
}

/** One line without terminal controls. Each string of it is without passwords. */
const formatError = (error: object) =>
  `${visibleText(JSON.stringify({ error }, (_, value: unknown) => (typeof value === 'string' ? withoutPassword(value) : value)))}\n`

function asJson(failure: TidingsError, exitCode: number): string {
  const { code, message, suggestion, details } = failure
  return formatError({ code, message, ...(suggestion && { suggestion }), exitCode, ...details })
}

function asText(failure: TidingsError, { debug }: { debug: boolean }): string {
  const suggestion = failure.suggestion === undefined ? '' : `\n  Try: ${shownText(failure.suggestion)}`
  const marked = failure.marked === undefined ? '' : `\n${formatMarked(failure.marked)}`
  return `Error: ${shownText(failure.message)}${marked}${suggestion}${debug ? shownStack(failure) : ''}\n`
}

const shownStack = (error: Error) => `\n${(error.stack ?? '').split('\n').map(shownText).join('\n')}`

function bugText(error: unknown, { json, debug }: { json: boolean; debug: boolean }): string {
  const message = `this is a bug in tidings: ${error instanceof Error ? error.message : String(error)}`
  if (json) return formatError({ code: 'bug', message, exitCode: BUG })
  const stack = debug && error instanceof Error ? shownStack(error) : ''
  return `Error: ${shownText(message)}\n  Try: run it again with DEBUG=tidings and report what it prints to the maintainers${stack}\n`
}
