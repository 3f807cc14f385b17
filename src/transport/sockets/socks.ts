import { lookup } from 'node:dns/promises'
import type { Socket } from 'node:net'
import { TidingsError } from '../../core/errors.js'
import { splitZone, withoutZone } from '../broker-url.js'
import { ProxyError } from './proxy-error.js'
import { openTcpSocket } from './tcp.js'

/** A SOCKS proxy, with its credentials decoded. */
export interface SocksProxy {
  readonly type: 4 | 5
  /** The proxy, not this machine, looks up the broker's name. */
  readonly remoteNames: boolean
  readonly host: string
  readonly port: number
  readonly username?: string
  readonly password?: string
}

const KINDS = new Map<string, Pick<SocksProxy, 'type' | 'remoteNames'>>([
  ['socks5:', { type: 5, remoteNames: false }],
  ['socks5h:', { type: 5, remoteNames: true }],
  ['socks4:', { type: 4, remoteNames: false }],
  ['socks4a:', { type: 4, remoteNames: true }]
])

/** @throws TidingsError usage `bad-proxy-url`, which never quotes the text: it may hold a password. */
export function parseProxyUrl(text: string): SocksProxy {
  try {
    const { bare, zone } = splitZone(text)
    const url = new URL(bare)
    const kind = KINDS.get(url.protocol)
    const extra = url.search + url.hash + url.pathname.replace(/^\/$/, '')
    if (kind !== undefined && url.hostname !== '' && url.port !== '0' && extra === '') {
      return {
        ...kind,
        host: url.hostname.replace(/^\[|\]$/g, '') + zone,
        port: url.port === '' ? 1080 : Number(url.port),
        ...(url.username === '' ? {} : { username: decodeURIComponent(url.username) }),
        ...(url.password === '' ? {} : { password: decodeURIComponent(url.password) })
      }
    }
  } catch {
    // Reported below, together with what parses but means nothing.
  }
  throw new TidingsError('usage', 'cannot use the proxy: it is not a SOCKS URL', {
    code: 'bad-proxy-url',
    suggestion: 'write it like socks5://user:password@host:1080 (socks5h:// lets the proxy look up names)'
  })
}

/** Opens a TCP connection to `host` through a proxy. Rejects with a `ProxyError`, or with the signal's reason. */
export async function openProxiedSocket(
  proxy: SocksProxy,
  host: string,
  port: number,
  signal: AbortSignal
): Promise<Socket> {
  const { SocksClient } = await import('socks')
  const named = withoutZone(host)
  const destination = proxy.remoteNames ? named : (await lookup(named)).address
  const socket = await openTcpSocket(proxy.host, proxy.port, signal).catch((error: unknown) => {
    signal.throwIfAborted()
    throw new ProxyError(error instanceof Error ? error.message : String(error), { cause: error })
  })
  const onAbort = () => socket.destroy()
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    await SocksClient.createConnection({
      command: 'connect',
      destination: { host: destination, port },
      existing_socket: socket,
      proxy: {
        host: proxy.host,
        port: proxy.port,
        type: proxy.type,
        ...(proxy.username === undefined ? {} : { userId: proxy.username }),
        ...(proxy.password === undefined ? {} : { password: proxy.password })
      }
    })
    return socket
  } catch (error) {
    socket.destroy()
    signal.throwIfAborted()
    throw new ProxyError(error instanceof Error ? error.message : String(error), { cause: error })
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
