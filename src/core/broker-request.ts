/** Where a broker listens. */
export interface ListenAddress {
  readonly host: string
  /** 0: any free one. */
  readonly port: number
  readonly webSocket: boolean
}

/** TLS of a broker, as PEM texts. */
export interface ServerTls {
  readonly cert: string
  readonly key: string
  /** Clients must show a certificate that this authority signed. */
  readonly ca?: string
}

/** What the embedded broker is asked to be. */
export interface BrokerRequest {
  readonly addresses: readonly ListenAddress[]
  readonly tls?: ServerTls
  /** What a password file holds, and its name. */
  readonly passwords?: { readonly text: string; readonly file: string }
  /** Let everyone connect from other computers, without credentials. */
  readonly allowAnonymous: boolean
  /** Forget everything at the end. */
  readonly memory: boolean
  /** Web pages that may connect, besides those from this computer; `*` for all. */
  readonly origins: readonly string[]
}
