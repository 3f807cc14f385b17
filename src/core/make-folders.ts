/** The functions of the file system that making folders needs. */
export interface FolderMaking {
  /** Makes one folder whose parent exists; throws what `fs.mkdirSync` throws. */
  make(path: string): void
  /** `path.dirname`. */
  parentOf(path: string): string
}

/**
 * Makes a folder, and the missing folders above it. A path that exists already stays as it is, even if it is not a folder. Throws what
 * `make` throws. Node's own `recursive` option tries for ever where a folder cannot be made although its parent exists: in a working
 * directory that was removed, or below /proc.
 * @returns whether the folder itself is new
 */
export function makeFolders(path: string, making: FolderMaking): boolean {
  try {
    return makeOne(path, making)
  } catch (error) {
    const parent = making.parentOf(path)
    if ((error as { code?: string }).code !== 'ENOENT' || parent === path) throw error
    makeFolders(parent, making)
    return makeOne(path, making)
  }
}

function makeOne(path: string, { make }: FolderMaking): boolean {
  try {
    make(path)
    return true
  } catch (error) {
    if ((error as { code?: string }).code === 'EEXIST') return false
    throw error
  }
}
