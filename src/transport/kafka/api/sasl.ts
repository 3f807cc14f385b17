import type { Api } from './api.js'

/** Says which way of logging in comes next. */
export const saslHandshake: Api<string, { readonly error: number; readonly mechanisms: readonly string[] }> =
  {
    name: 'SaslHandshake',
    key: 17,
    minVersion: 1,
    maxVersion: 1,
    write: (to, mechanism) => to.string(mechanism),
    read: (from) => ({ error: from.int16(), mechanisms: from.array(() => from.string()) })
  }

export interface SaslAnswer {
  readonly error: number
  readonly message: string | null
  readonly bytes: Buffer
  /** Milliseconds after which the broker ends the connection unless the client logs in again; 0 for never. */
  readonly lifetime: number
}

/** One message of logging in. */
export const saslAuthenticate: Api<Uint8Array, SaslAnswer> = {
  name: 'SaslAuthenticate',
  key: 36,
  minVersion: 0,
  maxVersion: 1,
  write: (to, bytes) => to.sizedBytes(bytes),
  read: (from, version) => ({
    error: from.int16(),
    message: from.nullableString(),
    bytes: from.sizedBytes(),
    lifetime: version >= 1 ? from.int64() : 0
  })
}
