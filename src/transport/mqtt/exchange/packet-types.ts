/** The control packet types that this folder knows by name: the upper four bits of a packet's first byte. */
export const CONNACK = 2
export const PUBLISH = 3
export const PUBACK = 4
export const PUBREC = 5
export const PUBREL = 6
export const PUBCOMP = 7
export const PINGREQ = 12
export const PINGRESP = 13
export const DISCONNECT = 14

/** The largest remaining length that four bytes can say. */
export const LARGEST_REMAINING_LENGTH = 268_435_455
