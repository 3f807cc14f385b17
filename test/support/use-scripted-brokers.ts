import { afterEach } from 'vitest'
import { type Script, type ScriptedBroker, startScriptedBroker } from './scripted-broker.js'

/** Scripted brokers for the tests of a file, which are closed after each of them. */
export function useScriptedBrokers(): {
  /** Those of the test that runs. */
  readonly brokers: ScriptedBroker[]
  /** Starts one; resolves to its URL. */
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
