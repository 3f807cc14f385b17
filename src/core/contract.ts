import type { Message } from './message.js'

/** One thing in which a message breaks its contract. Its texts come from documents and messages, so they may hold control characters. */
export interface Violation {
  /** The part of the message that is wrong. */
  readonly part: 'channel' | 'payload' | 'headers' | 'key' | 'contentType' | 'correlation'
  /** Where in that part, as a JSON pointer; empty for the whole part. */
  readonly pointer: string
  /** The rule that is broken: a keyword of JSON Schema such as `required`, or the name of a rule of documents such as `channel`. */
  readonly rule: string
  /** What the contract asks for, in words. Bounded in length. */
  readonly expected: string
  /** What came instead. Bounded in length. */
  readonly found: string
  /** Where the contract says so: a JSON pointer, behind the name of a file where it is not in the contract's own. */
  readonly schema: string
}

/** So many violations of one message are told at most. */
export const MOST_VIOLATIONS = 8

/** What messages may be on channels: an AsyncAPI document, or one JSON Schema for every channel. */
export interface Contract {
  /** The name of its file. */
  readonly name: string
  /** The channels that it names one by one; those whose address has a parameter are not among them. */
  readonly channels: readonly string[]
  /** All its addresses, as the document spells them, also those that other files describe. */
  readonly addresses: readonly string[]
  /** What of it is not checked, and why: a sentence each. Known when the contract is opened. */
  readonly unchecked: readonly string[]
  /**
   * The addresses that none of these channels has, as the document spells them. Never throws.
   * @param among the addresses that are asked for: by default those with a parameter
   */
  unheardAddresses(channels: Iterable<string>, among?: Iterable<string>): readonly string[]
  /** In what the message breaks the contract: not more than `MOST_VIOLATIONS`; empty if it keeps it. Never throws. Its time and memory are bounded. */
  check(message: Message): readonly Violation[]
}

/** What a message that breaks nothing has; shared, so that the common case allocates nothing. */
export const NO_VIOLATIONS: readonly Violation[] = Object.freeze([])
