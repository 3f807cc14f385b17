import { visibleText } from '../core/visible-text.js'
import { cellWidth } from './cell-width.js'
import type { Theme } from './theme.js'

/** How a channel's name is shown. */
export interface ShownChannel {
  /** In its colour. */
  readonly text: string
  readonly cells: number
}

/** How many channels are remembered, and how long their names may be, so that memory has a bound. */
const MOST_CHANNELS = 1000
const LONGEST_NAME = 256

/**
 * Gives each channel a colour, which it keeps. The first channels get different ones, as far as there are colours. Beyond the channels
 * that are remembered, the colour follows from the name.
 */
export function createChannelLooks({ channels: colours }: Theme): (channel: string) => ShownChannel {
  const known = new Map<string, ShownChannel>()
  const show = (channel: string, colour: number): ShownChannel => {
    const paint = colours[colour % colours.length] ?? colours[0]
    const text = visibleText(channel)
    return { text: paint(text), cells: cellWidth(text) }
  }
  return (channel) => {
    const found = known.get(channel)
    if (found !== undefined) return found
    if (known.size >= MOST_CHANNELS || channel.length > LONGEST_NAME) return show(channel, sumOf(channel))
    const shown = show(channel, known.size)
    known.set(channel, shown)
    return shown
  }
}

function sumOf(text: string): number {
  let sum = 0
  for (let at = 0; at < text.length; at++) sum = (sum * 31 + text.charCodeAt(at)) >>> 0
  return sum
}
