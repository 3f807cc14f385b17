import { Flags } from '@oclif/core'
import type { BrokerRequest } from '../../core/broker-request.js'
import { readTextFile } from '../../files/whole-file.js'
import { parseListenAddress } from '../listen-address.js'
import type { FlagValues } from './flag-values.js'

/** The flags that describe the embedded broker. */
export const brokerFlags = {
  listen: Flags.string({
    helpValue: 'HOST:PORT',
    multiple: true,
    multipleNonGreedy: true,
    summary:
      'address to listen on for MQTT; may be repeated; port 0 takes any free port (default 127.0.0.1:1883)'
  }),
  ws: Flags.string({
    helpValue: 'HOST:PORT',
    multiple: true,
    multipleNonGreedy: true,
    summary: 'address to listen on for MQTT over WebSocket; may be repeated'
  }),
  'ws-origin': Flags.string({
    helpValue: 'ORIGIN',
    multiple: true,
    multipleNonGreedy: true,
    summary:
      'accept web pages of this origin, such as https://example.com, besides pages of this computer; * accepts all'
  }),
  'tls-cert': Flags.string({
    helpValue: 'FILE',
    dependsOn: ['tls-key'],
    summary: 'certificate of the broker (PEM)'
  }),
  'tls-key': Flags.string({
    helpValue: 'FILE',
    dependsOn: ['tls-cert'],
    summary: 'private key of the certificate (PEM)'
  }),
  'tls-ca': Flags.string({
    helpValue: 'FILE',
    dependsOn: ['tls-cert'],
    summary: 'accept only clients with a certificate that this authority (PEM) has signed'
  }),
  'password-file': Flags.string({
    helpValue: 'FILE',
    summary: 'accept only the users in this file; mosquitto_passwd writes such files'
  }),
  'allow-anonymous': Flags.boolean({
    summary: 'accept clients of other computers without credentials'
  }),
  memory: Flags.boolean({ summary: 'keep nothing on disk' })
}

type BrokerFlags = FlagValues<typeof brokerFlags>

/**
 * Turns the flags into what the broker is to be, and reads the files that they name.
 * @throws TidingsError for addresses and files that cannot be used, and of kind interrupted if `stop` aborts while a pipe is waited for
 */
export async function brokerRequestOf(flags: BrokerFlags, stop: AbortSignal): Promise<BrokerRequest> {
  const { ws = [], 'password-file': file } = flags
  const listen = flags.listen ?? (flags.ws ? [] : ['127.0.0.1:1883'])
  return {
    addresses: [
      ...listen.map((text) => parseListenAddress(text, '--listen')),
      ...ws.map((text) => parseListenAddress(text, '--ws'))
    ],
    ...(await tlsOf(flags, stop)),
    ...(file !== undefined && { passwords: { text: await readTextFile(file, stop), file } }),
    allowAnonymous: flags['allow-anonymous'] ?? false,
    memory: flags.memory ?? false,
    origins: flags['ws-origin'] ?? []
  }
}

async function tlsOf(
  { 'tls-cert': cert, 'tls-key': key, 'tls-ca': ca }: BrokerFlags,
  stop: AbortSignal
): Promise<Pick<BrokerRequest, 'tls'>> {
  if (cert === undefined || key === undefined) return {}
  return {
    tls: {
      cert: await readTextFile(cert, stop),
      key: await readTextFile(key, stop),
      ...(ca !== undefined && { ca: await readTextFile(ca, stop) })
    }
  }
}
