/** Where a broker listens. */
export interface ListenAddress {
  readonly host: string
  /** 0: any free port. */
  readonly port: number
  readonly webSocket: boolean
}

/** TLS of a broker, as PEM texts. */
export interface ServerTls {
  readonly cert: string
  readonly key: string
  /** If present, clients must show a certificate that this authority signed. */
  readonly ca?: string
}

/** What the embedded broker is asked to be. */
export interface BrokerRequest {
  readonly addresses: readonly ListenAddress[]
  readonly tls?: ServerTls
  /** The content of a password file, and the file's name. */
  readonly passwords?: { readonly text: string; readonly file: string }
  /** Let everyone connect from other computers, without credentials. */
  readonly allowAnonymous: boolean
  /** Keep everything in memory only: nothing is left when the broker ends. */
  readonly memory: boolean
  /** Web pages that may connect, besides those from this computer; `*` for all. */
  readonly origins: readonly string[]
}
