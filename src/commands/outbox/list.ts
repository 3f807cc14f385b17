import { Args, Flags } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.js'

export default class OutboxList extends BaseCommand {
  static override summary = 'Show which messages wait in an outbox'
  static override description =
    'Counts the messages of each channel. With --json, writes each message as an envelope, with the time at which it was stored. Changes nothing.'
  static override examples = [
    '<%= config.bin %> outbox list ~/outbox',
    {
      description: 'The payloads that wait for one channel',
      command: `<%= config.bin %> outbox list ~/outbox --json | jq 'select(.channel == "readings").payload'`
    }
  ]

  static override args = {
    dir: Args.string({ required: true, ignoreStdin: true, description: 'folder of the outbox' })
  }

  static override flags = {
    json: Flags.boolean({ char: 'j', summary: 'one envelope per line; errors are JSON, too' })
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(OutboxList)
    const [{ openOutbox }, { countOutbox }, { formatOutbox }] = await Promise.all([
      import('../../files/outbox/open-outbox.js'),
      import('../../core/outbox/outbox-contents.js'),
      import('../../ui/outbox-report.js')
    ])
    const outbox = openOutbox(args.dir, {
      make: false,
      clock: this.io.clock,
      onNotice: (text) => this.say(text)
    })
    if (flags.json) {
      for (const { lines } of outbox.waiting())
        await this.io.stdout.write(Buffer.concat(lines.flatMap((line) => [line, NEWLINE])))
      return
    }
    const contents = countOutbox(outbox.waiting())
    const refused = await outbox.countRefused()
    await this.io.stdout.write(formatOutbox(contents, { refused, sender: outbox.sender() }))
  }
}

const NEWLINE = Buffer.from('\n')
