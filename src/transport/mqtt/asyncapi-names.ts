/** What AsyncAPI calls the protocols of MQTT's schemes. */
export const ASYNCAPI_NAMES = { mqtt: 'mqtt', mqtts: 'secure-mqtt', ws: 'ws', wss: 'wss' } as const
