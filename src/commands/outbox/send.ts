import { Args } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.js'
import { acknowledgementFlags, acknowledgementLimitsOf } from '../../cli/flags/acknowledgement.js'
import { connectionFlags } from '../../cli/flags/connection.js'
import { creationFlags, sendingOptionsOf, sendingWishesOf } from '../../cli/flags/sending.js'
import { messageTargetOf, targetFlags } from '../../cli/flags/target.js'
import { yesFlag } from '../../cli/flags/yes.js'
import { interruptedBy } from '../../core/concluded.js'
import { transports } from '../../transport/transports.js'

export default class OutboxSend extends BaseCommand {
  static override summary = 'Send the messages that wait in an outbox'
  static override description =
    `Sends the messages in the order in which they were stored. Removes a message once the broker has acknowledged it, or with QoS 0 once the network has taken it.
Ends with 0 when none is left, and with 5 while another process is sending, or where nothing shows that the broker has read what has QoS 0. What the broker refuses is moved to DIR/refused.ndjson.`
  static override examples = [
    '<%= config.bin %> outbox send ~/outbox',
    {
      description: 'As soon as the broker is back',
      command: '<%= config.bin %> outbox send ~/outbox --broker broker.example --wait 1h'
    }
  ]

  static override args = {
    dir: Args.string({ required: true, ignoreStdin: true, description: 'folder of the outbox' })
  }

  static override flags = {
    'null-as-empty': targetFlags['null-as-empty'],
    ...creationFlags,
    ...acknowledgementFlags,
    ...yesFlag,
    ...connectionFlags
  }

  override transports = transports

  async run(): Promise<void> {
    const { args, flags } = await this.parse(OutboxSend)
    const [{ openOutbox }, { OutboxPublication }, { outboxSendFailure }, { outboxSendEnding }] =
      await Promise.all([
        import('../../files/outbox/open-outbox.js'),
        import('../../operations/outbox.js'),
        import('../../operations/outbox-failure.js'),
        import('../../ui/outbox-report.js')
      ])
    const { io, say, warn } = this.context
    const { clock, stop } = io
    const outbox = openOutbox(args.dir, { make: false, clock: this.io.clock, onNotice: warn })
    const spoken = await this.protocolFor(flags, sendingWishesOf(flags))
    const connection = await this.publishingOptions(flags, spoken)
    const options = { ...connection, sending: sendingOptionsOf(flags) }
    const target = messageTargetOf(spoken, { ...flags, strict: false })
    const outcome = await new OutboxPublication({
      outbox,
      connect: () => spoken.protocol.open(options),
      target,
      clock,
      random: Math.random,
      stop,
      ...acknowledgementLimitsOf(flags),
      onWaiting: say
    }).send()
    let left = 0
    for (const { lines } of outbox.waiting()) left += lines.length
    const context = { outbox: args.dir, interrupted: interruptedBy(stop), left, losses: target.losses }
    const failure = outboxSendFailure(outcome, context)
    this.conclude(outboxSendEnding({ ...outcome, failure }, context))
  }
}
