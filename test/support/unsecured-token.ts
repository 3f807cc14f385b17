/**
 * A JSON Web Token without a signature, which a Kafka of tests accepts (RFC 7515, appendix A.5).
 * @param end when it runs out, in milliseconds since 1970
 */
export function unsecuredToken(user: string, end: number): string {
  const seconds = Math.floor(end / 1000)
  const parts = [{ alg: 'none' }, { sub: user, iat: seconds - 3600, exp: seconds }]
  return `${parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')}.`
}
