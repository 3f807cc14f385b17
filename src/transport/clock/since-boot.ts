/** Milliseconds on a clock that never jumps. Not `performance`, which takes a millisecond to load. */
export function sinceBoot(): number {
  const [seconds, nanoseconds] = process.hrtime()
  return seconds * 1000 + nanoseconds / 1e6
}
