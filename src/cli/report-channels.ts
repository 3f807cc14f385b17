import type { ChannelCatalogue } from '../core/catalogue/channel-catalogue.js'
import type { ChannelFamily } from '../core/catalogue/channel-family.js'
import { formatListing } from '../ui/channel-listing.js'
import { summaryLines } from '../ui/channel-table.js'
import { createTheme } from '../ui/theme.js'
import type { CommandContext } from './command-context.js'
import type { ChannelsRequest } from './flags/channels.js'
import { colourLevelFor } from './flags/color.js'
import { writeLines } from './write-lines.js'

/** Cells of a line that no terminal breaks: nearly all names fit. */
const WIDE = 400

/**
 * Lists on stdout what was observed, and sums it up on stderr.
 * @param until when observing ended, in microseconds since 1970 UTC
 * @param wish how the channels are listed; nothing is listed without a form
 */
export async function reportChannels(
  { io, say, warn }: CommandContext,
  catalogue: ChannelCatalogue,
  families: readonly ChannelFamily[],
  until: number,
  { form, color }: Pick<ChannelsRequest, 'form' | 'color'>
): Promise<void> {
  if (form !== undefined) {
    const theme = createTheme(colourLevelFor(color, io.stdout, io))
    const columns = io.stdout.isTerminal ? io.stdout.columns : WIDE
    await writeLines(io.stdout, formatListing(families, until, form, { theme, columns }))
  }
  const { summary, warnings } = summaryLines(catalogue, until)
  say(summary)
  for (const text of warnings) warn(text)
}
