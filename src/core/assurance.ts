/** How many of the messages that a connection has sent are known to have arrived. */
export interface Assurance {
  /** Acknowledged by the broker (QoS 1, 2), or taken by the network (QoS 0). */
  readonly acknowledged: number
  /** How many of `acknowledged` have QoS 0, which a broker does not acknowledge. */
  readonly unassured: number
  /** How many of `acknowledged` reached no subscriber, where the broker says so. */
  readonly unheard: number
}
