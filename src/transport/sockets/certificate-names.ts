const MOST_SHOWN = 5

/** The certificate in Node's error about a host name that the certificate does not contain. */
interface NamedCertificate {
  readonly subject?: { readonly CN?: string | string[] | undefined } | undefined
  /** `DNS:localhost, IP Address:127.0.0.1` */
  readonly subjectaltname?: string | undefined
}

/**
 * The names in the certificate of an `ERR_TLS_CERT_ALTNAME_INVALID`. `shown`: the first few, for people. `first`: the first name that is a
 * whole host name.
 */
export function certificateNames(error: { readonly cert?: NamedCertificate } & Error): {
  shown: string
  first?: string
} {
  const names = namesOf(error.cert ?? {})
  if (names.length === 0) return { shown: 'it names none' }
  const more = names.length - MOST_SHOWN
  const first = names.find((name) => !name.startsWith('*'))
  return {
    shown: names.slice(0, MOST_SHOWN).join(', ') + (more > 0 ? ` and ${more} more` : ''),
    ...(first !== undefined && { first })
  }
}

/** A host is looked for in the alternative names, and in the common name only where there are none (RFC 6125, section 6.4.4). */
function namesOf({ subject, subjectaltname }: NamedCertificate): string[] {
  const alternatives = (subjectaltname ?? '')
    .split(/, (?=[A-Za-z ]+:)/)
    .flatMap((each) => /^(?:DNS|IP Address):(.*)/s.exec(each)?.[1] ?? [])
  const names = alternatives.length > 0 ? alternatives : [subject?.CN ?? []].flat()
  // Only host names are shown: other text in a certificate could imitate our own messages.
  return names.filter((name) => /^[\w*.:-]+$/.test(name))
}
