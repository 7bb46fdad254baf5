/** French. */
import type { Texts } from './texts.ts'

export const fr: Texts = {
  language: 'fr',
  dir: 'ltr',
  refusals: {
    user_not_found: {
      title: 'Votre compte n’est pas encore ici',
      what: 'Vous vous êtes connecté auprès de votre organisation, mais elle n’a pas transmis votre compte à ce service.',
      todo: 'Demandez à votre service informatique de vous attribuer cette application ou de transmettre à nouveau votre compte.',
    },
    claim_type_mapping_not_found: {
      title: 'La connexion n’est pas entièrement configurée',
      what: 'Vous vous êtes connecté auprès de votre organisation, mais ce service ne sait pas encore comment reconnaître ses comptes.',
      todo: 'Vous ne pouvez rien faire ici. Prévenez votre service informatique ou l’assistance de ce service.',
    },
    fqn_not_found: {
      title: 'Votre compte est en route',
      what: 'Votre organisation a transmis votre compte, mais il n’est pas encore chargé.',
      todo: 'Vous n’avez rien à faire : cette page réessaie d’elle-même et vous laisse entrer dès que votre compte est là. Si l’attente se prolonge, demandez à votre service informatique.',
    },
    identity_inactive: {
      title: 'Votre compte n’est pas actif',
      what: 'Votre organisation a désactivé votre compte pour ce service.',
      todo: 'Si vous pensez qu’il s’agit d’une erreur, demandez à votre service informatique de le réactiver.',
    },
    identity_ambiguous: {
      title: 'Votre compte n’est pas identifiable',
      what: 'Deux comptes actifs de votre organisation répondent au même nom ; aucun des deux n’est donc connecté.',
      todo: 'Demandez à votre service informatique de renommer l’un des deux ou de lui retirer cette application.',
    },
    connection_not_ready: {
      title: 'La connexion n’est pas encore disponible',
      what: 'La liaison avec votre organisation n’est pas entièrement configurée ou est désactivée.',
      todo: 'Prévenez votre service informatique ou l’assistance de ce service.',
    },
    application_refused: {
      title: 'La connexion par votre organisation ne fonctionne pas',
      what: 'Son service de connexion n’accepte pas les identifiants que ce service lui présente.',
      todo: 'Vous ne pouvez rien faire ici. Prévenez votre service informatique ou l’assistance de ce service.',
    },
    idp_error: {
      title: 'Votre organisation ne vous a pas laissé entrer',
      what: 'Son service de connexion vous a renvoyé avec une erreur.',
      todo: 'Le plus souvent, cette application ne vous y est pas attribuée. Demandez à votre service informatique.',
    },
    idp_unreachable: {
      title: 'Votre organisation est injoignable',
      what: 'Son service de connexion n’a pas répondu à temps.',
      todo: 'Réessayez dans un instant. Si cela persiste, prévenez votre service informatique.',
    },
    token_refused: {
      title: 'Votre connexion n’a pas pu être vérifiée',
      what: 'Ce que le service de connexion de votre organisation a envoyé n’a pas passé la vérification.',
      todo: 'Réessayez. Si cela persiste, prévenez votre service informatique ou l’assistance de ce service.',
    },
    flow_expired: {
      title: 'Cette connexion a pris fin',
      what: 'Elle a été commencée il y a trop longtemps, dans un autre navigateur, a déjà servi ou a été interrompue.',
      todo: 'Retournez sur le site : vous y êtes peut-être déjà connecté. Sinon, connectez-vous à nouveau.',
    },
    request_refused: {
      title: 'Le site a demandé ce à quoi il n’a pas droit',
      what: 'La demande de connexion a été refusée avant de commencer.',
      todo: 'Retournez sur le site et réessayez. Si cela persiste, le développeur du site a besoin du détail ci-dessous.',
    },
    not_permitted: {
      title: 'Vous ne pouvez pas autoriser cela',
      what: 'Vous vous êtes connecté, mais votre compte n’est pas désigné comme administrateur de cette liaison.',
      todo: 'Demandez à l’exploitant de ce service de vous ajouter comme administrateur.',
    },
    tenant_suspended: {
      title: 'Ce service est suspendu pour votre organisation',
      what: 'Personne de votre organisation ne peut se connecter pour le moment.',
      todo: 'Demandez à votre service informatique, qui peut s’adresser à l’exploitant de ce service.',
    },
    not_found: {
      title: 'Il n’y a rien ici',
      what: 'Cette adresse n’appartient pas à ce service.',
      todo: 'Retournez sur le site et connectez-vous à nouveau.',
    },
    too_many_requests: {
      title: 'Trop de connexions à la fois',
      what: 'Votre réseau a demandé plus de connexions qu’il n’est possible d’en servir à la fois.',
      todo: 'Attendez quelques secondes, puis retournez sur le site et connectez-vous à nouveau.',
    },
    unavailable: {
      title: 'Un problème est survenu de notre côté',
      what: 'Votre connexion n’a pas pu aboutir.',
      todo: 'Réessayez dans un instant. Si cela persiste, prévenez l’assistance de ce service.',
    },
  },
  instead: {
    noCookie: {
      what: 'Ce navigateur n’en a pas le cookie : elle a été commencée dans un autre navigateur ou il y a un certain temps, ou les cookies sont bloqués ou ont été supprimés.',
      todo: 'Autorisez les cookies pour l’adresse de cette page. Retournez ensuite sur le site et connectez-vous à nouveau, du début à la fin dans le même navigateur. Si cela se reproduit, prévenez votre service informatique.',
    },
    tooLate: {
      what: 'Vous êtes resté plus de dix minutes au service de connexion de votre organisation, ou quelque chose y a été modifié entre-temps.',
      todo: 'Réessayez ou retournez sur le site. Si cela se reproduit, prévenez votre service informatique.',
    },
    byHand: {
      todo: 'Réessayez dans un moment : dès que votre compte sera là, vous entrerez. Si l’attente se prolonge, demandez à votre service informatique.',
    },
  },
  quoteReference: 'Indiquez la référence ci-dessous : elle permet de retrouver ce qui s’est passé.',
  tryAgain: 'Réessayer',
  backToSite: 'Retour à {site}',
  back: 'Retour au point de départ',
  site: 'Site',
  organization: 'Organisation',
  reference: 'Référence',
  code: 'Code',
  detail: 'Détail',
  issuer: 'Émetteur {issuer}',
  signedInAs: 'Connecté en tant que',
  waiting: {
    stage: 'Étape',
    since: 'En attente depuis',
    expected: 'Prévu',
    whenDecided: 'dès que quelqu’un s’en sera occupé',
    tryAgain: 'Réessayer maintenant',
    stopTrying: 'Ne plus réessayer automatiquement',
    stages: {
      paused: 'Reçu de votre organisation ; un exploitant a suspendu le chargement.',
      quarantined: 'Reçu de votre organisation ; le chargement a échoué et a été mis de côté.',
      busy: 'Reçu de votre organisation ; en attente de chargement.',
      failed: 'Reçu de votre organisation ; le chargement a échoué et sera retenté.',
    },
  },
  picker: { title: 'Où travaillez-vous ?', what: 'Choisissez où vous avez votre compte.' },
  email: {
    title: 'Où travaillez-vous ?',
    what: 'Saisissez votre adresse e-mail professionnelle.',
    label: 'Adresse e-mail',
    button: 'Continuer',
    list: 'Choisir plutôt dans une liste',
  },
  moment: 'Un instant',
  onward: {
    title: 'Vous allez être dirigé vers votre organisation',
    what: 'S’il ne se passe rien, continuez vous-même.',
    button: 'Continuer vers {name}',
  },
  test: {
    passed: 'Le test a réussi',
    failed: 'Le test a échoué',
    noSession:
      'Vous vous êtes connecté en votre nom pour voir chaque étape. Aucune session n’a été ouverte.',
    steps: {
      discovered: 'Fournisseur d’identité trouvé',
      'sent-to-idp': 'Navigateur envoyé au fournisseur d’identité',
      'token-verified': 'Jeton d’identité vérifié',
      tested: 'Personne trouvée',
      refused: 'Refusé',
    },
  },
  consent: {
    title: 'Autoriser l’approvisionnement pour {tenant} ?',
    asks:
      '{host} demande à créer, modifier et désactiver les personnes et les groupes de {tenant} par la ' +
      'liaison {connection}, dès maintenant et sans redemander.',
    warning:
      'Ne l’autorisez que si vous venez de lancer cette opération dans la console de votre fournisseur d’identité.',
    allow: 'Autoriser',
    deny: 'Refuser',
  },
  logout: {
    title: 'Se déconnecter ?',
    what: 'Vous serez déconnecté ici et sur les sites où vous vous êtes connecté à partir d’ici.',
    button: 'Se déconnecter',
  },
  signedOut: { title: 'Vous êtes déconnecté', what: 'Vous pouvez fermer cette fenêtre.' },
}
