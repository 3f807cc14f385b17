import { TidingsError } from '../core/errors.js'
import { BUG, exitCodeOf } from './exit-codes.js'
import { type CommandUsage, isParserError, usageFailure } from './usage-failure.js'

/** What is told of a failure: its exit code and the text for stderr, newline included. */
export interface FailureReport {
  readonly exitCode: number
  readonly text: string
}

export interface ReportOptions extends CommandUsage {
  /** One JSON object instead of lines. */
  readonly json: boolean
  /** Show the stack. */
  readonly debug: boolean
  readonly visible: (text: string) => string
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
    // `| head -1` took what it wanted: that is success, and nobody is left to tell.
    if (failure.code === 'reader-gone') return { exitCode: 0, text: '' }
    return { exitCode, text: options.json ? asJson(failure, exitCode) : asText(failure, options) }
  }
  return { exitCode: BUG, text: bugText(failure, options) }
}

function asJson(failure: TidingsError, exitCode: number): string {
  const { code, message, suggestion, details } = failure
  return `${JSON.stringify({ error: { code, message, ...(suggestion && { suggestion }), exitCode, ...details } })}\n`
}

function asText(
  failure: TidingsError,
  options: { debug: boolean; visible: (text: string) => string }
): string {
  const suggestion = failure.suggestion === undefined ? '' : `\n  Try: ${options.visible(failure.suggestion)}`
  const stack = options.debug ? `\n${visibleStack(failure, options.visible)}` : ''
  return `Error: ${options.visible(failure.message)}${suggestion}${stack}\n`
}

const visibleStack = (error: Error, visible: (text: string) => string) =>
  (error.stack ?? '').split('\n').map(visible).join('\n')

function bugText(
  error: unknown,
  options: { json: boolean; debug: boolean; visible: (text: string) => string }
): string {
  const message = `this is a bug in tidings: ${error instanceof Error ? error.message : String(error)}`
  if (options.json) return `${JSON.stringify({ error: { code: 'bug', message, exitCode: BUG } })}\n`
  const stack = options.debug && error instanceof Error ? `\n${visibleStack(error, options.visible)}` : ''
  return `Error: ${options.visible(message)}\n  Try: run it again with DEBUG=tidings and report what it prints to the maintainers${stack}\n`
}
