import { TidingsError } from '../../errors.js'
import { type ForeignProfile, profileNameFrom } from './foreign-profiles.js'
import { readMosquittoOptions } from './mosquitto-options.js'
import { readMqttxConnections } from './mqttx-connections.js'

/**
 * Reads a file of another program: JSON is MQTTX's, and all else are mosquitto's options.
 * @param file the path of the file, whose last part names a profile where nothing else does
 * @throws TidingsError of kind bad-input where it is neither
 */
export function readForeignProfiles(text: string, file: string): readonly ForeignProfile[] {
  const base = file.replace(/^.*[\\/]/s, '').replace(/\.[a-z]+$/i, '')
  if (!/^\s*[[{]/.test(text)) return [readMosquittoOptions(text, profileNameFrom(base), file)]
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    // The parser's own words quote the text, which may hold a password.
    throw new TidingsError('bad-input', `cannot import "${file}": it is no JSON`, {
      code: 'not-importable',
      suggestion: 'export the connections from MQTTX again, as JSON',
      details: { file }
    })
  }
  return readMqttxConnections(json, file)
}
