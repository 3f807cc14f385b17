/** A failure on the way through a proxy, to tell it from a failure of the broker behind it. */
export class ProxyError extends Error {}
