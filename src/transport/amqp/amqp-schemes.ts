/** What other tools call the schemes of AMQP. In a file of its own, since it is read at every start. */
export const AMQP_SYNONYMS: ReadonlyMap<string, string> = new Map([
  ['amqp+tcp', 'amqp'],
  ['amqp091', 'amqp'],
  ['rabbitmq', 'amqp'],
  ['rabbit', 'amqp'],
  ['amqp+ssl', 'amqps'],
  ['amqp+tls', 'amqps'],
  ['amqps+tcp', 'amqps'],
  ['rabbitmqs', 'amqps']
])
