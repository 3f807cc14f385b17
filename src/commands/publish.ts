import { Args, Flags } from '@oclif/core'
import { BaseCommand } from '../cli/base-command.js'
import { acknowledgementFlags, acknowledgementLimitsOf } from '../cli/flags/acknowledgement.js'
import { connectionFlags } from '../cli/flags/connection.js'
import { messageFactsOf, messageFlags, messageWishesOf } from '../cli/flags/message.js'
import { messageTargetOf, targetFlags } from '../cli/flags/target.js'
import { durationFlag } from '../cli/flags/values.js'
import { choosePayloadSource } from '../cli/publish-source.js'
import { transports } from '../transport/transports.js'
import { publishToBroker } from '../wiring/publish/publish-to-broker.js'

export default class Publish extends BaseCommand {
  static override summary = 'Publish messages to a channel'
  static override usage = 'publish [CHANNEL] [PAYLOAD] [FLAGS]'
  static override description =
    `The payload is PAYLOAD, a --file, or stdin; its bytes are sent exactly as they are.
With --json, CHANNEL and the message flags are for envelopes that do not say it themselves; a --header is for those without one of its name.
Ends with 0 only when the broker has acknowledged every message (QoS 1, 2) or all of it was flushed to the network (QoS 0).`
  static override examples = [
    {
      description: 'A user signed up',
      command: `<%= config.bin %> publish user_signed_up '{"name":"Ada","email":"ada@example.com","age":36}'`
    },
    {
      description: 'The payload from a file, checked to be JSON',
      command: '<%= config.bin %> publish new_follower --file follower.json'
    },
    {
      description: 'The payload from another program',
      command: 'jq -n "{percent: 4}" | <%= config.bin %> publish fridge_almost_empty'
    },
    {
      description: 'One message per line, as fast as the broker takes them',
      command: '<%= config.bin %> publish readings --lines < readings.ndjson'
    },
    {
      description: 'Send again what a subscriber has written, each message to its own channel',
      command: '<%= config.bin %> publish --json < messages.ndjson'
    },
    {
      description: 'Lose nothing while the broker is away',
      command: '<%= config.bin %> publish readings --lines --outbox ~/outbox < readings.ndjson'
    },
    {
      description: 'Forget a retained message',
      command: '<%= config.bin %> publish lamp/1/state --empty --retain'
    }
  ]

  static override args = {
    channel: Args.string({ ignoreStdin: true, description: 'where to publish' }),
    payload: Args.string({ ignoreStdin: true, description: 'what to publish; - reads all of stdin' })
  }

  static override flags = {
    file: Flags.string({
      char: 'f',
      helpValue: 'FILE',
      multiple: true,
      multipleNonGreedy: true,
      summary:
        'publish the contents of a file, - for stdin; may be repeated, one message each; .json files are checked'
    }),
    lines: Flags.boolean({ char: 'l', summary: 'publish each line of stdin as a message, as they come' }),
    json: Flags.boolean({
      char: 'j',
      summary: 'publish envelope lines from stdin, as subscribe --json writes them; errors are JSON, too'
    }),
    empty: Flags.boolean({ summary: 'publish an empty payload' }),
    repeat: Flags.integer({ helpValue: 'N', min: 1, summary: 'publish it all N times' }),
    every: durationFlag({ summary: 'time between repetitions' }),
    outbox: Flags.string({
      helpValue: 'DIR',
      summary:
        'put messages on disk first, and send them now or, with the next --outbox or outbox send, later',
      description: 'Ends with 0 when every message is safe on disk or acknowledged; stderr says which.'
    }),
    ...targetFlags,
    ...acknowledgementFlags,
    ...messageFlags,
    ...connectionFlags
  }

  override transports = transports

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Publish)
    const spoken = await this.protocolFor(flags, messageWishesOf(flags))
    const { protocol } = spoken
    const { grammar } = protocol
    const facts = messageFactsOf(flags, grammar)
    const target = messageTargetOf(spoken, flags)
    const source = await choosePayloadSource(args, flags, { facts, target, grammar }, this.io)
    const options = await this.connectionOptions(flags, spoken)
    const limits = acknowledgementLimitsOf(flags)
    const work = { ...this.context, source, protocol, options, target, limits }
    if (flags.outbox === undefined) return publishToBroker(work)
    const { publishThroughOutbox } = await import('../wiring/publish/publish-through-outbox.js')
    return publishThroughOutbox(work, flags.outbox)
  }
}
