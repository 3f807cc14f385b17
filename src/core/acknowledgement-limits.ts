/** How long to wait for a broker's acknowledgements, in milliseconds. */
export interface AcknowledgementLimits {
  /** For those that are open when the work is stopped. */
  readonly drainTimeout: number
  /** Without any acknowledgement, after which what is open is given up; 0 waits for ever. */
  readonly ackTimeout: number
}
