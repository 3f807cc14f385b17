import type { ChannelCatalogue } from '../core/catalogue/channel-catalogue.js'
import type { ChannelFamily } from '../core/catalogue/channel-family.js'
import { formatListing, type ListingForm } from '../ui/channel-listing.js'
import { summaryLines } from '../ui/channel-table.js'
import { createTheme } from '../ui/theme.js'
import type { CommandContext } from './command-context.js'
import { writeLines } from './write-lines.js'

/**
 * Lists on stdout what was observed, and sums it up on stderr.
 * @param until when observing ended, in microseconds since 1970 UTC
 * @param form how the channels are listed; undefined: no list is written
 */
export async function reportChannels(
  { io, say, warn }: CommandContext,
  catalogue: ChannelCatalogue,
  families: readonly ChannelFamily[],
  until: number,
  form: ListingForm | undefined
): Promise<void> {
  if (form !== undefined) {
    const theme = createTheme(io.stdout.colourLevel)
    await writeLines(io.stdout, formatListing(families, until, form, { theme, columns: io.stdout.columns }))
  }
  const { summary, warnings } = summaryLines(catalogue, until)
  say(summary)
  for (const text of warnings) warn(text)
}
