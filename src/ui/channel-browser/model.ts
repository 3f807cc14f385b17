import type { RememberedMessage } from '../../core/catalogue/channel-entry.js'
import type { SearchScope } from './channel-search.js'
import { CHART_WINDOWS, type ChartWindow } from './chart-window.js'
import type { Ask } from './form/ask.js'
import type { PublishForm } from './form/publish-form.js'
import type { TextField } from './form/text-field.js'
import type { Size } from './terminal.js'
import { BY_NAME, type TreeOrder } from './tree-order.js'

export const TABS = ['payload', 'properties', 'diff', 'chart', 'history', 'schema'] as const
/** What the detail pane shows of a channel. */
export type Tab = (typeof TABS)[number]

/** A line that the user types into. */
export interface Prompt {
  readonly kind: 'filter' | 'search'
  readonly text: string
  /** Where the next character goes, in code units. */
  readonly cursor: number
  /** What Escape brings back. */
  readonly before: string
  /** Where a search looked before; Escape brings it back, too. */
  readonly scopeBefore?: SearchScope
}

/** A choice of channels. A new object is made when the text changes, so filters can be compared by identity. */
export interface Filter {
  readonly text: string
  readonly accepts: (channel: string) => boolean
}

/** One line for the user, until `until` (microseconds, wall clock) or the next one. */
export interface Notice {
  readonly text: string
  readonly tone: 'good' | 'warning' | 'bad'
  readonly until: number
}

/** A question before retained messages are cleared, or put back. */
export interface RetainedQuestion {
  readonly kind: 'clear' | 'restore'
  /** The retained messages that would go, or come back. */
  readonly messages: readonly RememberedMessage[]
  readonly top: number
  /** The name of the profile, typed to confirm, where a profile protects the broker. */
  readonly name?: TextField | undefined
}

/** Everything that the screen depends on, besides the catalogue, the time and running actions. A model is never changed, only replaced. */
export interface Model {
  readonly size: Size
  readonly focus: 'tree' | 'detail'
  /** The pane with the focus has the whole width. */
  readonly zoomed: boolean
  readonly paused: boolean
  /** Where the user has put the divider between the panes, as a part of the width. */
  readonly split: number | undefined
  /** The divider follows the mouse. */
  readonly isDragging: boolean
  /** Whether the mouse is ours; otherwise the terminal selects text with it. */
  readonly mouse: boolean
  /** What a click has opened or closed last, and until when (microseconds, wall clock) the next click is the second one of a double click. */
  readonly toggled: { readonly what: string; readonly until: number } | undefined
  readonly helpTop: number | undefined
  readonly prompt: Prompt | undefined
  readonly question: RetainedQuestion | undefined
  /** What is asked on the line above the keys. */
  readonly ask: Ask | undefined
  /** The message that is being written. */
  readonly form: PublishForm | undefined
  /** A message that was being written when its form was closed. */
  readonly draft: PublishForm | undefined
  readonly notice: Notice | undefined
  /** The user wants to quit as soon as the broker has answered what was published. */
  readonly isLeaving: boolean

  /** Path of the selected line of the tree; undefined while there is none. */
  readonly selected: string | undefined
  /** The selected line's distance from the top of the pane: it stays where it is when lines appear above it. */
  readonly offset: number
  readonly expanded: ReadonlySet<string>
  /** Branches that the user closed: they do not open by themselves. */
  readonly closed: ReadonlySet<string>
  /** Branches that the user closed while a filter or a search was in use; forgotten when the filter or the search changes. */
  readonly closedMeanwhile: ReadonlySet<string>
  /** The selection before a filter or a search was set. */
  readonly selectedBefore: string | undefined
  readonly order: TreeOrder
  readonly filter: Filter | undefined
  /** What is looked for, as typed, and where. */
  readonly search: string
  /** Why it is no expression; undefined where it is one, and as long as nobody knows. */
  readonly searchProblem: string | undefined
  readonly scope: SearchScope
  /** Whether to select the first channel that the search finds. False once the user has pressed another key. */
  readonly seeking: boolean

  readonly tab: Tab
  /** The message of the history that is shown; undefined: always the latest. */
  readonly pinned: RememberedMessage | undefined
  /** The line of the tab that the cursor is on, and the first one on the screen. */
  readonly line: number
  readonly top: number
  /** JSON pointers of the values that are folded, in payloads and schemas alike. */
  readonly folded: ReadonlySet<string>
  /** JSON pointer of the number that was chosen in the chart; undefined: the one that moves most. */
  readonly field: string | undefined
  /** The chart shows only that number. */
  readonly isAlone: boolean
  /** The time that charts show. */
  readonly window: ChartWindow

  /** Retained messages that were cleared in this session, the last ones last. */
  readonly undo: readonly (readonly RememberedMessage[])[]
}

export const NONE: ReadonlySet<string> = new Set()

/** Whether a filter or a search limits the channels in the tree. */
export const isChosen = (model: Model): boolean => model.filter !== undefined || model.search !== ''

/** The browser as it starts. */
export function initialModel(size: Size): Model {
  return {
    size,
    focus: 'tree',
    zoomed: false,
    paused: false,
    split: undefined,
    isDragging: false,
    mouse: true,
    toggled: undefined,
    helpTop: undefined,
    prompt: undefined,
    question: undefined,
    ask: undefined,
    form: undefined,
    draft: undefined,
    notice: undefined,
    isLeaving: false,
    selected: undefined,
    offset: 0,
    expanded: NONE,
    closed: NONE,
    closedMeanwhile: NONE,
    selectedBefore: undefined,
    order: BY_NAME,
    filter: undefined,
    search: '',
    searchProblem: undefined,
    scope: 'both',
    seeking: false,
    tab: 'payload',
    pinned: undefined,
    line: 0,
    top: 0,
    folded: NONE,
    field: undefined,
    isAlone: false,
    window: CHART_WINDOWS[0],
    undo: []
  }
}
