/**
 * Lets this process live on when something inside the broker throws where nobody catches it: one client's packet must not end the
 * broker for all others. What could be foreseen is caught where it happens; this is for the rest. Returns how to undo it.
 */
export function survive(onFault: (error: Error) => void): () => void {
  const onRejection = (reason: unknown) =>
    onFault(reason instanceof Error ? reason : new Error(String(reason)))
  process.on('uncaughtException', onFault)
  process.on('unhandledRejection', onRejection)
  return () => {
    process.off('uncaughtException', onFault)
    process.off('unhandledRejection', onRejection)
  }
}
