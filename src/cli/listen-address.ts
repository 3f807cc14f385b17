import type { ListenAddress } from '../core/broker-request.js'
import { TidingsError } from '../core/errors.js'

const HOST = String.raw`\[[0-9a-fA-F:.]+(?:%[\w.~-]+)?\]|[^:[\]/@\s]+`
const ADDRESS = new RegExp(`^(?:(${HOST}):)?(\\d{1,5})$`)
const BARE_HOST = new RegExp(`^(?!\\d+$)(${HOST})$`)

/**
 * Reads `HOST:PORT`, `[IPv6]:PORT`, `[IPv6%ZONE]:PORT`, a host alone (on the usual port), or a port alone (of this computer only).
 * Throws a `TidingsError` of kind usage.
 */
export function parseListenAddress(text: string, flag: '--listen' | '--ws'): ListenAddress {
  const match = ADDRESS.exec(text) ?? BARE_HOST.exec(text)
  const usual = flag === '--ws' ? 8080 : 1883
  const port = Number(match?.[2] ?? usual)
  if (match === null || port > 65_535) {
    throw new TidingsError('usage', `cannot listen on "${text}": it is not HOST:PORT`, {
      code: 'bad-listen-address',
      suggestion: `${flag} 127.0.0.1:${usual}; port 0 takes any free port`
    })
  }
  const host = (match[1] ?? '127.0.0.1').replace(/^\[|\]$/g, '').replace(/%25(?=.)/, '%')
  return { host, port, webSocket: flag === '--ws' }
}
