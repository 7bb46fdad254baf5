/** What people see of a sign-in: plain pages without script. */
export { STYLE, STYLE_PATH, type Page } from './layout.ts'
export { consentPage, logoutPage, pickerPage, signedOutPage } from './questions.ts'
export { refusalPage, type Waiting } from './refusal.ts'
