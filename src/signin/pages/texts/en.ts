/** English. */
import type { Texts } from './texts.ts'

export const en: Texts = {
  language: 'en',
  dir: 'ltr',
  refusals: {
    user_not_found: {
      title: 'Your account is not here yet',
      what: 'You signed in at your organization, but it has not handed your account over to this service.',
      todo: 'Ask your IT department to assign you to this application, or to push your account again.',
    },
    claim_type_mapping_not_found: {
      title: 'Sign-in is not set up completely',
      what: 'You signed in at your organization, but this service has not been told how to recognize its accounts.',
      todo: 'There is nothing you can do here. Tell your IT department or the support of this service.',
    },
    fqn_not_found: {
      title: 'Your account is on its way',
      what: 'Your organization has handed your account over, and it is not loaded yet.',
      todo: 'You need not do anything: this page tries again by itself and takes you on as soon as your account is there. If it takes long, ask your IT department.',
    },
    identity_inactive: {
      title: 'Your account is not active',
      what: 'Your organization has deactivated your account for this service.',
      todo: 'If you think that is wrong, ask your IT department to activate it again.',
    },
    identity_ambiguous: {
      title: 'Your account is not clear',
      what: 'Two active accounts of your organization answer to the same name, so neither is signed in.',
      todo: 'Ask your IT department to rename or to unassign one of the two.',
    },
    connection_not_ready: {
      title: 'Sign-in is not available yet',
      what: 'The connection to your organization is not set up completely or is disabled.',
      todo: 'Tell your IT department or the support of this service.',
    },
    application_refused: {
      title: 'Sign-in with your organization does not work',
      what: 'Its sign-in service does not accept what this service shows there to be known by.',
      todo: 'There is nothing you can do here. Tell your IT department or the support of this service.',
    },
    idp_error: {
      title: 'Your organization did not let you in',
      what: 'Its sign-in service sent you back with an error.',
      todo: 'Most often you are not assigned to this application there. Ask your IT department.',
    },
    idp_unreachable: {
      title: 'Your organization cannot be reached',
      what: 'Its sign-in service did not answer in time.',
      todo: 'Try again in a moment. If it goes on, tell your IT department.',
    },
    token_refused: {
      title: 'Your sign-in could not be verified',
      what: 'What the sign-in service of your organization sent did not pass verification.',
      todo: 'Try again. If it goes on, tell your IT department or the support of this service.',
    },
    flow_expired: {
      title: 'This sign-in has ended',
      what: 'It was started too long ago or in another browser, or has been used or ended already.',
      todo: 'Go back to the site, where you may be signed in already. If you are not, sign in again.',
    },
    request_refused: {
      title: 'The site asked for something it may not have',
      what: 'The request to sign you in was refused before it began.',
      todo: 'Go back to the site and try again. If it goes on, the developer of the site needs the detail below.',
    },
    not_permitted: {
      title: 'You may not allow this',
      what: 'You signed in, but your account is not named as an administrator of this connection.',
      todo: 'Ask the operator of this service to add you as an administrator.',
    },
    tenant_suspended: {
      title: 'This service is suspended for your organization',
      what: 'Nobody of your organization can sign in at the moment.',
      todo: 'Ask your IT department, who can speak to the operator of this service.',
    },
    not_found: {
      title: 'There is nothing here',
      what: 'The address is not one of this service.',
      todo: 'Go back to the site and sign in again.',
    },
    too_many_requests: {
      title: 'Too many sign-ins at once',
      what: 'There were more sign-ins from your network than can be served at a time.',
      todo: 'Wait some seconds, then go back to the site and sign in again.',
    },
    unavailable: {
      title: 'Something went wrong on our side',
      what: 'Your sign-in could not be finished.',
      todo: 'Try again in a moment. If it goes on, tell the support of this service.',
    },
  },
  instead: {
    noCookie: {
      what: 'This browser has no cookie of it: it was started in another browser or some time ago, or cookies are blocked or were deleted.',
      todo: 'Allow cookies for the address of this page. Then go back to the site and sign in again, in one browser from beginning to end. If it happens again, tell your IT department.',
    },
    tooLate: {
      what: 'You were at the sign-in service of your organization for more than ten minutes, or something was changed there meanwhile.',
      todo: 'Try again, or go back to the site. If it happens again, tell your IT department.',
    },
    byHand: {
      todo: 'Try again in a while: as soon as your account is there, that takes you on. If it takes long, ask your IT department.',
    },
  },
  quoteReference: 'Quote the reference below, by which they find what happened.',
  tryAgain: 'Try again',
  backToSite: 'Back to {site}',
  back: 'Back to where you came from',
  site: 'Site',
  organization: 'Organization',
  reference: 'Reference',
  code: 'Code',
  detail: 'Detail',
  issuer: 'Issuer {issuer}',
  signedInAs: 'Signed in as',
  waiting: {
    stage: 'Stage',
    since: 'Waiting for',
    expected: 'Expected',
    whenDecided: 'when somebody has seen to it',
    tryAgain: 'Try again now',
    stopTrying: 'Stop trying by itself',
    stages: {
      paused: 'Received from your organization; loading is paused by an operator.',
      quarantined: 'Received from your organization; loading failed and was set aside.',
      busy: 'Received from your organization; waiting to be loaded.',
      failed: 'Received from your organization; loading failed and will be tried again.',
    },
  },
  picker: { title: 'Where do you work?', what: 'Choose where you have your account.' },
  email: {
    title: 'Where do you work?',
    what: 'Enter the e-mail address that you have at work.',
    label: 'E-mail address',
    button: 'Continue',
    list: 'Choose from a list instead',
  },
  moment: 'One moment',
  onward: {
    title: 'You are sent on to your organization',
    what: 'If nothing happens, go on yourself.',
    button: 'Continue to {name}',
  },
  test: {
    passed: 'The test has passed',
    failed: 'The test has failed',
    noSession: 'You have signed in as yourself to see each step. No session was opened.',
    steps: {
      discovered: 'Identity provider discovered',
      'sent-to-idp': 'Browser sent to the identity provider',
      'token-verified': 'ID token verified',
      tested: 'Person found',
      refused: 'Refused',
    },
  },
  consent: {
    title: 'Allow provisioning for {tenant}?',
    asks:
      '{host} asks to create, update and deactivate the people and groups of {tenant} through the ' +
      'connection {connection}, from now on and without asking again.',
    warning: "Allow it only if you have just started this in your identity provider's console.",
    allow: 'Allow',
    deny: 'Deny',
  },
  logout: {
    title: 'Sign out?',
    what: 'You will be signed out here and at the sites that you signed in at from here.',
    button: 'Sign out',
  },
  signedOut: { title: 'You have signed out', what: 'You can close this window.' },
}
