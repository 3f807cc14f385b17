const NOT_ASCII = /[^\0-\x7f]/g

/**
 * Writes the few characters of a chunk that are not ASCII as escapes: V8 keeps a file in two bytes a character, and reads it more slowly,
 * where one character asks for it, which was 2 % of a publish on Node 24. An escape means the same everywhere but to `String.raw`. Tables of
 * characters stay as they are, for escapes would make them three times as long.
 */
export function asciiOnly() {
  return {
    name: 'ascii-only',
    generateBundle(_options, bundle) {
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== 'chunk') continue
        const found = chunk.code.match(NOT_ASCII) ?? []
        if (found.length > chunk.code.length / 1000) continue
        if (/\.raw`[^`]*[^\0-\x7f`]/.test(chunk.code))
          this.error(`${chunk.fileName} has a raw text that is not ASCII`)
        chunk.code = chunk.code.replace(
          NOT_ASCII,
          (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
        )
      }
    }
  }
}
