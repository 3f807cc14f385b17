/**
 * How it stands with what is looked at. `since` is when it began to be so, in microseconds since 1970-01-01 UTC; `reason` says in words
 * why the broker is not there.
 */
export type ConnectionState =
  /** The broker has not granted the subscription yet. */
  | { readonly kind: 'connecting'; readonly since: number }
  | { readonly kind: 'live'; readonly since: number }
  | {
      readonly kind: 'reconnecting'
      readonly since: number
      readonly reason: string
      /** How often it was tried to connect again. */
      readonly tries: number
    }
  /** The connection is lost for good. */
  | { readonly kind: 'ended'; readonly since: number; readonly reason: string }
  /** There is no connection: it is a recording. */
  | { readonly kind: 'recorded' }
