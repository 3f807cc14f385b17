import { Args, Flags } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.js'
import { confirmForeignSession } from '../../cli/confirm-foreign-session.js'
import { connectionFlags } from '../../cli/flags/connection.js'
import { TidingsError } from '../../core/errors.js'
import { checkSessionName } from '../../core/session-name.js'
import { transports } from '../../transport/transports.js'

export default class SessionDelete extends BaseCommand {
  static override summary = 'Delete a session, and what the broker keeps for it'
  static override description =
    `NAME is that of subscribe --session. What the broker has kept for the session is lost, and nothing more is kept for it.
A subscriber that uses the session now ends with 5 where the broker tells it; mosquitto 2.0.11 does not, and that subscriber
connects again and makes the session anew: stop it first. What another program keeps under the name is deleted only once that was
confirmed. That there is no such session is no error: it is told, and the end is 0.`
  static override examples = [
    '<%= config.bin %> session delete billing',
    {
      description: 'On another broker, with the credentials of the subscriber',
      command:
        '<%= config.bin %> session delete billing --broker broker.example --username ann --password-file secret'
    }
  ]

  static override args = {
    name: Args.string({ required: true, ignoreStdin: true, description: 'name of the session' })
  }

  static override flags = {
    yes: Flags.boolean({ char: 'y', summary: 'do not ask, although another program keeps its place there' }),
    ...connectionFlags
  }

  override transports = transports

  async run(): Promise<void> {
    const { args, flags } = await this.parse(SessionDelete)
    const spoken = await this.protocolFor(flags, [['session delete', 'sessions']])
    const { protocol } = spoken
    const session = checkSessionName(args.name, protocol.grammar)
    const options = await this.connectionOptions(flags, spoken)
    if (protocol.deleteSession === undefined) throw cannotDelete(protocol.name)
    const { existed, broker } = await protocol.deleteSession({ ...options, session }, async (places) => {
      if (!flags.yes) await confirmForeignSession(session, places, this.context.io)
    })
    this.say(
      existed ? `Deleted the session "${session}" at ${broker}` : `No session "${session}" at ${broker}`
    )
  }
}

const cannotDelete = (protocol: string) =>
  new TidingsError('usage', `cannot delete a session: tidings cannot do that with ${protocol}`, {
    code: 'not-supported',
    suggestion: 'delete it with a tool of the broker'
  })
