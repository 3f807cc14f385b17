import { Chalk, type ChalkInstance } from 'chalk'

/** chalk's levels: 0 no colour, 1 sixteen, 2 two hundred and fifty-six, 3 all. */
export type ColourLevel = 0 | 1 | 2 | 3

type Paint = (text: string) => string

/** How things look. All other code says only what they are. */
export interface Theme {
  readonly coloured: boolean
  readonly channel: Paint
  /** Looks that tell channels apart; at least one. */
  readonly channels: readonly [Paint, ...Paint[]]
  readonly name: Paint
  readonly text: Paint
  readonly number: Paint
  readonly literal: Paint
  readonly mark: Paint
  /** What breaks a contract. */
  readonly wrong: Paint
  readonly faint: Paint
}

const plain: Paint = (text) => text

const PLAIN: Theme = {
  coloured: false,
  channel: plain,
  channels: [plain],
  name: plain,
  text: plain,
  number: plain,
  literal: plain,
  mark: plain,
  wrong: plain,
  faint: plain
}

/**
 * Colours of the 256 (from 16 on, which every terminal draws alike) that can be read on black and on white: each has a contrast of at
 * least 4 to both. WCAG 2.1 asks for 3 where letters are large or bold, and 4.58 is the most that one colour can have to both.
 */
export const COLOURS = {
  channels: [31, 162, 64, 98, 130, 29, 133, 63, 131, 65, 161, 96],
  name: 31,
  text: 28,
  number: 130,
  literal: 133,
  mark: 162,
  wrong: 161
} as const

/** The colours for a terminal of that level; at level 0 every text stays as it is. */
export function createTheme(level: ColourLevel): Theme {
  if (level === 0) return PLAIN
  const chalk = new Chalk({ level })
  return level === 1 ? ofSixteen(chalk) : ofManyColours(chalk)
}

/**
 * The user chooses the sixteen. As terminals come, blue cannot be read on black, nor yellow on white, and bold makes some colours bright,
 * which cannot be read on white.
 */
function ofSixteen({ cyan, magenta, green, red, dim }: ChalkInstance): Theme {
  return {
    coloured: true,
    channel: cyan,
    channels: [cyan, magenta, green, red],
    name: cyan,
    text: green,
    number: magenta,
    literal: magenta,
    mark: magenta,
    wrong: red,
    faint: dim
  }
}

function ofManyColours(chalk: ChalkInstance): Theme {
  const { name, text, number, literal, mark, wrong, channels } = COLOURS
  const [first, ...others] = channels
  const channel = chalk.bold.ansi256(first)
  return {
    coloured: true,
    channel,
    channels: [channel, ...others.map((colour) => chalk.bold.ansi256(colour))],
    name: chalk.ansi256(name),
    text: chalk.ansi256(text),
    number: chalk.ansi256(number),
    literal: chalk.ansi256(literal),
    mark: chalk.ansi256(mark),
    wrong: chalk.bold.ansi256(wrong),
    faint: chalk.dim
  }
}
