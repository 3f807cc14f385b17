import { afterEach } from 'vitest'
import { type Script, type ScriptedBroker, startScriptedBroker } from './scripted-broker.js'

/** Scripted brokers for the tests of a file. They are closed after each test. */
export function useScriptedBrokers(): {
  /** The brokers of the running test. */
  readonly brokers: ScriptedBroker[]
  /** Starts a broker. Resolves with its URL. */
  scripted(script: Script): Promise<string>
} {
  const brokers: ScriptedBroker[] = []
  afterEach(async () => {
    await Promise.all(brokers.splice(0).map((broker) => broker.close()))
  })
  return {
    brokers,
    async scripted(script) {
      const broker = await startScriptedBroker(script)
      brokers.push(broker)
      return broker.url
    }
  }
}
