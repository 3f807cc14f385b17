import { closestName } from '../core/closest-name.js'
import { TidingsError } from '../core/errors.js'
import { quoteForShell } from '../core/quote-for-shell.js'
import { inOurWords } from './foreign/foreign-line.js'
import { KCAT, KCAT_FLAGS, speaksKcat } from './foreign/kcat-line.js'
import { MOSQUITTO } from './foreign/mosquitto-line.js'
import { flagsGiven, type KnownFlag } from './given-flags.js'
import { isMangledJson, isScatteredJson, QUOTE_IT } from './mangled-json.js'
import { otherFlag } from './other-words.js'

/** What oclif's parser throws. The list that is present says what the error is about. */
interface ParserError extends Error {
  readonly oclif?: { readonly exit?: number }
  /** Flags that do not exist. */
  readonly flags?: readonly string[]
  /** Arguments that are missing. */
  readonly args?: readonly { readonly name?: string; readonly options?: readonly string[] }[]
}

export const isParserError = (error: unknown): error is ParserError =>
  error instanceof Error &&
  (('oclif' in error && (error as ParserError).oclif?.exit === 2) || WRAPPED.test(error.message))

/**
 * oclif puts this before the error of a flag's own parser. It marks such an error with `oclif.exit` only where it has loaded its plug-ins.
 */
const WRAPPED = /^Parsing --\S+ \n\t/

/** What is known of the command whose flags and arguments were parsed. */
export interface CommandUsage {
  /** The suggestion where there is none that fits better. */
  readonly help: string
  /** The command's id, such as `publish`. */
  readonly id: string
  /** The flags that the command has. */
  readonly flags: Readonly<Record<string, KnownFlag>>
  /** The command line. */
  readonly argv: readonly string[]
  /** The broker as the command line, the environment or a profile names it, where one does. */
  readonly broker?: string | undefined
  /** The environment variable that a flag's value came from, if it did. */
  readonly variableOf: (flag: string) => string | undefined
}

const failure = (message: string, suggestion: string, code = 'usage') =>
  new TidingsError('usage', message, { code, suggestion })

/**
 * oclif's parser explains in several lines and ends with a hint of its own: ours is one line and one suggestion. To flags of another
 * client the suggestion is the whole command line in our words.
 */
export function usageFailure(error: ParserError, usage: CommandUsage): TidingsError {
  const explained = explain(error, usage)
  const dialect = speaksKcat(usage.argv, usage.broker) ? KCAT : MOSQUITTO
  const meant = inOurWords(dialect, usage.id, usage.argv, usage.flags)
  return meant === undefined ? explained : failure(explained.message, meant, explained.code)
}

function explain(error: ParserError, usage: CommandUsage): TidingsError {
  if (error.message.startsWith('Missing') && error.args) return missingArgument(error.args, usage)
  const [unknown] = error.flags ?? []
  // The value is left out: it may be a password.
  if (unknown !== undefined) return unknownFlag(unknown.replace(/=.*/s, ''), usage)
  const [first = '', ...rest] = error.message
    .replace(/\nSee more help with --help$/, '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  return valueFailure(error, first, rest.join(' '), usage) ?? ruleFailure(first, rest, usage)
}

function missingArgument(args: ParserError['args'] & {}, { help, id, argv }: CommandUsage): TidingsError {
  const names = args.map(({ name = '' }) => name.toUpperCase())
  const missing = `${names.join(' and ')} ${names.length === 1 ? 'is' : 'are'} missing`
  const [{ options } = {}] = args
  const line = `tidings ${id.replaceAll(':', ' ')}`
  // With some of its words there, nobody knows which these are.
  const usage = argv.length === 0 ? `${line} ${names.join(' ')}` : help
  const suggestion = options?.map((option) => `${line} ${option}`).join(', or ') ?? usage
  return failure(`cannot run "${line}": ${missing}`, suggestion, 'missing-argument')
}

function unknownFlag(name: string, { help, flags, argv, broker }: CommandUsage): TidingsError {
  // A word with a single dash may be a payload: -5, -dash.
  const hint = name.startsWith('--') ? help : `${help}; if it is not a flag, put it after --: -- ${name}`
  return failure(
    name === '-h'
      ? 'cannot use "-h" for a host: -h shows the help'
      : `cannot use "${name}": there is no such flag`,
    (speaksKcat(argv, broker) ? otherFlag(name, flags, KCAT_FLAGS) : undefined) ??
      otherFlag(name, flags) ??
      closestName(name, namesOf(flags)) ??
      hint
  )
}

/** The failure for a bad value of a flag. Our own parsers throw a whole sentence with a suggestion, which is kept. */
function valueFailure(
  error: ParserError,
  first: string,
  said: string,
  { help, variableOf }: CommandUsage
): TidingsError | undefined {
  if (error instanceof TidingsError) {
    const { code, details, marked, suggestion = help } = error
    return new TidingsError('usage', said, { code, suggestion, details, ...(marked && { marked }) })
  }
  const [, flag] = /^Parsing (--\S+)$/.exec(first) ?? []
  if (flag !== undefined) {
    const why = said.charAt(0).toLowerCase() + said.slice(1)
    return failure(`cannot use "${variableOf(flag) ?? flag}": ${why}`, help)
  }
  const [, word, choices] = /^Expected (?!--)(.*) to be one of: (.*)$/s.exec(first) ?? []
  if (choices !== undefined) return failure(`cannot use "${word}": it must be one of ${choices}`, help)
  const [, named = '', value, options] = /^Expected (--[\w-]+)=(.*) to be one of: (.*)$/s.exec(first) ?? []
  if (options === undefined) return undefined
  return failure(`cannot use "${variableOf(named) ?? named}=${value}": it must be one of ${options}`, help)
}

/** The failure where flags or arguments do not go together. */
function ruleFailure(
  first: string,
  rest: readonly string[],
  { help, id, flags, argv }: CommandUsage
): TidingsError {
  const [, flag, other] =
    /^(--[\w-]+)=.* cannot also be provided when using (--[\w-]+)$/s.exec(rest[0] ?? '') ?? []
  if (flag !== undefined) return failure(`cannot use both "${flag}" and "${other}"`, `leave out ${other}`)
  const [, dependent, needed] =
    /^All of the following must be provided when using (--[\w-]+): (--[\w-]+)$/.exec(rest[0] ?? '') ?? []
  if (dependent !== undefined)
    return failure(`cannot use "${dependent}" without "${needed}"`, `add ${needed}`)
  const text = [first, ...rest].join(' ')
  // The shell splits an unquoted payload at blanks, and removes its quotes.
  const payload = argv.filter((word) => !word.startsWith('-')).slice(1)
  const isJson = argv.some((word) => isMangledJson(word)) || isScatteredJson(payload)
  if (first.startsWith('Unexpected argument') && isJson) return failure(text, QUOTE_IT)
  if (first.startsWith('Unexpected argument') && 'file' in flags) {
    if (flagsGiven(argv, flags).has('file'))
      return failure(text, 'repeat --file for each file: --file a.json --file b.json')
    return failure(text, quotedPayload(id, argv))
  }
  return failure(text.replace(/^The following errors? occurred:/, 'cannot use these flags:'), help)
}

const namesOf = (flags: CommandUsage['flags']) => Object.keys(flags).map((name) => `--${name}`)

/** The shell cuts at blanks what was not quoted. Where flags stand among the words, nobody knows which of them are the payload. */
function quotedPayload(id: string, argv: readonly string[]): string {
  const [channel = '', ...payload] = argv
  const isPlain = !argv.some((word) => word.startsWith('-'))
  const line = isPlain
    ? `tidings ${id} ${quoteForShell(channel)} ${quoteForShell(payload.join(' '))}`
    : `tidings ${id} CHANNEL 'PAYLOAD'`
  return `quote the payload: ${line}`
}
