/** How sure it is that messages have arrived, of those that a connection has taken. */
export interface Assurance {
  /** Acknowledged by the broker (QoS 1, 2), or taken by the network (QoS 0). */
  readonly acknowledged: number
  /** How many of these have QoS 0: nobody has acknowledged them. */
  readonly unassured: number
  /** How many of these nobody is subscribed to, where the broker says so. */
  readonly unheard: number
}
