import type { Dropped } from '../../../core/catalogue/channel-catalogue.js'
import { counted } from '../../../core/counted.js'
import { formatCount } from '../figures.js'

/** What was left out to stay within time and memory, with counts, the worst first; nothing where all of it is there. */
export function limitTexts({ beyondChannels, unlisted, beyondBytes, unexamined }: Dropped): string[] {
  const messages = (count: number) => counted(count, 'message', formatCount)
  return [
    ...(beyondChannels > 0 ? [`${messages(beyondChannels)} on channels beyond the limit`] : []),
    ...(unlisted > 0 ? [`${counted(unlisted, 'channel', formatCount)} beyond the limit`] : []),
    ...(beyondBytes > 0 ? [`${messages(beyondBytes)} not kept`] : []),
    ...(unexamined > 0 ? [`${messages(unexamined)} not looked into`] : [])
  ]
}
