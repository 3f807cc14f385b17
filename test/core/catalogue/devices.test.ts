import { describe, expect, test } from 'vitest'
import type { ChannelFamily } from '../../../src/core/catalogue/channel-family.js'
import { formatJson } from '../../../src/core/catalogue/json-tree.js'
import { compileParameterRule } from '../../../src/core/catalogue/parameter-rule.js'
import { mqttGrammar } from '../../../src/transport/mqtt/channel-grammar.js'
import { fixtureMessages, observed } from '../../support/observed.js'

const DEVICES = ['zigbee2mqtt', 'tasmota', 'home-assistant', 'sparkplug'] as const
const messagesOf = (name: string) => fixtureMessages(`devices/${name}.jsonl`)

/** Address, how many channels, and the payload kinds of a family. */
const lineOf = ({ address, members }: ChannelFamily) =>
  `${address} (${members.length}) ${[...new Set(members.flatMap(({ kinds }) => kinds))].join(' ')}`
const familiesOf = (name: string) => observed(messagesOf(name)).families()
const linesOf = (name: string) => familiesOf(name).map(lineOf)

/** A schema in short: names with their types, and `?` after the names that are not required. */
function told(schema: unknown): unknown {
  const { type, format, properties, required = [], items } = schema as Record<string, unknown>
  if (properties === undefined) {
    const kind = Array.isArray(type) ? type.join('|') : `${type}`
    if (items !== undefined) return [told(items)]
    return format === undefined ? kind : `${kind} ${format}`
  }
  const names = Object.entries(properties as Record<string, unknown>)
  const isRequired = (name: string) => (required as string[]).includes(name)
  return Object.fromEntries(names.map(([name, shape]) => [isRequired(name) ? name : `${name}?`, told(shape)]))
}

function schemaIn(name: string, address: string): unknown {
  const schema = familiesOf(name)
    .find((family) => family.address === address)
    ?.schema()
  return schema && told(JSON.parse(formatJson(schema)))
}

describe('Zigbee2MQTT', () => {
  test('devices are a parameter, by address or by friendly name; the bridge is not', () => {
    expect(linesOf('zigbee2mqtt')).toEqual([
      'zigbee2mqtt/bridge/devices (1) json',
      'zigbee2mqtt/bridge/event (1) json',
      'zigbee2mqtt/bridge/groups (1) json',
      'zigbee2mqtt/bridge/info (1) json',
      'zigbee2mqtt/bridge/logging (1) json',
      'zigbee2mqtt/bridge/request/permit_join (1) json',
      'zigbee2mqtt/bridge/response/permit_join (1) json',
      'zigbee2mqtt/bridge/state (1) json',
      'zigbee2mqtt/{zigbee2mqtt_id} (6) json',
      'zigbee2mqtt/{zigbee2mqtt_id}/availability (6) json',
      'zigbee2mqtt/{zigbee2mqtt_id}/set (3) json'
    ])
  })

  test('names that all devices send are required, names that some devices send are not', () => {
    expect(schemaIn('zigbee2mqtt', 'zigbee2mqtt/{zigbee2mqtt_id}')).toEqual({
      'battery?': 'integer',
      'brightness?': 'integer',
      'color_temp?': 'integer',
      'humidity?': 'number',
      linkquality: 'integer',
      'pressure?': 'number',
      'state?': 'string',
      'temperature?': 'number',
      'voltage?': 'integer'
    })
    expect(schemaIn('zigbee2mqtt', 'zigbee2mqtt/{zigbee2mqtt_id}/availability')).toEqual({ state: 'string' })
  })

  test('a coordinator without a definition makes the definition nullable', () => {
    expect(schemaIn('zigbee2mqtt', 'zigbee2mqtt/bridge/devices')).toMatchObject([
      { ieee_address: 'string', network_address: 'integer', supported: 'boolean', model_id: 'string|null' }
    ])
  })
})

describe('Tasmota', () => {
  test('the device in the middle is a parameter; prefix, kind and numbered kinds are not', () => {
    expect(linesOf('tasmota')).toEqual([
      'cmnd/{tasmota_id}/POWER (3) empty text',
      'cmnd/{tasmota_id}/STATUS (3) json',
      'stat/{tasmota_id}/POWER (3) text',
      'stat/{tasmota_id}/RESULT (3) json',
      'stat/{tasmota_id}/STATUS8 (3) json',
      'tele/{tasmota_id}/INFO1 (3) json',
      'tele/{tasmota_id}/INFO2 (3) json',
      'tele/{tasmota_id}/INFO3 (3) json',
      'tele/{tasmota_id}/LWT (3) text',
      'tele/{tasmota_id}/SENSOR (3) json',
      'tele/{tasmota_id}/STATE (3) json'
    ])
  })

  test('the schema describes the objects within a reading', () => {
    expect(schemaIn('tasmota', 'tele/{tasmota_id}/SENSOR')).toEqual({
      Time: 'string',
      ENERGY: {
        TotalStartTime: 'string',
        Total: 'number',
        Yesterday: 'number',
        Today: 'number',
        Period: 'integer',
        Power: 'integer',
        ApparentPower: 'integer',
        ReactivePower: 'integer',
        Factor: 'number',
        Voltage: 'integer',
        Current: 'number'
      }
    })
    expect(schemaIn('tasmota', 'stat/{tasmota_id}/RESULT')).toEqual({ POWER: 'string' })
    expect(schemaIn('tasmota', 'tele/{tasmota_id}/LWT')).toBeUndefined()
  })
})

describe('Home Assistant discovery', () => {
  test('the node or object is a parameter, component and entity are not', () => {
    expect(linesOf('home-assistant')).toEqual([
      'homeassistant/binary_sensor/{binary_sensor_id}/battery_low/config (3) json',
      'homeassistant/device/{device_id}/config (3) json',
      'homeassistant/sensor/{sensor_id}/humidity/config (3) json',
      'homeassistant/sensor/{sensor_id}/temperature/config (3) json',
      'homeassistant/status (1) text',
      'homeassistant/switch/{valve_id}/config (4) json',
      'homeassistant/switch/{valve_id}/set (4) text',
      'homeassistant/switch/{valve_id}/state (4) text'
    ])
  })

  test('full names, abbreviations and the base topic are in the schemas', () => {
    expect(schemaIn('home-assistant', 'homeassistant/sensor/{sensor_id}/temperature/config')).toMatchObject({
      unique_id: 'string',
      state_topic: 'string',
      availability: [{ topic: 'string' }],
      device: { identifiers: ['string'], manufacturer: 'string' },
      value_template: 'string'
    })
    expect(schemaIn('home-assistant', 'homeassistant/switch/{valve_id}/config')).toMatchObject({
      '~': 'string',
      cmd_t: 'string',
      dev: { ids: ['string'] }
    })
  })
})

describe('Sparkplug B', () => {
  const ofDevices = (type: string) =>
    ['oven', 'press', 'saw'].map((device) => `spBv1.0/plant/${type}/{edge_id}/${device} (3) binary`)
  const ofNodes = (type: string) => `spBv1.0/plant/${type}/{edge_id} (3) binary`

  test('the edge node is a parameter, the type of a message is not; STATE alone is JSON', () => {
    const lines = linesOf('sparkplug').map((line) => line.replace('binary text', 'binary'))
    expect(lines).toEqual([
      'spBv1.0/STATE/scada-host (1) json',
      ...['DBIRTH', 'DCMD', 'DDATA', 'DDEATH'].flatMap(ofDevices),
      ...['NBIRTH', 'NCMD', 'NDATA', 'NDEATH'].map(ofNodes)
    ])
  })

  test('binary payloads have no schema', () => {
    const schemas = familiesOf('sparkplug').map((family) => family.schema())
    expect(schemas.filter((schema) => schema !== undefined)).toHaveLength(1)
    expect(schemaIn('sparkplug', 'spBv1.0/STATE/scada-host')).toEqual({
      online: 'boolean',
      timestamp: 'integer'
    })
  })

  test("the specification's own pattern makes the device a parameter as well", () => {
    const parameters = [compileParameterRule('spBv1.0/{group}/DDATA/{edge}/{device}', mqttGrammar)]
    const families = observed(messagesOf('sparkplug')).families({ parameters })
    expect(families.map(lineOf)).toContain('spBv1.0/{group}/DDATA/{edge}/{device} (9) binary text')
  })
})

test('all of them on one broker give exactly the same families', () => {
  const all = observed(DEVICES.flatMap(messagesOf))
  expect(all.families().map(lineOf)).toEqual(DEVICES.flatMap(linesOf).sort())
})
