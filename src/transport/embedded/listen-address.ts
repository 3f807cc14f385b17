import { TidingsError } from '../../core/errors.js'
import type { ListenAddress } from './listen.js'

/** Reads `HOST:PORT`, `[IPv6]:PORT`, or a bare port of this computer only. Throws a `TidingsError` of kind usage. */
export function parseListenAddress(text: string, flag: '--listen' | '--ws'): ListenAddress {
  const match = /^(?:(\[[0-9a-fA-F:.]+\]|[^:[\]/@\s]+):)?(\d{1,5})$/.exec(text)
  const port = Number(match?.[2])
  if (match === null || port > 65_535) {
    throw new TidingsError('usage', `cannot listen on "${text}": it is not HOST:PORT`, {
      code: 'bad-listen-address',
      suggestion: `${flag} 127.0.0.1:${flag === '--ws' ? '8080' : '1883'}; port 0 takes any free one`
    })
  }
  const host = (match[1] ?? '127.0.0.1').replace(/^\[|\]$/g, '')
  return { host, port, webSocket: flag === '--ws' }
}
