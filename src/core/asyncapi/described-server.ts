import type { DescribedServer } from './update-document.js'

const PROTOCOLS: Readonly<Record<string, string>> = {
  'mqtt:': 'mqtt',
  'mqtts:': 'secure-mqtt',
  'ws:': 'ws',
  'wss:': 'wss'
}

/** A broker's URL (without credentials) as AsyncAPI writes servers; `undefined` for what is no URL of a network. */
export function describeServer(brokerUrl: string, protocolVersion?: string): DescribedServer | undefined {
  const [, scheme = '', host = '', pathname = ''] =
    /^([a-z]+:)\/\/(?:[^/?#@]*@)?([^/?#]+)([^?#]*)/i.exec(brokerUrl) ?? []
  const protocol = PROTOCOLS[scheme.toLowerCase()]
  if (protocol === undefined) return undefined
  return {
    host,
    protocol,
    ...(pathname.length > 1 && { pathname }),
    ...(protocolVersion !== undefined && {
      protocolVersion: protocolVersion === '5' ? '5.0' : protocolVersion
    })
  }
}
