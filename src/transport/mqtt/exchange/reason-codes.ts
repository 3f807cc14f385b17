/** MQTT 5's words for the reason codes of PUBACK, PUBREC, PUBREL and PUBCOMP, in our tense. */
const WORDS: ReadonlyMap<number, string> = new Map([
  [0x80, 'unspecified error'],
  [0x83, 'implementation specific error'],
  [0x87, 'not authorized'],
  [0x90, 'channel name not accepted'],
  [0x91, 'packet identifier in use'],
  [0x92, 'packet identifier not found'],
  [0x97, 'quota exceeded'],
  [0x99, 'payload format not as declared']
])

/** The acknowledgement says no. 0x10, "no matching subscribers", is success. */
export const FIRST_REFUSAL = 0x80
export const PACKET_ID_NOT_FOUND = 0x92

/** Says why the broker refused: the words for the code, then the broker's own words, if it sent any. */
export function formatReason(code: number, text: string | undefined): string {
  const words = WORDS.get(code) ?? `reason code 0x${code.toString(16).padStart(2, '0')}`
  return text === undefined || text === '' ? words : `${words}: ${text}`
}
