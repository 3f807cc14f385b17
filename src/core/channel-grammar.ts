/** A pattern as a protocol understood it. */
export interface ParsedPattern {
  /** The pattern with `+` for one level, `#` for all that follow, and the protocol's separator between levels. */
  readonly pattern: string
  /** The group that shares the messages, where the pattern itself names one (as `$share/GROUP/...` does). */
  readonly group?: string
}

/** How a protocol names its channels: what divides levels, and which names and patterns it takes. */
export interface ChannelGrammar {
  /** The character between two levels of a channel. */
  readonly separator: string
  /** How hidden channels begin. A pattern that begins with a wildcard does not match them. */
  readonly hidden?: string
  /**
   * Whether a channel or pattern is an address of this protocol, such as that of a queue, which is meant literally: another protocol
   * divides it into no levels, and keeps its spelling. Absent where there are none.
   */
  isLiteral?(text: string): boolean
  /** Returns the channel as the protocol spells it: other separators that users type are replaced by the protocol's own. */
  spellChannel(text: string): string
  /** Says why nobody can publish to this channel, which `spellChannel` returned; `undefined` if publishing is possible. */
  whyNotChannel(channel: string): string | undefined
  /** Reads a pattern, in the protocol's own spelling or with `+` and `#`; or says why the text is not a pattern. */
  parsePattern(text: string): ParsedPattern | { readonly why: string }
  /** Why no group of subscribers can have this name; `undefined` if one can. */
  whyNotGroup?(name: string): string | undefined
  /** Why no session can have this name; `undefined` if one can. */
  whyNotSession?(name: string): string | undefined
  /** What to think of where a subscription was granted and nothing comes; as a part of a suggestion. */
  readonly silence?: string
  /** What to think of where the broker, asked for its channels, named none; as a part of a suggestion. */
  readonly unlisted?: string
  /** A subscription to one channel that is not there is refused, so that silence has another reason. */
  readonly refusesUnknown?: boolean
  /** What becomes of messages that are published before somebody subscribes; as a part of a suggestion. */
  readonly unkept?: string
  /** Examples for suggestions: a channel, two patterns and, in a grammar with `hidden`, a pattern that shows hidden channels. */
  readonly examples: { readonly channel: string; readonly patterns: string; readonly hidden?: string }
}

/** A high surrogate without its low surrogate, or the reverse. It is not a Unicode character, so UTF-8 cannot encode it. */
export const LONE_SURROGATE = /\p{Surrogate}/u

/** Says why no protocol accepts the text as the name of a channel or group; `undefined` if a protocol may accept it. */
export function whyNotName(text: string): string | undefined {
  if (text === '') return 'it is empty'
  if (text.includes('\0')) return 'it holds a NUL character'
  if (LONE_SURROGATE.test(text)) return 'it holds half of a surrogate pair, which is not Unicode'
  return undefined
}
