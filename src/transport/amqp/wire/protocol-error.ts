/** The broker sent something that AMQP 0-9-1 forbids. The message says what, as a noun. */
export class ProtocolError extends Error {}
