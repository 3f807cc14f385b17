import { Flags } from '@oclif/core'
import type { BrokerRequest } from '../../core/broker-request.js'
import { readTextFile } from '../../files/input.js'
import { parseListenAddress } from '../listen-address.js'
import type { FlagValues } from './flag-values.js'

/** The flags that say what the embedded broker is to be. */
export const brokerFlags = {
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

type BrokerFlags = FlagValues<typeof brokerFlags>

/**
 * Turns the flags into what the broker is to be, and reads the files that they name.
 * @throws TidingsError for addresses and files that cannot be used
 */
export function brokerRequestOf(flags: BrokerFlags): BrokerRequest {
  const { ws = [], 'password-file': file } = flags
  const listen = flags.listen ?? (flags.ws ? [] : ['127.0.0.1:1883'])
  return {
    addresses: [
      ...listen.map((text) => parseListenAddress(text, '--listen')),
      ...ws.map((text) => parseListenAddress(text, '--ws'))
    ],
    ...tlsOf(flags),
    ...(file !== undefined && { passwords: { text: readTextFile(file), file } }),
    allowAnonymous: flags['allow-anonymous'],
    memory: flags.memory,
    origins: flags['ws-origin'] ?? []
  }
}

function tlsOf({ 'tls-cert': cert, 'tls-key': key, 'tls-ca': ca }: BrokerFlags): Pick<BrokerRequest, 'tls'> {
  if (cert === undefined || key === undefined) return {}
  return {
    tls: {
      cert: readTextFile(cert),
      key: readTextFile(key),
      ...(ca !== undefined && { ca: readTextFile(ca) })
    }
  }
}
