/** What AsyncAPI calls the protocols of Kafka's schemes. */
export const ASYNCAPI_NAMES = { kafka: 'kafka', kafkas: 'kafka-secure' } as const
