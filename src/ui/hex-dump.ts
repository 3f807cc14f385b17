/** How many bytes are shown before the rest is only counted. */
const MOST = 256

/**
 * The lines of a hex dump: offset, bytes, and what is printable ASCII of them; 16 bytes a line, or 8 where `width` is narrow.
 * Beyond the first 256 bytes, a last line counts the rest and says how to see it.
 */
export function formatHexDump(bytes: Uint8Array, width: number): string[] {
  const perLine = width < 73 ? 8 : 16
  const lines: string[] = []
  for (let start = 0; start < Math.min(bytes.length, MOST); start += perLine) {
    const row = bytes.subarray(start, Math.min(start + perLine, MOST))
    const hex = Array.from(row, (byte) => byte.toString(16).padStart(2, '0')).join(' ')
    const ascii = Array.from(row, (byte) =>
      byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.'
    ).join('')
    lines.push(`${start.toString(16).padStart(4, '0')}  ${hex.padEnd(perLine * 3 - 1)}  |${ascii}|`)
  }
  const rest = bytes.length - MOST
  if (rest > 0) lines.push(`… ${rest} more ${rest === 1 ? 'byte' : 'bytes'}: --raw or --json shows all`)
  return lines
}
