import type { Key } from './key-decoder.js'

export type Command =
  | 'up'
  | 'down'
  | 'page-up'
  | 'page-down'
  | 'first'
  | 'last'
  | 'open'
  | 'enter'
  | 'close'
  | 'open-all'
  | 'close-all'
  | 'other-pane'
  | 'zoom'
  | 'next-tab'
  | 'previous-tab'
  | 'payload'
  | 'properties'
  | 'diff'
  | 'chart'
  | 'history'
  | 'schema'
  | 'shorter'
  | 'longer'
  | 'older'
  | 'newer'
  | 'next-hit'
  | 'previous-hit'
  | 'filter'
  | 'search'
  | 'next-order'
  | 'reverse-order'
  | 'pause'
  | 'back'
  | 'subscribe'
  | 'publish'
  | 'copy-channel'
  | 'copy-payload'
  | 'copy-value'
  | 'record'
  | 'save'
  | 'clear'
  | 'undo'
  | 'export'
  | 'help'
  | 'redraw'
  | 'mouse'
  | 'suspend'
  | 'quit'

/** The keys of a command, and how they are described. The help and the line of keys are made from this table. */
export interface Binding {
  readonly command: Command
  /** Names of keys, as `KeyDecoder` gives them. */
  readonly keys: readonly string[]
  /** How the keys are written in the help; the keys' names where absent. */
  readonly shown?: string
  /** What it does, for the help. */
  readonly help: string
  /** One word for the line of keys; absent if the command is not in that line. */
  readonly short?: string
  /** How the keys are written in the line of keys; by default the first key. */
  readonly shortKeys?: string
}

export interface BindingGroup {
  readonly title: string
  readonly bindings: readonly Binding[]
}

export const BINDINGS: readonly BindingGroup[] = [
  {
    title: 'Move',
    bindings: [
      { command: 'up', keys: ['up', 'k'], shown: '↑ k', help: 'one line up' },
      { command: 'down', keys: ['down', 'j'], shown: '↓ j', help: 'one line down' },
      { command: 'page-up', keys: ['pageup', 'ctrl-u', 'ctrl-b'], shown: 'PgUp ^U', help: 'one page up' },
      {
        command: 'page-down',
        keys: ['pagedown', 'ctrl-d', 'ctrl-f'],
        shown: 'PgDn ^D',
        help: 'one page down'
      },
      { command: 'first', keys: ['home', 'g'], shown: 'Home g', help: 'to the first line' },
      { command: 'last', keys: ['end', 'G'], shown: 'End G', help: 'to the last line' },
      {
        command: 'open',
        keys: ['right'],
        shown: '→',
        help: 'open the branch or folded value; on a channel, its details'
      },
      { command: 'close', keys: ['left'], shown: '←', help: 'close it; if closed, go to its parent' },
      { command: 'enter', keys: ['enter'], shown: 'Enter', help: 'open or close' },
      {
        command: 'open-all',
        keys: ['*', '+'],
        shown: '* +',
        help: 'open everything below, or all folded values'
      },
      { command: 'close-all', keys: ['-'], help: 'close all branches, or fold all values' },
      { command: 'other-pane', keys: ['tab'], shown: 'Tab', help: 'to the other pane', short: 'pane' },
      { command: 'zoom', keys: ['z'], help: 'this pane on the whole width, and back', short: 'zoom' }
    ]
  },
  {
    title: 'Find',
    bindings: [
      {
        command: 'search',
        keys: ['/'],
        help: 'names and payloads, by text or /regular expression/; Tab: where',
        short: 'search'
      },
      {
        command: 'next-hit',
        keys: ['n'],
        help: 'the next hit: an older message, then the next channel',
        short: 'next hit'
      },
      { command: 'previous-hit', keys: ['N'], help: 'the hit before' },
      {
        command: 'filter',
        keys: ['f'],
        help: 'channels by words of their name, or by pattern: sensors/+/temp',
        short: 'filter'
      },
      {
        command: 'next-order',
        keys: ['o'],
        help: 'order by name, age, rate, count or size (bytes of the latest payload)',
        short: 'order'
      },
      { command: 'reverse-order', keys: ['O'], help: 'the other way round' },
      {
        command: 'back',
        keys: ['escape'],
        shown: 'Esc',
        help: 'back: to the latest message, the tree, all channels',
        short: 'back'
      },
      {
        command: 'pause',
        keys: ['space'],
        shown: 'Space',
        help: 'pause or resume the view; collecting never stops',
        short: 'pause'
      }
    ]
  },
  {
    title: 'Details',
    bindings: [
      { command: 'payload', keys: ['1'], help: 'the payload', short: 'tabs', shortKeys: '1-6' },
      { command: 'properties', keys: ['2'], help: 'properties, headers, figures' },
      { command: 'diff', keys: ['3'], help: 'what changed since the message before' },
      { command: 'chart', keys: ['4'], help: 'the numbers over time; ↑ ↓ chooses one, Enter shows it alone' },
      { command: 'shorter', keys: [','], help: 'a shorter time in charts, down to a minute' },
      { command: 'longer', keys: ['.'], help: 'a longer time in charts' },
      { command: 'history', keys: ['5'], help: 'the messages before; ↑ ↓ walks through them' },
      { command: 'schema', keys: ['6'], help: 'the JSON Schema that the payloads have' },
      { command: 'previous-tab', keys: ['shift-tab', '{'], shown: '{', help: 'the tab before' },
      { command: 'next-tab', keys: ['}'], help: 'the next tab' },
      { command: 'older', keys: ['[', '<'], shown: '[ <', help: 'an older message', short: 'older' },
      { command: 'newer', keys: [']', '>'], shown: '] >', help: 'a newer message', short: 'newer' }
    ]
  },
  {
    title: 'Do',
    bindings: [
      {
        command: 'subscribe',
        keys: ['s'],
        help: 'stream channels outside of the screen; q comes back',
        short: 'stream'
      },
      {
        command: 'publish',
        keys: ['p'],
        help: 'write a message and publish it; starts from the message shown',
        short: 'publish'
      },
      { command: 'copy-channel', keys: ['c'], help: 'copy the name of the channel' },
      { command: 'copy-payload', keys: ['v'], help: 'copy the payload', short: 'copy' },
      {
        command: 'copy-value',
        keys: ['y'],
        help: 'copy the value at the cursor: of the payload, a header, the schema'
      },
      {
        command: 'record',
        keys: ['r'],
        help: 'record channels into a file; again to stop',
        short: 'record'
      },
      { command: 'save', keys: ['w'], help: 'write what is held of their history to a recording' },
      {
        command: 'clear',
        keys: ['x', 'delete'],
        shown: 'x Del',
        help: 'clear retained messages (asks first)',
        short: 'clear'
      },
      {
        command: 'undo',
        keys: ['u'],
        help: 'put back the messages that were cleared last',
        short: 'put back'
      },
      {
        command: 'export',
        keys: ['e'],
        help: 'write the catalogue as an AsyncAPI document',
        short: 'export'
      },
      { command: 'mouse', keys: ['M'], help: 'mouse off, so that the terminal selects text; on again' },
      { command: 'redraw', keys: ['ctrl-l'], shown: '^L', help: 'draw the screen anew' },
      { command: 'suspend', keys: ['ctrl-z'], shown: '^Z', help: 'suspend; fg in the shell brings it back' },
      { command: 'help', keys: ['?', 'h'], shown: '? h', help: 'these keys', short: 'keys' },
      { command: 'quit', keys: ['q', 'ctrl-c'], shown: 'q ^C', help: 'quit', short: 'quit' }
    ]
  }
]

const COMMANDS = new Map<string, Command>(
  BINDINGS.flatMap((group) => group.bindings).flatMap(({ keys, command }) =>
    keys.map((key) => [key, command] as const)
  )
)

/** The command of a key while no prompt and no question is open. */
export function commandOf(key: Key): Command | undefined {
  return COMMANDS.get(key.name)
}

/** How the keys of a command are written in the help. */
export function shownKeys(binding: Binding): string {
  return binding.shown ?? binding.keys.join(' ')
}
