import type { ContractCheck } from '../core/contract-check.js'
import { counted } from '../core/counted.js'
import { TidingsError } from '../core/errors.js'
import { formatGrouped } from '../core/grouped-number.js'
import { quoteName } from '../core/visible-text.js'

/** The failure of kind wrong-messages where messages break the contract that they were checked against; `undefined` if none does. */
export function contractFailure(check: ContractCheck | undefined): TidingsError | undefined {
  if (check === undefined || check.tally.wrong === 0) return undefined
  const { contract, tally } = check
  const { wrong, checked } = tally
  return new TidingsError('wrong-messages', `${wrongOf(wrong, checked)} ${quoteName(contract.name)}`, {
    code: 'contract-broken',
    suggestion: 'correct who publishes them, or the document if it is out of date',
    details: { file: contract.name, wrong, checked }
  })
}

const wrongOf = (wrong: number, checked: number) =>
  `${formatGrouped(wrong)} of ${counted(checked)} ${wrong === 1 ? 'breaks' : 'break'}`
