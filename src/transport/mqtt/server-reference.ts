/** The suggestion for a broker that sends its clients to another broker, which it may have named. */
export function whereTo(serverReference: string | undefined): string {
  if (serverReference === undefined) return 'ask the operator of the broker for its new address: --broker URL'
  return `use the broker that it names: ${serverReference}`
}
