/** The sentences that browser tests look for, from where portal, mock and server take them. */
export { missingRight } from '#contract/rights.ts'
export { fileRefusals } from '#domain/firmware-file.ts'
