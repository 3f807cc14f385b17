import type { ManifestFlag } from './manifest.mjs'

/** A flag as it is typed: `-q, --qos=0|1|2`. */
export function flagTerm({ name, char, type, helpValue, options }: ManifestFlag): string {
  const value = type === 'boolean' ? '' : `=${helpValue ?? options?.join('|') ?? 'VALUE'}`
  return `${char === undefined ? '' : `-${char}, `}--${name}${value}`
}

/** What a flag does, its default and its variable. */
export function flagText({ summary = '', default: fallback, env }: ManifestFlag): string {
  const facts = [...(fallback ? [`default ${fallback}`] : []), ...(env ? [env] : [])]
  return facts.length > 0 ? `${summary} (${facts.join(', ')})` : summary
}
