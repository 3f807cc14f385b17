import { Flags } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.js'
import { readWholeFile } from '../../cli/input.js'

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
    // Asked for first: who reads that it listens may send a signal at once.
    const { stop } = this.io
    const [{ serveBroker }, { localPlace }, { parseListenAddress }, { parsePasswordFile }, { survive }] =
      await Promise.all([
        import('../../transport/embedded/serve-broker.js'),
        import('../../transport/embedded/local-place.js'),
        import('../../transport/embedded/listen-address.js'),
        import('../../transport/embedded/password-file.js'),
        import('../../transport/embedded/survive.js')
      ])
    const listen = flags.listen ?? (flags.ws ? [] : ['127.0.0.1:1883'])
    const passwords = flags['password-file']
    const serving = await serveBroker({
      addresses: [
        ...listen.map((text) => parseListenAddress(text, '--listen')),
        ...(flags.ws ?? []).map((text) => parseListenAddress(text, '--ws'))
      ],
      ...this.tls(flags['tls-cert'], flags['tls-key'], flags['tls-ca']),
      ...(passwords !== undefined && { authenticate: parsePasswordFile(read(passwords), passwords) }),
      allowAnonymous: flags['allow-anonymous'],
      memory: flags.memory,
      origins: flags['ws-origin'] ?? [],
      place: localPlace(this.io.env),
      onNotice: (text) => this.say(text)
    })
    if (flags['allow-anonymous'] && passwords === undefined) {
      this.notice({ kind: 'warning', text: 'anyone who reaches this broker may publish and subscribe' })
    }
    const undo = survive((error) =>
      this.say(`Warning: a client's packet made the broker fail: ${error.message}`)
    )
    for (const url of serving.urls) this.say(`Listening on ${url}`)
    this.say(`Listening for commands that name no broker on ${serving.socketPath}`)
    stop.addEventListener('abort', () => void serving.stop())
    if (stop.aborted) await serving.stop()
    await serving.stopped
    undo()
    this.say('Stopped')
  }

  private tls(cert: string | undefined, key: string | undefined, ca: string | undefined) {
    if (cert === undefined || key === undefined) return {}
    return { tls: { cert: read(cert), key: read(key), ...(ca !== undefined && { ca: read(ca) }) } }
  }
}

function read(path: string): string {
  return Buffer.from(readWholeFile(path)).toString('utf8')
}
