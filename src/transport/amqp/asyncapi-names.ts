/** What AsyncAPI calls the protocols of AMQP's schemes. */
export const ASYNCAPI_NAMES = { amqp: 'amqp', amqps: 'amqps' } as const

/** The version of the protocol, as AsyncAPI's documents write it. */
export const ASYNCAPI_VERSION = '0-9-1'
