/** The file system, as far as folders are made in it. */
export interface FolderMaking {
  /** Makes one folder whose parent is there; throws what `fs.mkdirSync` throws. */
  make(path: string): void
  /** `path.dirname`. */
  parentOf(path: string): string
}

/**
 * Makes a folder, and those above it that are missing; what is there already, folder or not, stays as it is. Throws what `make` throws.
 * Node's own recursive way tries for ever where a folder cannot be made although the one above it is there: in a working directory
 * that was removed, below /proc.
 * @returns whether the folder itself was made
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
