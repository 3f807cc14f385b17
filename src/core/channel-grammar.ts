/** A pattern as a protocol understood it. */
export interface ParsedPattern {
  /** With `+` for one level and `#` for all that follow, and the protocol's separator between levels. */
  readonly pattern: string
  /** The group that shares the messages, where the pattern itself names one (as `$share/GROUP/...` does). */
  readonly group?: string
}

/** How a protocol names its channels: what divides levels, and which names and patterns it takes. */
export interface ChannelGrammar {
  /** What stands between two levels of a channel; one character. */
  readonly separator: string
  /** A pattern that begins with a wildcard does not match channels that begin so. */
  readonly hidden?: string
  /** A channel as the protocol spells it: separators that its users also type are replaced. */
  spellChannel(text: string): string
  /** Why nothing can be published to this channel, as the protocol spells it; `undefined` if something can. */
  whyNotChannel(channel: string): string | undefined
  /** Reads a pattern, in the protocol's own spelling or with `+` and `#`; or says why it is none. */
  parsePattern(text: string): ParsedPattern | { readonly why: string }
  /** Why no group of subscribers can have this name; `undefined` if one can. */
  whyNotGroup?(name: string): string | undefined
  /** For suggestions: a channel, two patterns, and, where there is `hidden`, what to ask for to see those channels. */
  readonly examples: { readonly channel: string; readonly patterns: string; readonly hidden?: string }
}

/** A high surrogate without its low one, or the reverse: not Unicode, so UTF-8 cannot say it. */
export const LONE_SURROGATE = /\p{Surrogate}/u

/** Why a text can be the name of a channel or group in no protocol; `undefined` if one may take it. */
export function whyNotName(text: string): string | undefined {
  if (text === '') return 'it is empty'
  if (text.includes('\0')) return 'it holds a NUL character'
  if (LONE_SURROGATE.test(text)) return 'it holds half of a surrogate pair, which is not Unicode'
  return undefined
}
