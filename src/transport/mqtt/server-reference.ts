/** What to do about a broker that sends its clients to another one, which it may have named. */
export function whereTo(serverReference: string | undefined): string {
  if (serverReference === undefined) return 'ask who runs the broker where it is now, and name that: --broker'
  return `the broker that it names: ${serverReference}`
}
