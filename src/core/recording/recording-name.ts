const COMPRESSED = /\.gz$/i
const EXTENSIONS = /((?:\.[A-Za-z][A-Za-z0-9]{0,9})?(?:\.gz)?)$/i

/** Whether a recording of this name is compressed. */
export function isCompressed(name: string): boolean {
  return COMPRESSED.test(name)
}

/** The name of one file of a rotated recording: `traffic.jsonl.gz` and 3 make `traffic-0003.jsonl.gz`. */
export function numberedName(name: string, number: number): string {
  const folder = name.lastIndexOf('/') + 1
  const file = name.slice(folder)
  const [extension = ''] = EXTENSIONS.exec(file) ?? []
  const stem = extension.length === file.length ? file : file.slice(0, file.length - extension.length)
  return `${name.slice(0, folder)}${stem}-${String(number).padStart(4, '0')}${stem === file ? '' : extension}`
}
