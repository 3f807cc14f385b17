import type { MqttBinding } from '../../../core/message.js'

const PLAIN: readonly MqttBinding[] = [...Array(16).keys()].map((flags) => {
  const retain = (flags & 1) === 1
  return Object.freeze((flags & 8) === 8 ? { retain, dup: true } : { retain })
})

/** The binding of a received message without properties: one shared, frozen object for each combination of a PUBLISH's flags. */
export function plainBinding(flags: number): MqttBinding {
  return PLAIN[flags & 0x0f] as MqttBinding
}
