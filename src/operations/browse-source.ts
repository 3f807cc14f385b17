import type { Comparison } from '../core/asyncapi/compare-document.js'
import type { DocumentFiles } from '../core/asyncapi/document-files.js'
import type { BrowsingActions } from '../core/browsing-actions.js'
import type { FamilyRules } from '../core/catalogue/channel-family.js'
import type { ConnectionOptions } from '../core/connection.js'
import type { ConnectionState } from '../core/connection-state.js'
import type { DescribedServer } from '../core/described-server.js'
import { DEFAULT_GUARANTEE } from '../core/message.js'
import { type BrowseOptions, browseChannels } from './browse-channels.js'
import { checkSubscriptions } from './check-subscriptions.js'
import { ConnectionWatch } from './connection-watch.js'
import { rulesWith } from './document-channels.js'
import { openDocument, updateDocumentFile } from './document-in-file.js'
import { followChannels } from './follow-channels.js'
import { observingSubscriptions } from './observe-channels.js'
import { observeRecorded, type SourceOptions } from './observe-source.js'
import type { RecorderOptions } from './recorder.js'
import { historySaver } from './save-history.js'

/** What a view shows, and what its user can do. */
export interface SourceView {
  /** The broker's URL without credentials, or the name of the recording. */
  readonly title: string
  /** How it stands with the connection at the moment. */
  readonly state: () => ConnectionState
  /** The client identifier that the broker knows the connection by; undefined for a recording. */
  readonly clientId?: () => string
  /** What the user can do with the broker; with a recording, only save what is held of it. */
  readonly actions: Partial<BrowsingActions>
  /** Writes the catalogue as a document into a file, and returns how the file's document differed before. */
  readonly exportCatalogue: (name: string) => Promise<Comparison>
  /** Aborts when the view must end. */
  readonly signal: AbortSignal
  /** To be called by the view when it starts. From then on, `show` gets the notices of the connection. */
  readonly onStart: (show: (line: string) => void) => void
}

export interface BrowseSourceOptions<Exit>
  extends SourceOptions,
    Pick<RecorderOptions, 'files' | 'tidings'>,
    Pick<BrowseOptions<Exit>, 'openOutput' | 'onStreaming'> {
  readonly rules: FamilyRules
  readonly documents: DocumentFiles
  /** Shows the catalogue until the user leaves or the signal aborts. */
  readonly show: (view: SourceView) => Promise<Exit>
}

/**
 * Shows the channels of a recording, or those of a broker while it observes them.
 * @throws TidingsError as `checkSubscriptions`; what opening a connection, `subscribe` or reading the recording rejects with
 */
export async function browseSource<Exit>(options: BrowseSourceOptions<Exit>): Promise<Exit> {
  const { source, stop, show, catalogue } = options
  // Only a view shows charts. They begin before the first message, which a recording brings before it is shown.
  catalogue.keepCharts()
  if ('broker' in source) return browseBroker(source.broker, options)
  const { recording } = source
  const { server, broker } = await observeRecorded(recording, options)
  const { files, tidings } = options
  return show({
    title: recording.name,
    state: () => ({ kind: 'recorded' }),
    actions: { save: historySaver({ files, tidings, broker }) },
    exportCatalogue: exporting(options, server),
    signal: stop,
    onStart: () => undefined
  })
}

async function browseBroker<Exit>(
  broker: ConnectionOptions,
  options: BrowseSourceOptions<Exit>
): Promise<Exit> {
  const { protocol, show, clock, onStreaming, stop, changed, condition } = options
  checkSubscriptions(protocol, observingSubscriptions(options))
  const watch = new ConnectionWatch(clock)
  let isStreaming = false
  let showNotice: ((line: string) => void) | undefined
  const connection = await protocol.open({
    ...broker,
    onRetry: () => watch.retried(),
    onNotice: (notice) => {
      watch.notice(notice)
      // A stream has the terminal for itself, and says what a subscriber would say.
      if (showNotice && !isStreaming) showNotice(notice.text)
      else broker.onNotice(notice)
    }
  })
  const { url, server } = connection.broker
  return browseChannels({
    ...options,
    connection,
    patternRules: protocol.grammar,
    onSubscribed: () => watch.subscribed(),
    onNotLookedAt: ({ message }) => showNotice?.(message),
    onLost: ({ message }) => {
      watch.ended(message)
      showNotice?.(message)
    },
    follow: async (pattern, output, until) => {
      // With the same client identifier, the broker would end the connection that observes.
      const { clientId: _, ...own } = broker
      await followChannels({
        protocol,
        options: own,
        wish: {
          patterns: [pattern],
          subscriptions: [{ pattern, guarantee: DEFAULT_GUARANTEE }],
          changed,
          condition
        },
        clock,
        stop: AbortSignal.any([stop, until]),
        readerGone: output.readerGone,
        write: output.write,
        onSubscribed: (_grants, traits) => onStreaming(pattern, traits)
      })
    },
    show: ({ stream, ...actions }, signal) =>
      show({
        title: url,
        state: () => watch.state,
        clientId: () => connection.broker.clientId,
        actions: {
          ...actions,
          stream: async (pattern, until) => {
            isStreaming = true
            await stream(pattern, until).finally(() => {
              isStreaming = false
            })
          }
        },
        exportCatalogue: exporting(options, server),
        signal,
        onStart: (line) => {
          showNotice = line
        }
      })
  })
}

/** Makes the function that writes the catalogue, as it is when the function is called, as a document. */
const exporting =
  <Exit>(
    { documents, catalogue, rules, patterns, protocol }: BrowseSourceOptions<Exit>,
    server: DescribedServer | undefined
  ) =>
  async (name: string): Promise<Comparison> => {
    const document = await openDocument(documents, { name, mustExist: false }, protocol.grammar)
    const families = catalogue.families(rulesWith(document, rules))
    const texts = patterns.map(({ pattern }) => pattern)
    return updateDocumentFile(documents, document, families, texts, server)
  }
