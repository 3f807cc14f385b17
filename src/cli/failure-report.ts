import { TidingsError } from '../core/errors.js'
import { closestName } from './closest-name.js'
import { BUG, exitCodeOf } from './exit-codes.js'

/** What is told of a failure: its exit code and the text for stderr, newline included. */
export interface FailureReport {
  readonly exitCode: number
  readonly text: string
}

export interface ReportOptions {
  /** One JSON object instead of lines. */
  readonly json: boolean
  /** The suggestion for a usage error of the parser. */
  readonly help: string
  /** The flags that the command has, `--` included. */
  readonly flagNames: readonly string[]
  /** Show the stack. */
  readonly debug: boolean
  readonly visible: (text: string) => string
}

/** What oclif's parser throws; which of the lists it has says what it is about. */
interface ParserError extends Error {
  readonly oclif?: { readonly exit?: number }
  /** Flags that do not exist. */
  readonly flags?: readonly string[]
  /** Arguments that are missing. */
  readonly args?: readonly { readonly name?: string }[]
}

const isParserError = (error: unknown): error is ParserError =>
  error instanceof Error && 'oclif' in error && (error as ParserError).oclif?.exit === 2

/** oclif's parser explains in several lines and ends with a hint of its own: ours is one line and one suggestion. */
function usageFailure(error: ParserError, { help, flagNames }: ReportOptions): TidingsError {
  if (error.message.startsWith('Missing') && error.args) {
    const names = error.args.map(({ name = '' }) => name.toUpperCase()).join(', ')
    return new TidingsError('usage', `cannot do anything yet: ${names} is missing`, {
      code: 'missing-argument',
      suggestion: `${help}; to the shell an unquoted # begins a comment: '#'`
    })
  }
  const [unknown] = error.flags ?? []
  if (unknown !== undefined) {
    // Never with its value: it may be a password.
    const [name = ''] = unknown.split('=', 1)
    return new TidingsError('usage', `cannot use "${name}": there is no such flag`, {
      code: 'usage',
      suggestion: closestName(name, flagNames) ?? help
    })
  }
  const [first = '', ...rest] = error.message
    .replace(/\nSee more help with --help$/, '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  // What a flag's own parser said is a whole sentence already.
  const lines = /^Parsing --\S+$/.test(first) && rest.length > 0 ? rest : [first, ...rest]
  const text = lines.join(' ').replace(/^The following errors? occurred:/, 'cannot use these flags:')
  return new TidingsError('usage', text, { code: 'usage', suggestion: help })
}

/**
 * Turns whatever a command threw into an exit code and words.
 * @param error what was thrown
 */
export function reportFailure(error: unknown, options: ReportOptions): FailureReport {
  const failure = isParserError(error) ? usageFailure(error, options) : error
  if (failure instanceof TidingsError) {
    const exitCode = exitCodeOf(failure)
    if (failure.kind === 'interrupted' && failure.message === 'interrupted') return { exitCode, text: '' }
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
