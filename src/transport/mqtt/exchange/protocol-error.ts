/** A packet that the standard forbids. Thrown by the decoders, caught where the network connection is fed. */
export class ProtocolError extends Error {}
