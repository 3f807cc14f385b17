import { Args, Flags } from '@oclif/core'
import { BaseCommand } from '../cli/base-command.js'
import { acknowledgementFlags } from '../cli/flags/acknowledgement.js'
import { connectionFlags } from '../cli/flags/connection.js'
import { messageFlags, messageTemplateOf } from '../cli/flags/message.js'
import { durationFlag } from '../cli/flags/values.js'
import { startProgress } from '../cli/progress.js'
import { choosePayloadSource, type PublishSource } from '../cli/publish-source.js'
import type { ConnectionOptions } from '../core/connection.js'
import { Publication, type PublishOptions } from '../operations/publish.js'
import { checkConnectionOptions, openConnection } from '../transport/open-connection.js'
import { formatPublishProgress, publishClosingLine, publishFailure } from '../ui/publish-report.js'

export default class Publish extends BaseCommand {
  static override summary = 'Publish messages to a channel'
  static override usage = 'publish [CHANNEL] [PAYLOAD] [FLAGS]'
  static override description =
    `The payload is PAYLOAD, a --file, or stdin; its bytes are sent exactly as they are.
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
      summary: 'publish the contents of a file; may be repeated, one message each; .json files are checked'
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
    ...acknowledgementFlags,
    ...messageFlags,
    ...connectionFlags
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Publish)
    const source = await choosePayloadSource(args, flags, messageTemplateOf(flags), this.io)
    const options = await this.connectionOptions(flags)
    const { clock, stop } = this.io
    const limits = {
      clock,
      stop,
      drainTimeout: flags['drain-timeout'],
      ackTimeout: flags['ack-timeout'],
      onDowngrade: (text: string) => this.notice({ kind: 'warning', text })
    }
    if (flags.outbox !== undefined) return this.publishThrough(flags.outbox, source, options, limits)
    const connection = await openConnection(options)
    const { outcome, elapsedMs } = await this.watch(new Publication({ connection, ...limits }), source)
    await connection.close(flags['drain-timeout'])
    const { channel, qos } = source
    const failure = publishFailure(outcome, { channel, interrupted: this.interruptedBy })
    if (failure) throw failure
    this.say(publishClosingLine(outcome.acknowledged, channel, qos, elapsedMs))
  }

  private async publishThrough(
    name: string,
    source: PublishSource,
    options: ConnectionOptions,
    limits: Omit<PublishOptions, 'connection'>
  ): Promise<void> {
    const [{ openOutbox }, { OutboxPublication }, { outboxClosingLine, outboxPublishFailure }] =
      await Promise.all([
        import('../cli/outbox/open-outbox.js'),
        import('../operations/outbox.js'),
        import('../ui/outbox-report.js')
      ])
    // Before anything is stored.
    await checkConnectionOptions(options)
    const publication = new OutboxPublication({
      outbox: openOutbox(name, { make: true, onNotice: limits.onDowngrade }),
      connect: () => openConnection(options),
      random: Math.random,
      ...limits,
      onWaiting: (text) => this.say(text)
    })
    const { outcome, elapsedMs } = await this.watch(publication, source)
    const { channel, qos } = source
    const context = { outbox: name, interrupted: this.interruptedBy }
    const failure = outboxPublishFailure(outcome, context)
    if (failure) throw failure
    this.say(outboxClosingLine(outcome, { ...context, channel, qos, elapsedMs }))
  }

  /** Runs a publication, showing its progress. */
  private async watch<Outcome>(
    publication: {
      readonly progress: { sent: number; acknowledged: number }
      run(messages: PublishSource['messages']): Promise<Outcome>
    },
    source: PublishSource
  ): Promise<{ outcome: Outcome; elapsedMs: number }> {
    const { clock } = this.io
    const began = clock.monotonic()
    const elapsedMs = () => (clock.monotonic() - began) / 1000
    const progress = this.isQuiet
      ? undefined
      : startProgress(this.io, () => formatPublishProgress(publication.progress, elapsedMs()))
    const outcome = await publication.run(source.messages)
    progress?.stop()
    return { outcome, elapsedMs: elapsedMs() }
  }
}
