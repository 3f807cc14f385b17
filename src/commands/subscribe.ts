import { Args, Flags } from '@oclif/core'
import { BaseCommand } from '../cli/base-command.js'
import { connectionFlags } from '../cli/flags/connection.js'
import { messageOutputOf, outputFlags } from '../cli/flags/output.js'
import { subscriptionFlags, subscriptionsOf, warnOfUnsupported } from '../cli/flags/subscription.js'
import { durationFlag } from '../cli/flags/values.js'
import { confirmGroups } from '../operations/confirm-groups.js'
import { subscribe, subscribeFailure } from '../operations/subscribe.js'
import { openConnection } from '../transport/open-connection.js'
import { deniedQosWarnings, subscribedLine } from '../ui/subscribe-report.js'

export default class Subscribe extends BaseCommand {
  static override summary = 'Show the messages of channels as they come'
  static override usage = 'subscribe CHANNEL... [FLAGS]'
  static override description = `CHANNEL may be a pattern: + stands for one level, # for all that follow.
A message is acknowledged to the broker after it was written; a slow reader slows the broker down and loses nothing.
Runs until Ctrl-C, --count, --timeout or --idle. Ends with 7 if the time ran out and nothing came, with 8 if fewer than --count came.`
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
      description: 'Just some fields',
      command: `<%= config.bin %> subscribe 'device/+/temp' --format '{time} {channel} {payload}'`
    },
    {
      description: 'Miss nothing between two runs',
      command: '<%= config.bin %> subscribe orders --session billing'
    },
    { description: 'Share the work with others', command: '<%= config.bin %> subscribe jobs --group workers' }
  ]

  static override args = {
    channel: Args.string({
      ignoreStdin: true,
      required: true,
      multiple: true,
      description: 'channel or pattern; several may be given'
    })
  }

  static override flags = {
    count: Flags.integer({ char: 'n', min: 1, helpValue: 'N', summary: 'end after N messages' }),
    timeout: durationFlag({ char: 't', summary: 'end after this time' }),
    idle: durationFlag({ summary: 'end when nothing came for this long' }),
    ...subscriptionFlags,
    ...outputFlags,
    ...connectionFlags
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Subscribe)
    const { clock } = this.io
    const patterns = args.channel
    const { subscriptions, exclude } = subscriptionsOf(patterns, flags)
    const output = messageOutputOf(flags, this.io)
    const options = await this.connectionOptions(flags)
    const connection = await openConnection({
      ...options,
      ...(flags.session !== undefined && {
        durable: true,
        clientId: flags['client-id'] ?? `tidings-${flags.session}`
      })
    })
    warnOfUnsupported(flags, connection.broker, this.notice)
    if (flags.group !== undefined)
      await confirmGroups({ connection, options, openConnection, clock, stop: this.io.stop })
    const outcome = await subscribe({
      connection,
      clock,
      subscriptions,
      exclude,
      retained: flags.retained,
      write: output.write,
      stop: AbortSignal.any([this.io.stop, output.readerGone]),
      onSubscribed: (grants) => {
        for (const text of deniedQosWarnings(subscriptions, grants)) this.notice({ kind: 'warning', text })
        this.say(subscribedLine(patterns, connection.broker))
      },
      ...(flags.count !== undefined && { count: flags.count }),
      ...(flags.timeout !== undefined && { timeout: flags.timeout }),
      ...(flags.idle !== undefined && { idle: flags.idle })
    }).finally(output.close)
    const failure = subscribeFailure(outcome, flags.count, this.interruptedBy)
    if (failure) throw failure
  }
}
