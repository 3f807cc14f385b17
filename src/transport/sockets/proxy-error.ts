/** A failure of a proxy. Its class distinguishes it from a failure of the broker behind the proxy. */
export class ProxyError extends Error {}
