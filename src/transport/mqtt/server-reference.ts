/** DISCONNECT and CONNACK reason codes [MQTT 5, section 4.11]: for now, and for good. */
export const USE_ANOTHER_SERVER = 0x9c
export const SERVER_MOVED = 0x9d

/** What to do about a broker that sends its clients to another one, which it may have named. */
export function whereTo(serverReference: string | undefined): string {
  if (serverReference === undefined) return 'ask who runs the broker where it is now, and name that: --broker'
  return `the broker that it names: ${serverReference}`
}
