/** A broker as AsyncAPI describes a server. */
export interface DescribedServer {
  readonly host: string
  readonly protocol: string
  readonly pathname?: string
  readonly protocolVersion?: string
}

/**
 * A broker's URL (without credentials) as AsyncAPI writes servers; `undefined` for what is no URL of a network.
 * @param names what AsyncAPI calls the protocols of the schemes
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
