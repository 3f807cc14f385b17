/** How long to wait for a broker's acknowledgements, in milliseconds. */
export interface AcknowledgementLimits {
  /** How long to wait for outstanding acknowledgements once the work was stopped. */
  readonly drainTimeout: number
  /** How long the broker may acknowledge nothing before the outstanding messages are given up. 0 waits for ever. */
  readonly ackTimeout: number
}
