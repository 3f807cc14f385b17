import { Flags } from '@oclif/core'
import type { CapabilityWish } from '../../core/capabilities.js'
import type { ChannelGrammar } from '../../core/channel-grammar.js'
import type { Contract } from '../../core/contract.js'
import { PAYLOAD_ENCODINGS } from '../../core/encoded-payload.js'
import { UnknownFields } from '../../core/envelope/envelope.js'
import { TidingsError } from '../../core/errors.js'
import type { MessageFacts } from '../../core/message.js'
import type { MessageTarget } from '../../core/message-target.js'
import type { SpokenProtocol } from '../../core/protocol.js'
import { quoteName } from '../../core/visible-text.js'
import { Acceptance } from '../acceptance.js'
import { acknowledgementFlags } from './acknowledgement.js'
import { contractFlags } from './contract.js'
import type { FlagValues } from './flag-values.js'
import { messageFactsOf, messageFlags, messageWishesOf } from './message.js'
import { sendingFlags, sendingWishesOf } from './sending.js'
import { messageTargetOf, targetFlags } from './target.js'
import { durationFlag } from './values.js'

/** What stands between key and payload, as bytes. */
const keyDelimiterFlag = Flags.custom<Uint8Array>({
  helpValue: 'TEXT',
  parse: async (text) => {
    const delimiter = text.replaceAll('\\t', '\t')
    if (delimiter !== '' && !delimiter.includes('\n')) return Buffer.from(delimiter)
    const why = delimiter === '' ? 'it is empty' : 'no line has a newline'
    throw new TidingsError('usage', `cannot use ${quoteName(text)} for --key-delimiter: ${why}`, {
      code: 'bad-delimiter',
      suggestion: 'name what stands between key and payload: --key-delimiter :'
    })
  }
})

/** The flags that say what is published and how, besides those for connecting. */
export const publishFlags = {
  file: Flags.string({
    char: 'f',
    helpValue: 'FILE',
    multiple: true,
    multipleNonGreedy: true,
    summary:
      'publish the contents of a file, - for stdin; may be repeated, one message each; .json files are checked'
  }),
  lines: Flags.boolean({
    char: 'l',
    summary: 'publish each line of stdin as one message, as soon as it comes'
  }),
  'key-delimiter': keyDelimiterFlag({
    char: 'K',
    dependsOn: ['lines'],
    exclusive: ['message-key'],
    summary:
      'with --lines: each line is KEY, this text, PAYLOAD (\\t is a tab); a line without it has no key (Kafka)'
  }),
  json: Flags.boolean({
    char: 'j',
    summary: 'publish envelope lines from stdin, as subscribe --json writes them; errors are JSON, too'
  }),
  encoding: Flags.option({
    options: PAYLOAD_ENCODINGS,
    exclusive: ['json', 'empty', 'null'],
    helpValue: 'hex|base64'
  })({
    summary: 'PAYLOAD, stdin, the file or each line is text that stands for the bytes to publish'
  }),
  empty: Flags.boolean({ summary: 'publish an empty payload' }),
  null: Flags.boolean({
    summary:
      'publish a message without a payload: a tombstone, which removes its key from a compacted topic (Kafka)'
  }),
  repeat: Flags.integer({ helpValue: 'N', min: 1, summary: 'publish everything N times' }),
  every: durationFlag({ summary: 'time between two messages' }),
  rate: Flags.integer({
    helpValue: 'N',
    min: 1,
    exclusive: ['every'],
    summary: 'publish N messages a second'
  }),
  outbox: Flags.string({
    helpValue: 'DIR',
    summary:
      'store messages in DIR first; the next publish --outbox or outbox send sends what cannot be sent now',
    description: 'Ends with 0 when every message is safe on disk or acknowledged; stderr says which.'
  }),
  'skip-invalid': Flags.boolean({
    summary: 'leave out and count lines and messages that cannot be published, and go on'
  }),
  ...contractFlags,
  ...sendingFlags,
  ...targetFlags,
  ...acknowledgementFlags,
  ...messageFlags
}

export type PublishFlags = FlagValues<typeof publishFlags>

/** The capabilities that the flags need. */
export const publishWishesOf = (flags: PublishFlags): CapabilityWish[] => [
  ...messageWishesOf(flags),
  ...(flags['key-delimiter'] === undefined ? [] : [['--key-delimiter', 'key'] as const]),
  ...(flags.null ? [['--null', 'null-payload'] as const] : []),
  ...sendingWishesOf(flags)
]

/** What the flags say of each message, and the target that the messages have to fit. */
export interface PublishedAs {
  readonly facts: MessageFacts
  readonly target: MessageTarget
  /** Takes fields of envelopes that mean nothing. */
  readonly unknown: UnknownFields
  /** Decides about messages that were read. */
  readonly acceptance: Acceptance
  readonly grammar: ChannelGrammar
}

/**
 * Turns the flags into what is true of every message.
 * @param contract what the messages have to keep, if anything
 * @throws TidingsError of kind usage for a flag that says what cannot be
 */
export function publishedAsOf(flags: PublishFlags, spoken: SpokenProtocol, contract?: Contract): PublishedAs {
  const { grammar } = spoken.protocol
  return {
    facts: messageFactsOf(flags, grammar),
    target: messageTargetOf(spoken, flags),
    unknown: new UnknownFields(flags.strict ?? false),
    acceptance: new Acceptance(contract, flags['skip-invalid']),
    grammar
  }
}

/** What was not published until now, or not whole: how many messages were left out, and sentences. */
export const lossesOf = ({ target, unknown, acceptance }: PublishedAs) => ({
  skipped: acceptance.skipped,
  losses: [...target.losses, ...unknown.sentences, ...acceptance.sentences]
})
