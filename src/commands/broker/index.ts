import { BaseCommand } from '../../cli/base-command.js'
import { brokerFlags, brokerRequestOf } from '../../cli/flags/broker.js'

export default class Broker extends BaseCommand {
  static override summary = 'Run the embedded broker in the foreground'
  static override description =
    `The broker speaks MQTT 3.1.1 and 5 over TCP, and over WebSocket with --ws. Commands that name no broker use it, too. It keeps sessions, retained messages and queued messages on disk. A local broker in the background stops when this one starts. Ctrl-C stops the broker; the command then ends with 0, or with 9 if it could not write what it keeps.`
  static override examples = [
    { description: 'For programs on this computer', command: '<%= config.bin %> broker' },
    {
      description: 'On any free port, with nothing on disk',
      command: '<%= config.bin %> broker --listen 127.0.0.1:0 --memory'
    },
    {
      description: 'For other computers, with TLS and passwords',
      command:
        'mosquitto_passwd -c passwords ada && <%= config.bin %> broker --listen 0.0.0.0:8883 --tls-cert cert.pem --tls-key key.pem --password-file passwords'
    }
  ]

  static override flags = brokerFlags

  async run(): Promise<void> {
    const { flags } = await this.parse(Broker)
    const { io, say, warn } = this.context
    // Listens for signals from here on: a program that reads "Listening" may send one at once.
    const { stop } = io
    const { passwords, ...request } = await brokerRequestOf(flags, stop)
    const [{ serveBroker }, { parsePasswordFile }, { localPlace }, { survive }] = await Promise.all([
      import('../../transport/embedded/serve-broker.js'),
      import('../../transport/embedded/password-file.js'),
      import('../../transport/embedded/local-place.js'),
      import('../../transport/embedded/survive.js')
    ])
    const starting = serveBroker({
      ...request,
      ...(passwords && { authenticate: parsePasswordFile(passwords.text, passwords.file) }),
      place: localPlace(io.env),
      onNotice: say,
      onWarning: warn,
      stop
    })
    const serving = await starting.catch((error) => {
      if (!stop.aborted) throw error
    })
    if (serving === undefined) {
      say('Stopped')
      return
    }
    if (request.allowAnonymous && passwords === undefined)
      warn('anyone who reaches this broker may publish and subscribe')
    const undo = survive((error) => say(`Warning: a client's packet made the broker fail: ${error.message}`))
    for (const url of serving.urls) say(`Listening on ${url}`)
    say(`Listening for commands that name no broker on ${serving.socketPath}`)
    stop.addEventListener('abort', () => void serving.stop())
    if (stop.aborted) await serving.stop()
    const failure = await serving.stopped
    undo()
    say('Stopped')
    if (failure !== undefined) throw failure
  }
}
