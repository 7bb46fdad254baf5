/** German. */
import type { Texts } from './texts.ts'

export const de: Texts = {
  language: 'de',
  dir: 'ltr',
  refusals: {
    user_not_found: {
      title: 'Ihr Konto ist noch nicht hier',
      what: 'Sie haben sich bei Ihrer Organisation angemeldet, aber sie hat Ihr Konto noch nicht an diesen Dienst übergeben.',
      todo: 'Bitten Sie Ihre IT-Abteilung, Ihnen diese Anwendung zuzuweisen oder Ihr Konto erneut zu übertragen.',
    },
    claim_type_mapping_not_found: {
      title: 'Die Anmeldung ist nicht vollständig eingerichtet',
      what: 'Sie haben sich bei Ihrer Organisation angemeldet, aber diesem Dienst wurde nicht mitgeteilt, wie er deren Konten erkennt.',
      todo: 'Sie selbst können hier nichts tun. Wenden Sie sich an Ihre IT-Abteilung oder an den Support dieses Dienstes.',
    },
    fqn_not_found: {
      title: 'Ihr Konto ist unterwegs',
      what: 'Ihre Organisation hat Ihr Konto übergeben, es ist aber noch nicht geladen.',
      todo: 'Sie müssen nichts tun: Diese Seite versucht es von selbst wieder und leitet Sie weiter, sobald Ihr Konto da ist. Dauert es lange, fragen Sie Ihre IT-Abteilung.',
    },
    identity_inactive: {
      title: 'Ihr Konto ist nicht aktiv',
      what: 'Ihre Organisation hat Ihr Konto für diesen Dienst deaktiviert.',
      todo: 'Wenn das nicht stimmt, bitten Sie Ihre IT-Abteilung, es wieder zu aktivieren.',
    },
    identity_ambiguous: {
      title: 'Ihr Konto ist nicht eindeutig',
      what: 'Zwei aktive Konten Ihrer Organisation tragen denselben Namen; deshalb wird keines davon angemeldet.',
      todo: 'Bitten Sie Ihre IT-Abteilung, eines der beiden umzubenennen oder ihm die Zuweisung zu entziehen.',
    },
    connection_not_ready: {
      title: 'Die Anmeldung ist noch nicht verfügbar',
      what: 'Die Verbindung zu Ihrer Organisation ist nicht vollständig eingerichtet oder abgeschaltet.',
      todo: 'Wenden Sie sich an Ihre IT-Abteilung oder an den Support dieses Dienstes.',
    },
    application_refused: {
      title: 'Die Anmeldung über Ihre Organisation funktioniert nicht',
      what: 'Deren Anmeldedienst nimmt nicht an, womit sich dieser Dienst dort ausweist.',
      todo: 'Sie selbst können hier nichts tun. Wenden Sie sich an Ihre IT-Abteilung oder an den Support dieses Dienstes.',
    },
    idp_error: {
      title: 'Ihre Organisation hat Sie nicht eingelassen',
      what: 'Deren Anmeldedienst hat Sie mit einem Fehler zurückgeschickt.',
      todo: 'Meistens ist Ihnen diese Anwendung dort nicht zugewiesen. Fragen Sie Ihre IT-Abteilung.',
    },
    idp_unreachable: {
      title: 'Ihre Organisation ist nicht erreichbar',
      what: 'Deren Anmeldedienst hat nicht rechtzeitig geantwortet.',
      todo: 'Versuchen Sie es gleich noch einmal. Bleibt es dabei, wenden Sie sich an Ihre IT-Abteilung.',
    },
    token_refused: {
      title: 'Ihre Anmeldung konnte nicht geprüft werden',
      what: 'Was der Anmeldedienst Ihrer Organisation geschickt hat, hat die Prüfung nicht bestanden.',
      todo: 'Versuchen Sie es noch einmal. Bleibt es dabei, wenden Sie sich an Ihre IT-Abteilung oder an den Support dieses Dienstes.',
    },
    flow_expired: {
      title: 'Diese Anmeldung ist abgelaufen',
      what: 'Sie wurde vor zu langer Zeit oder in einem anderen Browser begonnen, oder sie wurde schon verwendet oder beendet.',
      todo: 'Gehen Sie zurück zur Website; vielleicht sind Sie dort schon angemeldet. Wenn nicht, melden Sie sich neu an.',
    },
    request_refused: {
      title: 'Die Website hat etwas verlangt, was ihr nicht zusteht',
      what: 'Die Anfrage, Sie anzumelden, wurde abgelehnt, bevor sie begann.',
      todo: 'Gehen Sie zurück zur Website und versuchen Sie es noch einmal. Bleibt es dabei, braucht der Entwickler der Website die Einzelheiten unten.',
    },
    not_permitted: {
      title: 'Sie dürfen das nicht erlauben',
      what: 'Sie haben sich angemeldet, aber Ihr Konto ist nicht als Administrator dieser Verbindung eingetragen.',
      todo: 'Bitten Sie den Betreiber dieses Dienstes, Sie als Administrator einzutragen.',
    },
    tenant_suspended: {
      title: 'Dieser Dienst ist für Ihre Organisation ausgesetzt',
      what: 'Im Moment kann sich niemand aus Ihrer Organisation anmelden.',
      todo: 'Fragen Sie Ihre IT-Abteilung; sie kann sich an den Betreiber dieses Dienstes wenden.',
    },
    not_found: {
      title: 'Hier ist nichts',
      what: 'Diese Adresse gehört nicht zu diesem Dienst.',
      todo: 'Gehen Sie zurück zur Website und melden Sie sich neu an.',
    },
    too_many_requests: {
      title: 'Zu viele Anmeldungen auf einmal',
      what: 'Aus Ihrem Netz kamen mehr Anmeldungen, als auf einmal bedient werden können.',
      todo: 'Warten Sie einige Sekunden, gehen Sie dann zurück zur Website und melden Sie sich neu an.',
    },
    unavailable: {
      title: 'Bei uns ist etwas schiefgegangen',
      what: 'Ihre Anmeldung konnte nicht abgeschlossen werden.',
      todo: 'Versuchen Sie es gleich noch einmal. Bleibt es dabei, wenden Sie sich an den Support dieses Dienstes.',
    },
  },
  instead: {
    noCookie: {
      what: 'In diesem Browser fehlt das Cookie dazu: Sie wurde in einem anderen Browser oder vor einiger Zeit begonnen, oder Cookies sind gesperrt oder wurden gelöscht.',
      todo: 'Lassen Sie Cookies für die Adresse dieser Seite zu. Gehen Sie dann zurück zur Website und melden Sie sich neu an, von Anfang bis Ende im selben Browser. Geschieht es wieder, wenden Sie sich an Ihre IT-Abteilung.',
    },
    tooLate: {
      what: 'Sie waren länger als zehn Minuten beim Anmeldedienst Ihrer Organisation, oder dort wurde inzwischen etwas geändert.',
      todo: 'Versuchen Sie es noch einmal, oder gehen Sie zurück zur Website. Geschieht es wieder, wenden Sie sich an Ihre IT-Abteilung.',
    },
    byHand: {
      todo: 'Versuchen Sie es nach einer Weile noch einmal: Sobald Ihr Konto da ist, werden Sie weitergeleitet. Dauert es lange, fragen Sie Ihre IT-Abteilung.',
    },
  },
  quoteReference:
    'Nennen Sie dabei die Referenz unten; damit lässt sich finden, was geschehen ist.',
  tryAgain: 'Noch einmal versuchen',
  backToSite: 'Zurück zu {site}',
  back: 'Zurück zum Ausgangspunkt',
  site: 'Website',
  organization: 'Organisation',
  reference: 'Referenz',
  code: 'Code',
  detail: 'Einzelheiten',
  issuer: 'Aussteller {issuer}',
  signedInAs: 'Angemeldet als',
  waiting: {
    stage: 'Stand',
    since: 'Wartet seit',
    expected: 'Erwartet',
    whenDecided: 'sobald sich jemand darum gekümmert hat',
    tryAgain: 'Jetzt noch einmal versuchen',
    stopTrying: 'Nicht mehr von selbst versuchen',
    stages: {
      paused: 'Von Ihrer Organisation erhalten; das Laden hat ein Betreiber angehalten.',
      quarantined: 'Von Ihrer Organisation erhalten; das Laden ist gescheitert und zurückgestellt.',
      busy: 'Von Ihrer Organisation erhalten; wartet darauf, geladen zu werden.',
      failed:
        'Von Ihrer Organisation erhalten; das Laden ist gescheitert und wird wieder versucht.',
    },
  },
  picker: { title: 'Wo arbeiten Sie?', what: 'Wählen Sie aus, wo Sie Ihr Konto haben.' },
  email: {
    title: 'Wo arbeiten Sie?',
    what: 'Geben Sie die E-Mail-Adresse an, die Sie bei der Arbeit haben.',
    label: 'E-Mail-Adresse',
    button: 'Weiter',
    list: 'Stattdessen aus einer Liste wählen',
  },
  moment: 'Einen Moment',
  onward: {
    title: 'Sie werden zu Ihrer Organisation weitergeleitet',
    what: 'Wenn nichts geschieht, gehen Sie selbst weiter.',
    button: 'Weiter zu {name}',
  },
  test: {
    passed: 'Der Test ist bestanden',
    failed: 'Der Test ist gescheitert',
    noSession:
      'Sie haben sich als Sie selbst angemeldet, um jeden Schritt zu sehen. Es wurde keine Sitzung eröffnet.',
    steps: {
      discovered: 'Identitätsanbieter gefunden',
      'sent-to-idp': 'Browser zum Identitätsanbieter geschickt',
      'token-verified': 'ID-Token geprüft',
      tested: 'Person gefunden',
      refused: 'Abgelehnt',
    },
  },
  consent: {
    title: 'Bereitstellung für {tenant} erlauben?',
    asks:
      '{host} möchte ab jetzt und ohne weitere Rückfrage die Personen und Gruppen von {tenant} über die ' +
      'Verbindung {connection} anlegen, ändern und deaktivieren.',
    warning:
      'Erlauben Sie es nur, wenn Sie dies gerade selbst in der Konsole Ihres Identitätsanbieters begonnen haben.',
    allow: 'Erlauben',
    deny: 'Ablehnen',
  },
  logout: {
    title: 'Abmelden?',
    what: 'Sie werden hier abgemeldet und auf den Websites, auf denen Sie sich von hier aus angemeldet haben.',
    button: 'Abmelden',
  },
  signedOut: { title: 'Sie sind abgemeldet', what: 'Sie können dieses Fenster schließen.' },
}
