import { AttemptError } from '../connecting/connect-failure.js'

/** Another server than a broker of MQTT, if it is known by the first bytes of its answer. */
export function otherServer(chunk: Buffer): AttemptError | undefined {
  const start = chunk.toString('latin1', 0, 5)
  if (start === 'HTTP/') return new AttemptError('http-server', 'an HTTP server answered on this port')
  // A broker of AMQP answers whatever it does not understand with the header of its own protocol.
  return start.startsWith('AMQP')
    ? new AttemptError('wrong-protocol', 'a broker of AMQP answered on this port', AMQP_INSTEAD)
    : undefined
}

const AMQP_INSTEAD = 'connect with amqp://, or check the port: MQTT has mostly 1883, with TLS 8883'
