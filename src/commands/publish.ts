import { Args } from '@oclif/core'
import { BaseCommand } from '../cli/base-command.js'
import { acknowledgementLimitsOf } from '../cli/flags/acknowledgement.js'
import { connectionFlags } from '../cli/flags/connection.js'
import { messageFactsOf, messageWishesOf } from '../cli/flags/message.js'
import { publishFlags } from '../cli/flags/publish.js'
import { messageTargetOf } from '../cli/flags/target.js'
import { interruptedBy } from '../cli/io.js'
import { choosePayloadSource, type PublishSource } from '../cli/publish-source.js'
import { showPublication } from '../cli/show-publication.js'
import type { AcknowledgementLimits } from '../core/acknowledgement-limits.js'
import type { ConnectionOptions } from '../core/connection.js'
import { UnknownFields } from '../core/envelope/envelope.js'
import type { MessageTarget } from '../core/message-target.js'
import type { Protocol } from '../core/protocol.js'
import { Publication } from '../operations/publish.js'
import { transports } from '../transport/transports.js'
import { NOTHING_PUBLISHED, publishClosingLine, publishFailure } from '../ui/publish-report.js'

interface Work {
  readonly source: PublishSource
  readonly protocol: Protocol
  readonly options: ConnectionOptions
  readonly target: MessageTarget
  readonly limits: AcknowledgementLimits
}

/** What is reported at the end. Without a failure and a line, nothing was published. */
interface Told {
  readonly failure?: unknown
  readonly line?: string
}

export default class Publish extends BaseCommand {
  static override summary = 'Publish messages to a channel'
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

  static override flags = { ...publishFlags, ...connectionFlags }

  override transports = transports

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Publish)
    const spoken = await this.protocolFor(flags, messageWishesOf(flags))
    const { protocol } = spoken
    const { grammar } = protocol
    const facts = messageFactsOf(flags, grammar)
    const target = messageTargetOf(spoken, flags)
    const unknown = new UnknownFields(flags.strict)
    const published = { facts, target, unknown, grammar }
    const source = await choosePayloadSource(args, flags, published, this.context)
    const options = { ...(await this.connectionOptions(flags, spoken)), strict: flags.strict }
    const limits = acknowledgementLimitsOf(flags)
    const work = { source, protocol, options, target, limits }
    const { failure, line } =
      flags.outbox === undefined
        ? await this.publishToBroker(work)
        : await this.publishThroughOutbox(work, flags.outbox)
    const { say, warn } = this.context
    for (const loss of [...target.losses, ...unknown.sentences]) warn(loss)
    if (failure) throw failure
    if (line === undefined) warn(NOTHING_PUBLISHED)
    else say(line)
  }

  private async publishToBroker({ source, protocol, options, limits }: Work): Promise<Told> {
    const { clock, stop } = this.io
    const connection = await protocol.open(options)
    const publication = new Publication({ connection, clock, stop, ...limits })
    const progress = showPublication(this.context, publication)
    const outcome = await publication.run(source.messages)
    const elapsedMs = progress.stop()
    await connection.close(limits.drainTimeout)
    const failure = publishFailure(outcome, { channel: source.channel, interrupted: interruptedBy(this.io) })
    if (failure || outcome.sent === 0) return { failure }
    return { line: publishClosingLine(outcome, source.channel, elapsedMs) }
  }

  /** Stores all messages on disk, and sends those that can be sent meanwhile. */
  private async publishThroughOutbox(work: Work, name: string): Promise<Told> {
    const [{ openOutbox }, { OutboxPublication }, { outboxClosingLine, outboxPublishFailure }] =
      await Promise.all([
        import('../files/outbox/open-outbox.js'),
        import('../operations/outbox.js'),
        import('../ui/outbox-report.js')
      ])
    const { source, protocol, options, target, limits } = work
    const { say, warn } = this.context
    const { clock, stop } = this.io
    // Bad options end the command before anything is stored.
    await protocol.checkOptions(options)
    const publication = new OutboxPublication({
      outbox: openOutbox(name, { make: true, clock, onNotice: warn }),
      connect: () => protocol.open(options),
      target,
      clock,
      random: Math.random,
      stop,
      ...limits,
      onWaiting: say
    })
    const progress = showPublication(this.context, publication)
    const outcome = await publication.run(source.messages)
    const elapsedMs = progress.stop()
    const context = { outbox: name, interrupted: interruptedBy(this.io) }
    const failure = outboxPublishFailure(outcome, context)
    if (failure || outcome.stored + outcome.others.acknowledged === 0) return { failure }
    return { line: outboxClosingLine(outcome, { ...context, channel: source.channel, elapsedMs }) }
  }
}
