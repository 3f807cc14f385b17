import { Args } from '@oclif/core'
import { BaseCommand } from '../cli/base-command.js'
import { connectionFlags } from '../cli/flags/connection.js'
import { messageOutputOf } from '../cli/flags/output.js'
import { subscribeFlags } from '../cli/flags/subscribe.js'
import { subscriberWishOf, subscriptionWishesOf } from '../cli/flags/subscription.js'
import { timeLimitsOf } from '../cli/flags/time-limits.js'
import { hintAtRecordings } from '../cli/hint-at-recordings.js'
import { NotedChannels, rememberChannels } from '../cli/remember-channels.js'
import { tellSubscribed, warnOfRetained } from '../cli/tell-subscribed.js'
import { warnOfWildcards } from '../cli/warn-of-wildcards.js'
import { interruptedBy } from '../core/concluded.js'
import { followChannels } from '../operations/follow-channels.js'
import { subscribeFailure } from '../operations/subscribe-failure.js'
import { transports } from '../transport/transports.js'

export default class Subscribe extends BaseCommand {
  static override summary = 'Show the messages of channels as they arrive'
  static override aliases = ['sub']
  static override usage = 'subscribe CHANNEL... [FLAGS]'
  static override description =
    `CHANNEL (a topic) may be a pattern (a topic filter): + stands for one level, # for all levels that follow.
tidings acknowledges a message after it has written the message. It drops no message for a slow reader: it receives more slowly instead.
Runs until Ctrl-C, --count, --timeout or --idle. Ends with 7 if the time ran out and no message came, with 8 if fewer than --count came.`
  static override examples = [
    { description: 'Everything, pretty-printed', command: `<%= config.bin %> subscribe '#'` },
    {
      description: 'One JSON object per line, for jq',
      command: '<%= config.bin %> subscribe user_signed_up --json | jq .payload.email'
    },
    {
      description: 'Wait for one message, ten seconds at most',
      command: '<%= config.bin %> subscribe new_follower --count 1 --timeout 10s'
    },
    {
      description: 'Only some fields',
      command: `<%= config.bin %> subscribe 'device/+/temp' --format '{time} {channel} {payload}'`
    },
    {
      description: 'Miss nothing between two runs',
      command: '<%= config.bin %> subscribe orders --session billing'
    },
    {
      description:
        'Share the messages with other subscribers, on a broker that supports groups (mosquitto and the embedded broker do)',
      command: '<%= config.bin %> subscribe jobs --group workers --broker localhost'
    }
  ]
  static override args = {
    channel: Args.string({
      ignoreStdin: true,
      required: true,
      multiple: true,
      description: 'channel (topic) or pattern (topic filter); several may be given'
    })
  }

  static override flags = { ...subscribeFlags, ...connectionFlags }

  override transports = transports

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Subscribe)
    const { io } = this
    const spoken = await this.protocolFor(flags, subscriptionWishesOf(flags))
    const { protocol } = spoken
    const wish = subscriberWishOf(args.channel, flags, protocol.grammar, io.clock.now(), flags.json)
    hintAtRecordings(
      args.channel,
      (name) => `"tidings channels --recording ${name}" and "tidings replay ${name}"`,
      this.context.warn
    )
    warnOfWildcards([...args.channel, ...(flags.exclude ?? [])], protocol.grammar, this.context.warn)
    const output = messageOutputOf(flags, io)
    const tell = tellSubscribed(this.context, wish)
    const noted = new NotedChannels()
    const outcome = await followChannels({
      ...timeLimitsOf(flags),
      protocol,
      options: await this.connectionOptions(flags, spoken),
      wish,
      count: flags.count,
      clock: io.clock,
      stop: io.stop,
      readerGone: output.readerGone,
      write: noted.through(output.write),
      // Who shows what comes from now on would be told at each start.
      ...(flags.retained === 'only' && { onConnected: warnOfRetained(this.context, wish) }),
      onSubscribed: (grants, broker) => {
        output.begin()
        tell(grants, broker)
      }
    }).finally(output.close)
    rememberChannels(io, flags, noted)
    const { silence } = protocol.grammar
    const failure = subscribeFailure(outcome, flags.count, interruptedBy(io.stop), wish.retained, silence)
    if (failure) throw failure
  }
}
