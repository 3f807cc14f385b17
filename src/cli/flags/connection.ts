import { Flags } from '@oclif/core'
import type { CapabilityWish } from '../../core/capabilities.js'
import { mqttConnectionFlags, mqttConnectionWishes } from './mqtt.js'
import { durationFlag } from './values.js'

const helpGroup = 'CONNECTION'

/**
 * The capabilities that connection flags need. Only flags on the command line count, because an environment variable is meant for every
 * broker.
 */
export const CONNECTION_WISHES: readonly CapabilityWish[] = [
  ['--username', 'passwords'],
  ['--password', 'passwords'],
  ['--password-file', 'passwords'],
  ['--ca', 'tls'],
  ['--insecure', 'tls'],
  ['--servername', 'tls'],
  ['--alpn', 'tls'],
  ['--cert', 'client-certificates'],
  ['--key', 'client-certificates'],
  ['--proxy', 'proxy'],
  ['--ws-header', 'http-headers'],
  ...mqttConnectionWishes
]

/** The flags of every command that connects to a broker; each has its `TIDINGS_*` variable. */
export const connectionFlags = {
  broker: Flags.string({
    char: 'b',
    helpGroup,
    helpValue: 'URL',
    multiple: true,
    multipleNonGreedy: true,
    env: 'TIDINGS_BROKER',
    summary: 'URL of the broker; several brokers are tried in order',
    description:
      'mqtt://, mqtts://, ws://, wss://HOST[:PORT][/PATH], mqtt+unix:///SOCKET; amqp:// or amqps://HOST[:PORT][/VHOST] for RabbitMQ; kafka:// or kafkas://HOST[:PORT] for Apache Kafka; or local for the embedded broker, which is also the default. A bare HOST[:PORT] means mqtt://.'
  }),
  profile: Flags.string({
    helpGroup,
    helpValue: 'NAME',
    env: 'TIDINGS_PROFILE',
    summary: 'take the broker, and all that belongs to it, from this profile (tidings profile --help)'
  }),
  username: Flags.string({
    char: 'u',
    helpGroup,
    helpValue: 'NAME',
    env: 'TIDINGS_USERNAME',
    summary: 'user name'
  }),
  password: Flags.string({
    helpGroup,
    helpValue: 'TEXT',
    summary: 'password; without TEXT, tidings asks for it (safer: TIDINGS_PASSWORD or --password-file)'
  }),
  'password-file': Flags.string({
    helpGroup,
    helpValue: 'FILE',
    env: 'TIDINGS_PASSWORD_FILE',
    summary: 'read the password from the first line of a file'
  }),
  'client-id': Flags.string({
    char: 'i',
    helpGroup,
    helpValue: 'ID',
    env: 'TIDINGS_CLIENT_ID',
    summary: 'client identifier of MQTT, name of the connection at RabbitMQ (default: a random one)'
  }),
  keepalive: durationFlag({
    helpGroup,
    default: 30_000,
    defaultHelp: async () => '30s',
    env: 'TIDINGS_KEEPALIVE',
    summary: 'how often to check that the broker still answers; 0: never'
  }),
  'connect-timeout': durationFlag({
    helpGroup,
    default: 10_000,
    defaultHelp: async () => '10s',
    env: 'TIDINGS_CONNECT_TIMEOUT',
    summary: 'how long one attempt to connect may take; 0 any time'
  }),
  wait: durationFlag({
    helpGroup,
    default: 0,
    defaultHelp: async () => '0s',
    env: 'TIDINGS_WAIT',
    summary: 'keep trying to connect for this long before giving up'
  }),
  ca: Flags.string({
    helpGroup,
    helpValue: 'FILE',
    env: 'TIDINGS_CA',
    summary: 'trust these certificate authorities (PEM)'
  }),
  cert: Flags.string({
    helpGroup,
    helpValue: 'FILE',
    env: 'TIDINGS_CERT',
    summary: 'client certificate (PEM)'
  }),
  key: Flags.string({
    helpGroup,
    helpValue: 'FILE',
    env: 'TIDINGS_KEY',
    summary: "the client certificate's private key (PEM)"
  }),
  'key-password-file': Flags.string({
    helpGroup,
    helpValue: 'FILE',
    env: 'TIDINGS_KEY_PASSWORD_FILE',
    summary: 'read the password of the private key from a file'
  }),
  insecure: Flags.boolean({
    helpGroup,
    env: 'TIDINGS_INSECURE',
    summary: "do not verify the broker's certificate (others can then read and change messages)"
  }),
  servername: Flags.string({
    helpGroup,
    helpValue: 'NAME',
    env: 'TIDINGS_SERVERNAME',
    summary: 'host name to send to the broker (SNI) and to expect in its certificate'
  }),
  alpn: Flags.string({
    helpGroup,
    helpValue: 'NAME',
    multiple: true,
    multipleNonGreedy: true,
    delimiter: ',',
    env: 'TIDINGS_ALPN',
    summary: 'TLS application protocol to offer (ALPN)'
  }),
  proxy: Flags.string({
    helpGroup,
    helpValue: 'URL',
    env: 'TIDINGS_PROXY',
    summary: 'connect through socks5://[USER:PASSWORD@]HOST[:PORT]'
  }),
  'ws-header': Flags.string({
    helpGroup,
    helpValue: 'NAME=VALUE',
    multiple: true,
    multipleNonGreedy: true,
    env: 'TIDINGS_WS_HEADER',
    summary: 'HTTP header for the WebSocket handshake'
  }),
  ...mqttConnectionFlags
}
