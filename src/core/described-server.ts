/** A broker as AsyncAPI describes a server. */
export interface DescribedServer {
  readonly host: string
  readonly protocol: string
  readonly pathname?: string
  readonly protocolVersion?: string
}

/**
 * Describes a broker's URL (without credentials) as an AsyncAPI server; `undefined` for a text that is no URL of a network.
 * @param names for each scheme, what AsyncAPI calls its protocol
 */
export function describeServer(
  brokerUrl: string,
  names: Readonly<Record<string, string>>,
  protocolVersion?: string
): DescribedServer | undefined {
  const [, scheme = '', host = '', pathname = ''] =
    /^([a-z][a-z+]*):\/\/(?:[^/?#@]*@)?([^/?#]+)([^?#]*)/i.exec(brokerUrl) ?? []
  const key = scheme.toLowerCase()
  const protocol = Object.hasOwn(names, key) ? names[key] : undefined
  if (protocol === undefined) return undefined
  return {
    host,
    protocol,
    ...(pathname.length > 1 && { pathname }),
    ...(protocolVersion !== undefined && { protocolVersion })
  }
}
