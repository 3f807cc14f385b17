import { Flags } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.js'

export default class Broker extends BaseCommand {
  static override summary = 'Run the embedded broker in the foreground'
  static override description =
    `It speaks MQTT 3.1.1 and 5 on TCP, and on WebSocket with --ws. Every command that names no broker reaches it, too.
Sessions, retained and queued messages are kept on disk; a local broker in the background gives way to this one.
Ctrl-C ends it with 0.`
  static override examples = [
    { description: 'For programs on this computer', command: '<%= config.bin %> broker' },
    {
      description: 'On any free port, forgetting everything at the end',
      command: '<%= config.bin %> broker --listen 127.0.0.1:0 --memory'
    },
    {
      description: 'For other computers, with TLS and passwords',
      command:
        'mosquitto_passwd -c passwords ada && <%= config.bin %> broker --listen 0.0.0.0:8883 --tls-cert cert.pem --tls-key key.pem --password-file passwords'
    }
  ]

  static override flags = {
    listen: Flags.string({
      helpValue: 'HOST:PORT',
      multiple: true,
      multipleNonGreedy: true,
      summary: 'where to listen for MQTT; may be repeated; port 0 takes any free one (default 127.0.0.1:1883)'
    }),
    ws: Flags.string({
      helpValue: 'HOST:PORT',
      multiple: true,
      multipleNonGreedy: true,
      summary: 'where to listen for MQTT over WebSocket; may be repeated'
    }),
    'ws-origin': Flags.string({
      helpValue: 'ORIGIN',
      multiple: true,
      multipleNonGreedy: true,
      summary:
        'let pages of this origin connect, such as https://example.com, besides those of this computer; * for all'
    }),
    'tls-cert': Flags.string({ helpValue: 'FILE', dependsOn: ['tls-key'], summary: 'PEM certificate' }),
    'tls-key': Flags.string({ helpValue: 'FILE', dependsOn: ['tls-cert'], summary: 'its PEM key' }),
    'tls-ca': Flags.string({
      helpValue: 'FILE',
      dependsOn: ['tls-cert'],
      summary: 'let in only clients with a certificate that this PEM authority signed'
    }),
    'password-file': Flags.string({
      helpValue: 'FILE',
      summary: 'let in only the users of this file, which mosquitto_passwd writes'
    }),
    'allow-anonymous': Flags.boolean({
      summary: 'let other computers connect without credentials'
    }),
    memory: Flags.boolean({ summary: 'keep nothing on disk' })
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(Broker)
    const { context } = this
    // Signals are heard from here on: who reads that it listens may send one at once.
    void context.io.stop
    const { runBroker } = await import('../../wiring/broker/run-broker.js')
    await runBroker(context, {
      listen: flags.listen ?? (flags.ws ? [] : ['127.0.0.1:1883']),
      ws: flags.ws ?? [],
      origins: flags['ws-origin'] ?? [],
      cert: flags['tls-cert'],
      key: flags['tls-key'],
      ca: flags['tls-ca'],
      passwords: flags['password-file'],
      allowAnonymous: flags['allow-anonymous'],
      memory: flags.memory
    })
  }
}
