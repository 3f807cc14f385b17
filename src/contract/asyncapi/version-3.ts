import type { DescribedChannel, DescribedMessage, DescribedParameter } from '../described-message.js'
import type { Place } from '../place.js'
import { describeMessage } from './describe-message.js'
import type { DocumentReading } from './document-reading.js'

/**
 * The channels of a document of version 3. Any message of a channel may come on it, whatever an operation narrows down: an operation says
 * what one application sends or receives, and others may use the channel as well.
 */
export async function readVersion3(reading: DocumentReading): Promise<DescribedChannel[]> {
  const known = new Map<unknown, DescribedMessage>()
  const channels: DescribedChannel[] = []
  for (const at of reading.membersAt(reading.files.main, 'channels')) {
    const place = reading.objectAt(at)
    const address = reading.textAt(place, 'address')
    const isOld = address === undefined && reading.hasAny(place, ['publish', 'subscribe'])
    if (!isOld) reading.lookAt(place, 'channel')
    if (address === undefined) {
      if (isOld) reading.leave(at, 'a channel is described as in version 2, but the document says version 3')
      // An address that is null is known only when the program runs, such as that of a reply.
      else if (!reading.hasAny(place, ['address']))
        reading.leave(at, 'a channel without an address is not checked')
      continue
    }
    const messages: DescribedMessage[] = []
    for (const each of reading.membersAt(place, 'messages')) {
      const target = reading.objectAt(each)
      const message = known.get(target.value) ?? (await describeMessage(reading, target, each.step))
      known.set(target.value, message)
      messages.push(message)
    }
    channels.push({
      address,
      place,
      parameters: parametersOf(reading, place),
      messages: reading.messagesOf(at, messages)
    })
  }
  return channels
}

function parametersOf(reading: DocumentReading, channel: Place): Map<string, DescribedParameter> {
  return new Map(
    reading.membersAt(channel, 'parameters').map((at) => {
      const place = reading.objectAt(at)
      reading.lookAt(place, 'parameter')
      return [at.step, { place, values: reading.textsAt(place, 'enum') }]
    })
  )
}
