import { Args, Flags } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.js'

export default class OutboxClear extends BaseCommand {
  static override summary = 'Delete the messages that wait in an outbox'
  static override description =
    'Deletes the refused messages, too. Asks first. Ends with 5 while another process sends from the outbox or publishes into it.'
  static override examples = [
    '<%= config.bin %> outbox clear ~/outbox',
    {
      description: 'Keep a copy',
      command:
        '<%= config.bin %> outbox list ~/outbox --json > kept.ndjson && <%= config.bin %> outbox clear ~/outbox --yes'
    }
  ]

  static override args = {
    dir: Args.string({ required: true, ignoreStdin: true, description: 'folder of the outbox' })
  }

  static override flags = { yes: Flags.boolean({ char: 'y', summary: 'do not ask' }) }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(OutboxClear)
    const [{ openOutbox }, { confirmClear }, { outboxBusy }, { outboxClearedLine }] = await Promise.all([
      import('../../files/outbox/open-outbox.js'),
      import('../../cli/confirm-clear.js'),
      import('../../operations/outbox-failure.js'),
      import('../../ui/outbox-report.js')
    ])
    const outbox = openOutbox(args.dir, {
      make: false,
      clock: this.io.clock,
      onNotice: (text) => this.say(text)
    })
    const claim = outbox.claim()
    if ('pid' in claim) throw outboxBusy('clear', args.dir, claim.pid)
    try {
      const writer = outbox.writer()
      if (writer !== undefined) throw outboxBusy('clear', args.dir, writer, 'publishing into it')
      // Messages that are stored while the user is asked are not deleted.
      const segments = outbox.complete()
      let waiting = 0
      for (const { segment, lines } of outbox.waiting())
        if (segments.includes(segment)) waiting += lines.length
      const counts = { waiting, refused: await outbox.countRefused() }
      if (waiting + counts.refused > 0 && !flags.yes) await confirmClear(args.dir, counts, this.io)
      outbox.clear(segments)
      this.say(outboxClearedLine(args.dir, counts))
    } finally {
      await claim.release()
    }
  }
}
