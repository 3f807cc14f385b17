/** The channel's first level, its first two levels, and so on: `a`, `a/b` and `a/b/c` for `a/b/c`. The separator must not be empty. */
export function levelPaths(channel: string, separator: string): string[] {
  const paths: string[] = []
  let end = channel.indexOf(separator)
  while (end >= 0) {
    paths.push(channel.slice(0, end))
    end = channel.indexOf(separator, end + separator.length)
  }
  paths.push(channel)
  return paths
}

/** The channel without its last level; `undefined` for a channel of one level. */
export function parentPath(channel: string, separator: string): string | undefined {
  const end = channel.lastIndexOf(separator)
  return end < 0 ? undefined : channel.slice(0, end)
}
