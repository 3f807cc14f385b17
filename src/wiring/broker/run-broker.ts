import type { CommandContext } from '../../cli/command-context.js'
import { readTextFile } from '../../files/input.js'
import { parseListenAddress } from '../../transport/embedded/listen-address.js'
import { localPlace } from '../../transport/embedded/local-place.js'
import { parsePasswordFile } from '../../transport/embedded/password-file.js'
import { serveBroker } from '../../transport/embedded/serve-broker.js'
import { survive } from '../../transport/embedded/survive.js'

/** What the broker is to be. Files by their names. */
export interface BrokerRequest {
  /** `HOST:PORT`, over TCP or TLS. */
  readonly listen: readonly string[]
  /** The same over WebSocket. */
  readonly ws: readonly string[]
  readonly origins: readonly string[]
  readonly cert: string | undefined
  readonly key: string | undefined
  readonly ca: string | undefined
  readonly passwords: string | undefined
  readonly allowAnonymous: boolean
  readonly memory: boolean
}

/**
 * Runs the embedded broker in this process until it is stopped.
 * @throws TidingsError for addresses and files that cannot be used; what `serveBroker` rejects with
 */
export async function runBroker({ io, say, warn }: CommandContext, request: BrokerRequest): Promise<void> {
  const { stop, env } = io
  const { passwords, allowAnonymous, memory, origins } = request
  const serving = await serveBroker({
    addresses: [
      ...request.listen.map((text) => parseListenAddress(text, '--listen')),
      ...request.ws.map((text) => parseListenAddress(text, '--ws'))
    ],
    ...tlsOf(request),
    ...(passwords !== undefined && { authenticate: parsePasswordFile(readTextFile(passwords), passwords) }),
    allowAnonymous,
    memory,
    origins,
    place: localPlace(env),
    onNotice: say
  })
  if (allowAnonymous && passwords === undefined)
    warn('anyone who reaches this broker may publish and subscribe')
  const undo = survive((error) => say(`Warning: a client's packet made the broker fail: ${error.message}`))
  for (const url of serving.urls) say(`Listening on ${url}`)
  say(`Listening for commands that name no broker on ${serving.socketPath}`)
  stop.addEventListener('abort', () => void serving.stop())
  if (stop.aborted) await serving.stop()
  await serving.stopped
  undo()
  say('Stopped')
}

function tlsOf({ cert, key, ca }: BrokerRequest) {
  if (cert === undefined || key === undefined) return {}
  return {
    tls: {
      cert: readTextFile(cert),
      key: readTextFile(key),
      ...(ca !== undefined && { ca: readTextFile(ca) })
    }
  }
}
