/**
 * The beginning of JSON from which a shell may have removed the quotes, or left a backslash: `{"`, `{name:`, `["`, `[{`. Other text,
 * such as `[INFO] started`, does not match.
 */
const LIKE_JSON = /^\s*(?:\{\s*\\?["']|\{\s*[\p{L}\p{N}_$][\p{L}\p{N}_$.-]*\s*:|\[\s*(?:["{]|\\"))/u

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
