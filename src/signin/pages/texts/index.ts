/** What pages say, in each language that they speak. */
export { textsFor, textsIn } from './language.ts'
export { type ShownCode, TEXTS, type Texts } from './texts.ts'
