import type { Guarantee, MqttBinding } from '../message.js'
import { type FieldReader, isBoolean, isIds } from './field-reader.js'

/**
 * The field `mqtt` with the comma before it. It also says the guarantee, as `qos`, whatever the protocol; nothing where there is
 * neither.
 */
export function formatMqttBinding(guarantee: Guarantee | undefined, mqtt: MqttBinding | undefined): string {
  if (mqtt === undefined) return guarantee === undefined ? '' : `,"mqtt":{"qos":${guarantee}}`
  let text = guarantee === undefined ? '' : `"qos":${guarantee},`
  text += `"retain":${mqtt.retain}`
  if (mqtt.dup === true) text += ',"dup":true'
  if (mqtt.payloadUtf8 !== undefined) text += `,"payloadUtf8":${mqtt.payloadUtf8}`
  if (mqtt.subscriptionIds !== undefined) text += `,"subscriptionIds":[${mqtt.subscriptionIds.join(',')}]`
  return `,"mqtt":{${text}}`
}

/** What of the field `mqtt` is MQTT's alone; `undefined` if it says nothing of that and neither do the defaults. */
export function readMqttBinding(
  fields: FieldReader,
  defaults: Partial<MqttBinding> | undefined
): MqttBinding | undefined {
  const retain = fields.read('retain', isBoolean, 'must be true or false')
  const dup = fields.read('dup', isBoolean, 'must be true or false')
  const payloadUtf8 = fields.read('payloadUtf8', isBoolean, 'must be true or false') ?? defaults?.payloadUtf8
  const subscriptionIds = fields.read(
    'subscriptionIds',
    isIds,
    'must be a list of numbers from 1 to 268435455'
  )
  if (retain === undefined && dup === undefined && payloadUtf8 === undefined && subscriptionIds === undefined)
    return defaults?.retain === undefined ? undefined : { retain: defaults.retain }
  return {
    retain: retain ?? defaults?.retain ?? false,
    ...(dup === true && { dup }),
    ...(payloadUtf8 !== undefined && { payloadUtf8 }),
    ...(subscriptionIds !== undefined && { subscriptionIds })
  }
}
