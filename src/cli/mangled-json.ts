/**
 * The beginning of JSON from which a shell may have removed the quotes: `{"`, `{name:`, `["`, `[{`. Other text, such as `[INFO] started`,
 * does not match.
 */
const LIKE_JSON = /^\s*(?:\{\s*"|\{\s*[A-Za-z_]\w*\s*:|\[\s*["{])/

export const QUOTE_IT = `quote it for the shell: '{"name":"Ada"}'`

/** Whether a payload on the command line begins like JSON but is not JSON. */
export function isMangledJson(text: string): boolean {
  if (!LIKE_JSON.test(text)) return false
  try {
    JSON.parse(text)
    return false
  } catch {
    return true
  }
}
