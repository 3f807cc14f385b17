/** What other tools call the schemes of Kafka. In a file of its own, since it is read at every start. */
export const KAFKA_SYNONYMS: ReadonlyMap<string, string> = new Map([
  ['kafka+tcp', 'kafka'],
  ['plaintext', 'kafka'],
  ['sasl_plaintext', 'kafka'],
  ['redpanda', 'kafka'],
  ['kafka+ssl', 'kafkas'],
  ['kafka+tls', 'kafkas'],
  ['ssl', 'kafkas'],
  ['sasl_ssl', 'kafkas']
])
