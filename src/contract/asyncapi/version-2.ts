import type { DescribedChannel, DescribedMessage, DescribedParameter } from '../described-message.js'
import type { Place } from '../place.js'
import { describeMessage } from './describe-message.js'
import type { DocumentReading } from './document-reading.js'

/**
 * The channels of a document of version 2. A message of either operation may come on a channel: what one application publishes, others
 * subscribe to.
 */
export async function readVersion2(reading: DocumentReading): Promise<DescribedChannel[]> {
  const channels: DescribedChannel[] = []
  for (const at of reading.membersAt(reading.files.main, 'channels')) {
    const place = reading.objectAt(at)
    const isNew = reading.hasAny(place, ['address', 'messages'])
    if (isNew) reading.leave(at, 'a channel is described as in version 3, but the document says version 2')
    else reading.lookAt(place, 'channel')
    const messages: DescribedMessage[] = []
    let isOpen = false
    for (const name of ['publish', 'subscribe']) {
      const operation = reading.at(place, name)
      if (operation !== undefined) reading.lookAt(operation, 'operation')
      const message = operation === undefined ? undefined : reading.at(operation, 'message')
      if (operation !== undefined && message === undefined) isOpen = true
      if (message === undefined) continue
      const alternatives =
        reading.files.child(message, 'oneOf') === undefined ? [message] : reading.itemsAt(message, 'oneOf')
      for (const each of alternatives) messages.push(await describeMessage(reading, each, each.step))
    }
    const parameters = await parametersOf(reading, place)
    channels.push({
      address: at.step,
      place,
      parameters,
      messages: isNew && messages.length === 0 ? undefined : reading.messagesOf(at, isOpen ? [] : messages)
    })
  }
  return channels
}

async function parametersOf(
  reading: DocumentReading,
  channel: Place
): Promise<Map<string, DescribedParameter>> {
  const parameters = new Map<string, DescribedParameter>()
  for (const at of reading.membersAt(channel, 'parameters')) {
    const place = reading.objectAt(at)
    reading.lookAt(place, 'parameter')
    const schema = await reading.schemaOf(reading.files.child(place, 'schema'))
    parameters.set(at.step, { place, schema })
  }
  return parameters
}
