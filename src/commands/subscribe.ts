import { Args } from '@oclif/core'
import { askForChannel } from '../cli/ask-for-channel.js'
import { BaseCommand } from '../cli/base-command.js'
import { checkedWishOf } from '../cli/checked-wish.js'
import { connectionFlags } from '../cli/flags/connection.js'
import { checkFlags } from '../cli/flags/contract.js'
import { openMessageOutput } from '../cli/flags/output.js'
import { subscribeFlags } from '../cli/flags/subscribe.js'
import { subscriberWishOf, subscriptionWishesOf } from '../cli/flags/subscription.js'
import { timeLimitsOf } from '../cli/flags/time-limits.js'
import { hintAtRecordings } from '../cli/hint-at-recordings.js'
import { NotedChannels, rememberChannels } from '../cli/remember-channels.js'
import { subscriberHints } from '../cli/silence-hints.js'
import { tellSubscribed, warnOfRetained } from '../cli/tell-subscribed.js'
import { warnOfWildcards } from '../cli/warn-of-wildcards.js'
import { interruptedBy } from '../core/concluded.js'
import type { ConnectionOptions } from '../core/connection.js'
import { followChannels } from '../operations/follow-channels.js'
import { subscribeFailure } from '../operations/subscribe-failure.js'
import { transports } from '../transport/transports.js'
import { receivedLine } from '../ui/subscribe-report.js'

export default class Subscribe extends BaseCommand {
  static override summary = 'Show the messages of channels as they arrive'
  static override aliases = ['sub']
  static override usage = 'subscribe [CHANNEL...] [FLAGS]'
  static override description =
    `CHANNEL (a topic) may be a pattern (a topic filter): + stands for one level, # for all levels that follow.
tidings acknowledges a message after it has written the message. It drops no message for a slow reader: it receives more slowly instead.
Runs until Ctrl-C, --count, --timeout or --idle. Ends with 7 if no message came in time, with 8 if fewer than --count came.`
  static override examples = [
    { description: 'Everything, a line per message', command: `<%= config.bin %> subscribe '#'` },
    {
      description: 'One JSON object per line, for jq',
      command: '<%= config.bin %> subscribe user_signed_up --json | jq .payload.email'
    },
    { description: 'Wait for one', command: '<%= config.bin %> subscribe new_follower -n 1 --timeout 10s' },
    {
      description: 'Only some fields, in columns',
      command: `<%= config.bin %> subscribe 'device/+/temp' --format '{time} {channel:20} {payload.temp:>6}'`
    },
    { description: 'Miss nothing', command: '<%= config.bin %> subscribe orders --session billing' },
    {
      description: 'Share the messages with other subscribers, on a broker that supports groups',
      command: '<%= config.bin %> subscribe jobs --group workers --broker localhost'
    }
  ]
  static override args = {
    channel: Args.string({
      ignoreStdin: true,
      multiple: true,
      description: 'channel (topic) or pattern (topic filter), or several; a terminal is asked for it'
    })
  }
  static override flags = { ...subscribeFlags, ...checkFlags, ...connectionFlags }
  override transports = transports
  async run(): Promise<void> {
    const { args, flags } = await this.parse(Subscribe)
    const { io, warn } = this.context
    const { clock, stop } = io
    const spoken = await this.protocolFor(flags, subscriptionWishesOf(flags))
    const { protocol } = spoken
    const { grammar } = protocol
    let known: ConnectionOptions | undefined
    const options = async () => (known ??= await this.connectionOptions(flags, spoken))
    const look = async () => {
      const { seenChannels } = await import('../operations/seen-channels.js')
      return seenChannels({ protocol, clock, stop, options: await options() })
    }
    const channels = args.channel ?? [await askForChannel(this.context, grammar, look)]
    const asked = subscriberWishOf(channels, flags, grammar, clock.now(), flags.json)
    const { wish, tellAfter } = await checkedWishOf(asked, flags, grammar, 'subscribe', this.context)
    hintAtRecordings(channels, (name) => `"tidings replay ${name}" and "tidings channels -f ${name}"`, warn)
    warnOfWildcards([...channels, ...(flags.exclude ?? [])], grammar, warn)
    const output = await openMessageOutput(flags, io)
    const noted = new NotedChannels()
    const following = followChannels({
      ...timeLimitsOf(flags),
      protocol,
      options: await options(),
      wish,
      count: flags.count,
      clock,
      stop,
      write: noted.before(output.write),
      readerGone: output.readerGone,
      // Who shows what comes from now on would be told at each start.
      ...(flags.retained === 'only' && { onConnected: warnOfRetained(this.context, wish) }),
      onSubscribed: tellSubscribed(this.context, wish, output.begin)
    })
    const hints = subscriberHints(grammar, flags, wish)
    const { outcome, failure } = await tellAfter(following, output.close, (end) =>
      subscribeFailure(end, flags.count, interruptedBy(stop), wish, hints)
    )
    rememberChannels(io, (await options()).brokers, noted.names)
    const line = output.readerGone.aborted ? undefined : receivedLine(outcome, flags.count)
    this.conclude({ warnings: [], failure, line })
  }
}
