import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { TidingsError } from '../../core/errors.js'
import { makeFolders } from '../../core/make-folders.js'
import type { Profiles } from '../../core/profile/profile.js'
import { decodeUtf8, isUtf8 } from '../../core/utf8.js'
import { quoteName } from '../../core/visible-text.js'
import { inputFailure } from '../input.js'
import { outputFailure } from '../output.js'
import { syncFolder } from '../sync-folder.js'
import { readWrittenFileNow } from '../whole-file.js'
import { parseProfiles } from './parse-profiles.js'

/** Bytes; nobody writes so many profiles. */
const MOST = 1024 * 1024

/** What others may do with a file. */
const OTHERS_READ = 0o044
const OTHERS_WRITE = 0o022

/** The file of profiles. */
export class ProfileFile {
  readonly path: string
  readonly #home: string

  /** @param home the user's home, which `~/` stands for in the file */
  constructor(path: string, home: string) {
    this.path = path
    this.#home = home
  }

  /**
   * The text of the file; empty where there is none.
   * @throws TidingsError of kind bad-input if it cannot be read, is not UTF-8, or is larger than 1 MiB
   */
  readText(): string {
    if (!fs.existsSync(this.path)) return ''
    const { size } = this.#stat()
    if (size > MOST) throw this.#unusable('it is larger than 1 MiB', 'large-profiles')
    const bytes = readWrittenFileNow(this.path)
    if (!isUtf8(bytes)) throw this.#unusable('it is not UTF-8 text', 'file-not-utf8')
    return decodeUtf8(bytes)
  }

  /** Reads and checks the file. Throws what `readText` and `parseProfiles` throw. */
  read(): Profiles {
    return this.parse(this.readText())
  }

  /** What a text means in this place. Throws what `parseProfiles` throws. */
  parse(text: string): Profiles {
    const place = { file: this.path, folder: dirname(this.path), home: this.#home }
    return parseProfiles(text, place)
  }

  /** What other users of this machine may do with the file. Windows has no such modes. */
  openTo(): { readonly reading: boolean; readonly writing: boolean } {
    if (process.platform === 'win32') return { reading: false, writing: false }
    const { mode } = this.#stat()
    return { reading: (mode & OTHERS_READ) !== 0, writing: (mode & OTHERS_WRITE) !== 0 }
  }

  /**
   * Replaces the text at once, for its owner only (0600): another process reads the old text or the new one. The text is checked first.
   * @param before what the new text was made from
   * @throws TidingsError of kind bad-input for a text that is wrong, or where the file has changed meanwhile; of kind output if it cannot
   * be written
   */
  replace(before: string, after: string): void {
    this.parse(after)
    // A link into a folder of dot files stays one.
    const target = fs.existsSync(this.path) ? fs.realpathSync(this.path) : this.path
    const folder = dirname(target)
    const draft = join(folder, `.${basename(target)}.${randomBytes(6).toString('hex')}.tmp`)
    try {
      makeFolders(folder, { make: (path) => fs.mkdirSync(path, 0o700), parentOf: dirname })
      fs.writeFileSync(draft, after, { mode: 0o600, flag: 'wx', flush: true })
      if (this.readText() !== before)
        throw this.#unusable('another program has changed it meanwhile', 'profiles-changed')
      fs.renameSync(draft, target)
      syncFolder(target)
    } catch (error) {
      fs.rmSync(draft, { force: true })
      throw error instanceof TidingsError ? error : outputFailure(quoteName(this.path), error)
    }
  }

  #stat(): fs.Stats {
    try {
      return fs.statSync(this.path)
    } catch (error) {
      throw inputFailure(this.path, error)
    }
  }

  #unusable(why: string, code: string): TidingsError {
    return new TidingsError('bad-input', `cannot use the profiles in ${quoteName(this.path)}: ${why}`, {
      code,
      suggestion: code === 'profiles-changed' ? 'try again' : 'write it anew as UTF-8 text',
      details: { file: this.path }
    })
  }
}
