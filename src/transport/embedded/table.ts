/** Keys in order with a value each: what the embedded broker stores into, on disk or in memory. */
export interface Table {
  /** Readers see it after `flushed`. The value must not change until then. */
  put(key: string, value: unknown): void
  delete(key: string): void
  /** Resolves once everything put or deleted so far is stored; `undefined` if that is so already. Rejects if it could not be. */
  flushed(): Promise<void> | undefined
  /** Every key that starts with `prefix`, in order. */
  keys(prefix: string): AsyncIterable<string>
  /** Every key and value below `prefix`, in order of the keys, beginning at the key `from` if it is given. */
  entries(prefix: string, from?: string): AsyncIterable<readonly [key: string, value: unknown]>
  close(): Promise<void>
}
