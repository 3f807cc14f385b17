import { Args } from '@oclif/core'
import { BaseCommand } from '../cli/base-command.js'
import { acknowledgementLimitsOf } from '../cli/flags/acknowledgement.js'
import { connectionFlags } from '../cli/flags/connection.js'
import { contractOf } from '../cli/flags/contract.js'
import { lossesOf, publishedAsOf, publishFlags, publishWishesOf } from '../cli/flags/publish.js'
import { sendingOptionsOf } from '../cli/flags/sending.js'
import { yesFlag } from '../cli/flags/yes.js'
import { choosePayloadSource } from '../cli/publish-source.js'
import { rememberChannels } from '../cli/remember-channels.js'
import { showPublication } from '../cli/show-publication.js'
import { publish } from '../operations/publish.js'
import { transports } from '../transport/transports.js'
import { publishEnding } from '../ui/publish-report.js'

export default class Publish extends BaseCommand {
  static override summary = 'Publish messages to a channel'
  static override aliases = ['pub']
  static override usage = 'publish [CHANNEL] [PAYLOAD] [FLAGS]'
  static override description =
    `The payload is PAYLOAD, a --file, or stdin; tidings sends its bytes exactly as they are.
With --json, CHANNEL and the message flags are defaults: a value in an envelope beats them. tidings adds a --header to the envelopes without a header of that name.
Ends with 0 only when the broker has acknowledged every message (QoS 1, 2) and has shown that it has read the others (QoS 0).`
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
      description: 'Send again the messages that a subscriber has written, each to its own channel',
      command: '<%= config.bin %> publish --json < messages.ndjson'
    },
    {
      description: 'Lose nothing while the broker is away',
      command: '<%= config.bin %> publish readings --lines --outbox ~/outbox < readings.ndjson'
    },
    {
      description: 'Remove a retained message from the broker',
      command: '<%= config.bin %> publish lamp/1/state --empty --retain'
    }
  ]

  static override args = {
    channel: Args.string({ ignoreStdin: true, description: 'channel (topic) to publish to' }),
    payload: Args.string({ ignoreStdin: true, description: 'payload to publish; - reads all of stdin' })
  }

  static override flags = { ...publishFlags, ...yesFlag, ...connectionFlags }

  override transports = transports

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Publish)
    const { io, say, warn } = this.context
    const { clock, stop } = io
    const spoken = await this.protocolFor(flags, publishWishesOf(flags))
    const contract = await contractOf(flags, spoken.protocol.grammar, this.context)
    const as = publishedAsOf(flags, spoken, contract)
    const { channel, messages } = await choosePayloadSource(args, flags, as, this.context)
    if (args.channel !== undefined && channel !== undefined) as.target.noteSpelling(args.channel, channel)
    const connection = await this.publishingOptions(flags, spoken)
    const options = { ...connection, sending: sendingOptionsOf(flags) }
    const onBegin = showPublication(this.context)
    const limits = acknowledgementLimitsOf(flags)
    const wish = { protocol: spoken.protocol, options, channel, messages, clock, stop, onBegin, ...limits }
    const about = () => ({ channel, named: this.namedElsewhere, ...lossesOf(as) })
    if (channel !== undefined) rememberChannels(io, options.brokers, [channel])
    const { outbox } = flags
    if (outbox === undefined) return this.conclude(publishEnding(await publish(wish), about()))
    const [{ openOutbox }, { publishThroughOutbox }, { outboxPublishEnding }] = await Promise.all([
      import('../files/outbox/open-outbox.js'),
      import('../operations/publish-through-outbox.js'),
      import('../ui/outbox-report.js')
    ])
    const outcome = await publishThroughOutbox({
      ...wish,
      openOutbox: () => openOutbox(outbox, { make: true, clock, onNotice: warn }),
      target: as.target,
      random: Math.random,
      onWaiting: say
    })
    this.conclude(outboxPublishEnding(outcome, { ...about(), outbox }))
  }
}
