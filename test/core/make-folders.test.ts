import { describe, expect, it } from 'vitest'
import { makeFolders } from '../../src/core/make-folders.js'

const failWith = (code: string) => {
  throw Object.assign(new Error(code), { code })
}

/** A file system of folders, in which nothing can be made below `/proc`. */
function disk(...there: string[]) {
  const folders = new Set(['/', ...there])
  const parentOf = (path: string) => path.slice(0, path.lastIndexOf('/')) || '/'
  const made: string[] = []
  const make = (path: string) => {
    if (folders.has(path)) failWith('EEXIST')
    if (path.startsWith('/proc') || !folders.has(parentOf(path))) failWith('ENOENT')
    folders.add(path)
    made.push(path)
  }
  return { made, making: { make, parentOf } }
}

describe('folders', () => {
  it('are made from the first that is missing', () => {
    const { made, making } = disk('/a')
    expect(makeFolders('/a/b/c', making)).toBe(true)
    expect(made).toEqual(['/a/b', '/a/b/c'])
  })

  it('that are there stay, and that is told', () => {
    const { made, making } = disk('/a')
    expect(makeFolders('/a', making)).toBe(false)
    expect(made).toEqual([])
  })

  it('that cannot be made are given up, although the one above is there', () => {
    const { making } = disk('/proc')
    expect(() => makeFolders('/proc/x/y', making)).toThrow('ENOENT')
  })

  it('that may not be made are told at once', () => {
    const making = { parentOf: () => '/', make: () => failWith('EACCES') }
    expect(() => makeFolders('/a/b', making)).toThrow('EACCES')
  })
})
