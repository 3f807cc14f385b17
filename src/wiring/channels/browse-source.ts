import { browse } from '../../cli/browse.js'
import { messageOutputOf } from '../../cli/flags/output.js'
import type { FamilyRules } from '../../core/catalogue/channel-family.js'
import type { ConnectionNotice, ConnectionOptions } from '../../core/connection.js'
import type { DescribedServer } from '../../core/described-server.js'
import { recordingFiles } from '../../files/recording/recording-files.js'
import { browseChannels } from '../../operations/browse-channels.js'
import { rulesWith } from '../../operations/document-channels.js'
import { subscribe } from '../../operations/subscribe.js'
import { documentSummary } from '../../ui/document-report.js'
import { subscribedLine } from '../../ui/subscribe-report.js'
import type { ChannelSource, ChannelWork } from './channel-work.js'
import { openDocument, updateDocument } from './document-in-file.js'
import { observeSource } from './observe-source.js'

/** Shows the channels of a broker or a recording on the terminal, until the user leaves. */
export async function browseSource(
  work: ChannelWork,
  source: ChannelSource,
  rules: FamilyRules
): Promise<void> {
  if (typeof source !== 'string') return browseBroker(work, source, rules)
  const { server } = await observeSource(work, source, {})
  const { io, catalogue, capabilities } = work
  const { grammar } = work.protocol
  const actions = { exportCatalogue: exporting(work, rules, server) }
  await browse(io, { catalogue, grammar, capabilities, title: source, signal: io.stop, actions })
}

async function browseBroker(
  work: ChannelWork,
  options: ConnectionOptions,
  rules: FamilyRules
): Promise<void> {
  const { io, catalogue, protocol, capabilities, patterns, tidings } = work
  const { grammar } = protocol
  // While the browser has the screen, notices are its to show.
  let show: ((line: string) => void) | undefined
  const onNotice = (notice: ConnectionNotice) => (show ? show(notice.text) : work.notice(notice))
  const connection = await protocol.open({ ...options, onNotice })
  const { url, server } = connection.broker
  const exportCatalogue = exporting(work, rules, server)
  const exit = await browseChannels({
    connection,
    clock: io.clock,
    stop: io.stop,
    patterns,
    patternRules: grammar,
    catalogue,
    files: recordingFiles('always'),
    tidings,
    show: (actions, signal) =>
      browse(io, {
        catalogue,
        grammar,
        capabilities,
        title: url,
        signal,
        actions: { ...actions, exportCatalogue },
        onStart: (line) => {
          show = line
        }
      })
  })
  if (exit.kind === 'subscribe') await stream(work, exit.patterns, options)
}

/** Writes what is in the catalogue by then; the browser shows the line returned. */
const exporting =
  (work: ChannelWork, rules: FamilyRules, server: DescribedServer | undefined) => async (name: string) => {
    const document = await openDocument(name, false, work.catalogue.separator)
    const families = work.catalogue.families(rulesWith(document.opened, rules))
    return documentSummary(name, await updateDocument(work, document, families, server))
  }

/** What the user chose in the browser, followed until Ctrl-C. */
async function stream(
  { io, protocol, say }: ChannelWork,
  patterns: readonly string[],
  options: ConnectionOptions
): Promise<void> {
  const output = messageOutputOf({ json: false, raw: false, newline: true }, io)
  const connection = await protocol.open(options)
  await subscribe({
    connection,
    clock: io.clock,
    patternRules: protocol.grammar,
    subscriptions: patterns.map((pattern) => ({ pattern, guarantee: 1 })),
    write: output.write,
    stop: AbortSignal.any([io.stop, output.readerGone]),
    onSubscribed: () => say(subscribedLine(patterns, connection.broker))
  }).finally(output.close)
}
