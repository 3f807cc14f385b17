import { expect, test } from 'vitest'
import { fixtureMessages, observed } from '../../support/observed.js'

const addressesIn = (name: string) =>
  observed(fixtureMessages(`devices/${name}.jsonl`))
    .families()
    .map(({ address }) => address)

test('Zigbee2MQTT: a device is a parameter, the bridge is not', () => {
  expect(addressesIn('zigbee2mqtt')).toEqual([
    'zigbee2mqtt/bridge/devices',
    'zigbee2mqtt/bridge/info',
    'zigbee2mqtt/bridge/logging',
    'zigbee2mqtt/bridge/state',
    'zigbee2mqtt/{zigbee2mqtt_id}',
    'zigbee2mqtt/{zigbee2mqtt_id}/availability'
  ])
})

test('Tasmota: the device in the middle is a parameter, prefix and kind are not', () => {
  expect(addressesIn('tasmota')).toEqual([
    'cmnd/{tasmota_id}/POWER',
    'stat/{tasmota_id}/POWER',
    'stat/{tasmota_id}/RESULT',
    'tele/{tasmota_id}/LWT',
    'tele/{tasmota_id}/SENSOR',
    'tele/{tasmota_id}/STATE'
  ])
})

test('Home Assistant discovery: the node is a parameter, component and object are not', () => {
  expect(addressesIn('home-assistant')).toEqual([
    'homeassistant/binary_sensor/{binary_sensor_id}/update/config',
    'homeassistant/sensor/{sensor_id}/humidity/config',
    'homeassistant/sensor/{sensor_id}/temperature/config',
    'homeassistant/status'
  ])
})

test('Sparkplug: the edge node is a parameter; payloads are binary and have no schema', () => {
  const families = observed(fixtureMessages('devices/sparkplug.jsonl')).families()
  expect(families.map(({ address }) => address)).toEqual([
    'spBv1.0/STATE/scada-host',
    'spBv1.0/plant/DDATA/{edge_id}/oven',
    'spBv1.0/plant/DDATA/{edge_id}/press',
    'spBv1.0/plant/DDATA/{edge_id}/saw',
    'spBv1.0/plant/NBIRTH/{edge_id}'
  ])
  expect(families[1]?.schema()).toBeUndefined()
  expect(families[1]?.members[0]?.kinds).toEqual(['binary'])
})

test('all of them on one broker: exactly the same families', () => {
  const names = ['zigbee2mqtt', 'tasmota', 'home-assistant', 'sparkplug']
  const all = observed(names.flatMap((name) => fixtureMessages(`devices/${name}.jsonl`)))
  const addresses = all.families().map(({ address }) => address)
  expect(addresses).toEqual(names.flatMap(addressesIn).sort())
})
