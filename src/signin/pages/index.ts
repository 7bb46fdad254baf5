/** What people see of a sign-in: plain pages that need no script. */
export { type Page, STYLE } from './layout.ts'
export { connectionTestPage } from './connection-test.ts'
export { type Brand, type Look, inLocales, lookBehindGateway, lookOf, STYLE_PATH } from './look.ts'
export {
  consentPage,
  continuingPage,
  emailPage,
  logoutPage,
  onwardPage,
  pickerPage,
  signedOutPage,
} from './questions.ts'
export { refusalPage, type Waiting } from './refusal.ts'
export { SUBMIT, SUBMIT_PATH, submissionIn, submissionOf, submittingPage } from './submitting.ts'
