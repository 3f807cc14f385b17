import { type MouseReport, type Pointer, readMouseReport } from './mouse-report.js'

/** A key that was pressed, text that was pasted, or something that the mouse did. */
export interface Key {
  /** The character itself, or a name: `up`, `enter`, `escape`, `ctrl-c`, `alt-x`, `shift-tab`, `paste`, ... */
  readonly name: string
  /** The text that the key types; absent for keys that type nothing. */
  readonly text?: string
  /** What the mouse did; only with the name `mouse`. */
  readonly pointer?: Pointer
  /** The text is only the beginning of what was pasted. */
  readonly cut?: boolean
}

const PASTE_BEGIN = '\x1b[200~'
const PASTE_END = '\x1b[201~'
const ONLY_CTRL_C = /^\x03+$/
const LONGEST_SEQUENCE = 32
const MALFORMED_REPORT = '\x1b[<?'
const LONGEST_PASTE = 64 * 1024

// The final character of `ESC [` and `ESC O` sequences, and the number before a `~` (xterm, VT220, rxvt, Linux console).
const FINALS: Readonly<Record<string, string>> = {
  A: 'up',
  B: 'down',
  C: 'right',
  D: 'left',
  F: 'end',
  H: 'home',
  M: 'enter',
  Z: 'shift-tab'
}
const NUMBERED: Readonly<Record<string, string>> = {
  1: 'home',
  3: 'delete',
  4: 'end',
  5: 'pageup',
  6: 'pagedown',
  7: 'home',
  8: 'end'
}
const CONTROLS: Readonly<Record<string, string>> = {
  '\r': 'enter',
  '\n': 'enter',
  '\t': 'tab',
  '\b': 'backspace',
  '\x7f': 'backspace'
}

const SEQUENCE = /^\x1b(?:\[([\x30-\x3f]*)[\x20-\x2f]*([\x40-\x7e])|O([\x40-\x7e]))/

/** Turns the bytes of a terminal in raw mode into keys. Sequences and characters may be split over any number of reads. */
export class KeyDecoder {
  readonly #decoder = new TextDecoder('utf-8')
  #pending = ''
  #pasted: string | undefined
  #isCut = false

  /** Whether an escape was read that may be a key of its own or the beginning of a sequence. */
  get undecided(): boolean {
    return this.#pending !== '' && !readMouseReport(this.#pending)
  }

  decode(bytes: Uint8Array): Key[] {
    const keys: Key[] = []
    if (this.#pasted !== undefined && ONLY_CTRL_C.test(Buffer.from(bytes).toString('latin1'))) {
      // A terminal sends what is pasted in larger pieces: a user presses this key because no end mark comes.
      this.#pending += PASTE_END
      this.#paste(keys)
      this.#pending += '\x03'.repeat(bytes.length - 1)
    } else this.#pending += this.#decoder.decode(bytes, { stream: true })
    while (this.#pending !== '' && this.#next(keys));
    return keys
  }

  /** No more input came, so an undecided escape was the Escape key. */
  flush(): Key[] {
    if (!this.undecided || this.#pasted !== undefined) return []
    const rest = this.#pending.slice(1)
    this.#pending = ''
    return [{ name: 'escape' }, ...[...rest].map(character)]
  }

  #next(keys: Key[]): boolean {
    if (this.#pasted !== undefined) return this.#paste(keys)
    if (!this.#pending.startsWith('\x1b')) {
      const typed = String.fromCodePoint(this.#pending.codePointAt(0) ?? 0)
      return this.#took(typed.length, keys, character(typed))
    }
    if (this.#pending.startsWith(PASTE_BEGIN)) {
      this.#pasted = ''
      return this.#took(PASTE_BEGIN.length, keys)
    }
    const report = readMouseReport(this.#pending)
    if (report) return this.#mouse(report, keys)
    const sequence = SEQUENCE.exec(this.#pending)
    if (sequence) return this.#took(sequence[0].length, keys, sequenceKey(sequence))
    const second = this.#pending[1]
    if (second === undefined) return false
    if (second === '[' || second === 'O') {
      // So long a text is no sequence. Its escape is dropped, and the rest is read as plain keys.
      return this.#pending.length <= LONGEST_SEQUENCE ? false : this.#took(1, keys)
    }
    if (second === '\x1b') return this.#took(1, keys, { name: 'escape' })
    const typed = String.fromCodePoint(this.#pending.codePointAt(1) ?? 0)
    return this.#took(1 + typed.length, keys, { name: `alt-${character(typed).name}` })
  }

  /** A malformed report gives no key, and neither do its parts, however long it is. */
  #mouse({ length, pointer }: MouseReport, keys: Key[]): boolean {
    if (length !== undefined) return this.#took(length, keys, pointer && { name: 'mouse', pointer })
    if (this.#pending.length > LONGEST_SEQUENCE) this.#pending = MALFORMED_REPORT
    return false
  }

  #paste(keys: Key[]): boolean {
    const end = this.#pending.indexOf(PASTE_END)
    // The end mark may be split over two reads, so one character less than its length stays pending.
    const ready = end >= 0 ? end : Math.max(0, this.#pending.length - PASTE_END.length + 1)
    const pasted = (this.#pasted ?? '') + this.#pending.slice(0, ready)
    this.#isCut ||= pasted.length > LONGEST_PASTE
    this.#pasted = pasted.slice(0, LONGEST_PASTE)
    this.#pending = this.#pending.slice(ready)
    if (end < 0) return false
    const key: Key = { name: 'paste', text: this.#pasted, ...(this.#isCut && { cut: true }) }
    this.#pasted = undefined
    this.#isCut = false
    return this.#took(PASTE_END.length, keys, key)
  }

  #took(length: number, keys: Key[], key?: Key): boolean {
    this.#pending = this.#pending.slice(length)
    if (key) keys.push(key)
    return true
  }
}

function character(typed: string): Key {
  const named = CONTROLS[typed]
  if (named) return { name: named }
  const code = typed.charCodeAt(0)
  if (code === 0x1b) return { name: 'escape' }
  if (code >= 1 && code <= 26) return { name: `ctrl-${String.fromCharCode(code + 0x60)}` }
  if (code < 0x20 || (code >= 0x80 && code < 0xa0)) return { name: 'unknown' }
  return { name: typed === ' ' ? 'space' : typed, text: typed }
}

function sequenceKey(sequence: RegExpExecArray): Key {
  const [, parameters = '', final = sequence[3] ?? ''] = sequence
  const [number = '', modifier = '1'] = parameters.split(';')
  const name = final === '~' ? NUMBERED[number] : FINALS[final]
  if (!name) return { name: 'unknown' }
  // xterm: 1 plus shift 1, alt 2, ctrl 4.
  const held = (Number.parseInt(modifier, 10) || 1) - 1
  const prefix = `${held & 4 ? 'ctrl-' : ''}${held & 2 ? 'alt-' : ''}${held & 1 ? 'shift-' : ''}`
  return { name: name === 'shift-tab' ? name : prefix + name }
}
