import { Args } from '@oclif/core'
import { BaseCommand } from '../cli/base-command.js'
import { connectionFlags } from '../cli/flags/connection.js'
import { checkRecordFlags, recordFlags, recordModeOf, rotationOf } from '../cli/flags/record.js'
import { subscriptionFlags, subscriptionsOf, warnOfUnsupported } from '../cli/flags/subscription.js'
import { startProgress } from '../cli/progress.js'
import { recordingFiles, refuseExisting } from '../cli/recording/recording-files.js'
import { asReadFailure, openRecording } from '../cli/recording/recording-input.js'
import { numberedName } from '../core/recording/recording-name.js'
import { confirmGroups } from '../operations/confirm-groups.js'
import { record } from '../operations/record.js'
import type { Recorder } from '../operations/recorder.js'
import { subscribeFailure } from '../operations/subscribe.js'
import { verifyRecording } from '../operations/verify-recording.js'
import { openConnection } from '../transport/open-connection.js'
import { formatRecordProgress, formatRecordSummary } from '../ui/record-report.js'
import { deniedQosWarnings, subscribedLine } from '../ui/subscribe-report.js'
import { formatVerifyJson, formatVerifyReport, verifyFailure } from '../ui/verify-report.js'

export default class Record extends BaseCommand {
  static override summary = 'Record the messages of channels to a file'
  static override usage = 'record CHANNEL... --output FILE [FLAGS]'
  static override description =
    `One line of JSON per message: the envelope of subscribe --json, with the time since the start of the recording.
A message is acknowledged to the broker only after it is on disk. A name that ends in .gz is compressed. The file can be read by its owner only.
Ends with 7 if the time ran out and nothing came, with 8 if fewer than --count came, with 9 if the file could not be written.`
  static override examples = [
    {
      description: 'Everything, until Ctrl-C',
      command: `<%= config.bin %> record '#' --output traffic.jsonl`
    },
    {
      description: 'An hour of two plants, compressed',
      command: `<%= config.bin %> record 'plant/1/#' 'plant/2/#' --output plants.jsonl.gz --timeout 1h`
    },
    {
      description: 'Go on with a recording, even after a crash',
      command: `<%= config.bin %> record '#' --output traffic.jsonl --append`
    },
    {
      description: 'A file per hour: traffic-0001.jsonl.gz, traffic-0002.jsonl.gz, ...',
      command: `<%= config.bin %> record '#' --output traffic.jsonl.gz --rotate 1h`
    },
    {
      description: 'Is it whole, and what is in it?',
      command: '<%= config.bin %> record --verify traffic.jsonl'
    }
  ]

  static override args = {
    channel: Args.string({
      ignoreStdin: true,
      multiple: true,
      description: 'channel or pattern; several may be given'
    })
  }

  static override flags = { ...recordFlags, ...subscriptionFlags, ...connectionFlags }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Record)
    const patterns = args.channel ?? []
    if (flags.verify !== undefined) return this.verify(flags.verify, flags.json)
    const output = checkRecordFlags(flags, patterns)
    const mode = recordModeOf(flags)
    const { subscriptions, exclude } = subscriptionsOf(patterns, flags)
    const rotate = rotationOf(flags.rotate)
    if (mode === 'new') refuseExisting(rotate ? numberedName(output, 1) : output)
    const { clock, stop } = this.io
    const options = await this.connectionOptions(flags)
    const connection = await openConnection({
      ...options,
      ...(flags.session !== undefined && {
        durable: true,
        clientId: flags['client-id'] ?? `tidings-${flags.session}`
      })
    })
    warnOfUnsupported(flags, connection.broker, this.notice)
    if (flags.group !== undefined) await confirmGroups({ connection, options, openConnection, clock, stop })
    const began = clock.monotonic()
    const elapsed = () => (clock.monotonic() - began) / 1000
    let recorder: Recorder | undefined
    let progress: { stop(): void } | undefined
    try {
      const outcome = await record({
        connection,
        clock,
        stop,
        output,
        mode,
        exclude,
        retained: flags.retained,
        // As published: a replay is then to leave the same last values behind.
        subscriptions: subscriptions.map((each) =>
          flags.retained === 'include' ? { ...each, retainAsPublished: true } : each
        ),
        patterns,
        tidings: this.config.version,
        files: recordingFiles(flags.sync ? 'always' : 'at-end'),
        rotate,
        size: flags.size,
        onOpen: (opened) => {
          recorder = opened
          if (opened.dropped > 0)
            this.notice({ kind: 'warning', text: `dropped a torn last line of ${opened.dropped} bytes` })
          if (!flags.quiet) progress = startProgress(this.io, () => formatRecordProgress(opened, elapsed()))
        },
        onSubscribed: (grants) => {
          for (const text of deniedQosWarnings(subscriptions, grants)) this.notice({ kind: 'warning', text })
          this.say(subscribedLine(patterns, connection.broker))
        },
        ...(flags.count !== undefined && { count: flags.count }),
        ...(flags.timeout !== undefined && { timeout: flags.timeout }),
        ...(flags.idle !== undefined && { idle: flags.idle })
      })
      if (outcome.ended === 'size') return
      const failure = subscribeFailure(
        { received: outcome.received, ended: outcome.ended },
        flags.count,
        this.interruptedBy
      )
      if (failure) throw failure
    } finally {
      progress?.stop()
      if (recorder) for (const line of formatRecordSummary(recorder, elapsed())) this.say(line)
    }
  }

  private async verify(name: string, json: boolean): Promise<void> {
    const report = await verifyRecording(
      (onHeader) => openRecording(name, this.io, { onHeader, signal: this.io.stop }),
      asReadFailure
    )
    await this.io.stdout.write(json ? formatVerifyJson(name, report) : formatVerifyReport(name, report))
    const failure = verifyFailure(report)
    if (failure) throw failure
  }
}
