/** Spanish. */
import type { Texts } from './texts.ts'

export const es: Texts = {
  language: 'es',
  dir: 'ltr',
  refusals: {
    user_not_found: {
      title: 'Su cuenta todavía no está aquí',
      what: 'Ha iniciado sesión en su organización, pero esta no ha entregado su cuenta a este servicio.',
      todo: 'Pida a su departamento de informática que le asigne esta aplicación o que vuelva a enviar su cuenta.',
    },
    claim_type_mapping_not_found: {
      title: 'El inicio de sesión no está configurado del todo',
      what: 'Ha iniciado sesión en su organización, pero este servicio aún no sabe cómo reconocer sus cuentas.',
      todo: 'Aquí no puede hacer nada. Avise a su departamento de informática o al soporte de este servicio.',
    },
    fqn_not_found: {
      title: 'Su cuenta está en camino',
      what: 'Su organización ha entregado su cuenta, pero todavía no se ha cargado.',
      todo: 'No tiene que hacer nada: esta página lo vuelve a intentar por sí sola y le deja pasar en cuanto su cuenta esté aquí. Si tarda mucho, pregunte a su departamento de informática.',
    },
    identity_inactive: {
      title: 'Su cuenta no está activa',
      what: 'Su organización ha desactivado su cuenta para este servicio.',
      todo: 'Si cree que es un error, pida a su departamento de informática que la active de nuevo.',
    },
    identity_ambiguous: {
      title: 'Su cuenta no es inequívoca',
      what: 'Dos cuentas activas de su organización responden al mismo nombre, así que no se inicia sesión con ninguna.',
      todo: 'Pida a su departamento de informática que cambie el nombre de una de las dos o que le retire la aplicación.',
    },
    connection_not_ready: {
      title: 'El inicio de sesión aún no está disponible',
      what: 'La conexión con su organización no está configurada del todo o está desactivada.',
      todo: 'Avise a su departamento de informática o al soporte de este servicio.',
    },
    application_refused: {
      title: 'El inicio de sesión con su organización no funciona',
      what: 'Su servicio de inicio de sesión no acepta las credenciales con las que este servicio se identifica allí.',
      todo: 'Aquí no puede hacer nada. Avise a su departamento de informática o al soporte de este servicio.',
    },
    idp_error: {
      title: 'Su organización no le ha dejado entrar',
      what: 'Su servicio de inicio de sesión le ha devuelto con un error.',
      todo: 'Lo más frecuente es que allí no tenga asignada esta aplicación. Pregunte a su departamento de informática.',
    },
    idp_unreachable: {
      title: 'No se puede contactar con su organización',
      what: 'Su servicio de inicio de sesión no ha respondido a tiempo.',
      todo: 'Inténtelo de nuevo en un momento. Si continúa, avise a su departamento de informática.',
    },
    token_refused: {
      title: 'No se ha podido verificar su inicio de sesión',
      what: 'Lo que envió el servicio de inicio de sesión de su organización no ha superado la verificación.',
      todo: 'Inténtelo de nuevo. Si continúa, avise a su departamento de informática o al soporte de este servicio.',
    },
    flow_expired: {
      title: 'Este inicio de sesión ha terminado',
      what: 'Se inició hace demasiado tiempo o en otro navegador, o ya se ha utilizado o cerrado.',
      todo: 'Vuelva al sitio: quizá su sesión ya esté iniciada. Si no lo está, iníciela de nuevo.',
    },
    request_refused: {
      title: 'El sitio ha pedido algo que no le corresponde',
      what: 'La solicitud de inicio de sesión se ha rechazado antes de empezar.',
      todo: 'Vuelva al sitio e inténtelo de nuevo. Si continúa, el desarrollador del sitio necesita el detalle de abajo.',
    },
    not_permitted: {
      title: 'No puede permitir esto',
      what: 'Ha iniciado sesión, pero su cuenta no figura como administradora de esta conexión.',
      todo: 'Pida al operador de este servicio que le añada como administrador.',
    },
    tenant_suspended: {
      title: 'Este servicio está suspendido para su organización',
      what: 'En este momento nadie de su organización puede iniciar sesión.',
      todo: 'Pregunte a su departamento de informática, que puede hablar con el operador de este servicio.',
    },
    not_found: {
      title: 'Aquí no hay nada',
      what: 'Esta dirección no pertenece a este servicio.',
      todo: 'Vuelva al sitio e inicie sesión de nuevo.',
    },
    too_many_requests: {
      title: 'Demasiados inicios de sesión a la vez',
      what: 'Desde su red ha habido más inicios de sesión de los que se pueden atender a la vez.',
      todo: 'Espere unos segundos, vuelva al sitio e inicie sesión de nuevo.',
    },
    unavailable: {
      title: 'Algo ha fallado por nuestra parte',
      what: 'No se ha podido completar su inicio de sesión.',
      todo: 'Inténtelo de nuevo en un momento. Si continúa, avise al soporte de este servicio.',
    },
  },
  instead: {
    noCookie: {
      what: 'Este navegador no tiene la cookie correspondiente: se inició en otro navegador o hace algún tiempo, o las cookies están bloqueadas o se han borrado.',
      todo: 'Permita las cookies para la dirección de esta página. Después vuelva al sitio e inicie sesión de nuevo, de principio a fin en el mismo navegador. Si vuelve a ocurrir, avise a su departamento de informática.',
    },
    tooLate: {
      what: 'Ha estado más de diez minutos en el servicio de inicio de sesión de su organización, o allí se ha cambiado algo entretanto.',
      todo: 'Inténtelo de nuevo o vuelva al sitio. Si vuelve a ocurrir, avise a su departamento de informática.',
    },
    byHand: {
      todo: 'Inténtelo de nuevo dentro de un rato: en cuanto su cuenta esté aquí, podrá pasar. Si tarda mucho, pregunte a su departamento de informática.',
    },
  },
  quoteReference: 'Indique la referencia de abajo; con ella se encuentra lo que ha ocurrido.',
  tryAgain: 'Intentarlo de nuevo',
  backToSite: 'Volver a {site}',
  back: 'Volver al punto de partida',
  site: 'Sitio',
  organization: 'Organización',
  reference: 'Referencia',
  code: 'Código',
  detail: 'Detalle',
  issuer: 'Emisor {issuer}',
  signedInAs: 'Sesión iniciada como',
  waiting: {
    stage: 'Etapa',
    since: 'En espera desde hace',
    expected: 'Previsto',
    whenDecided: 'cuando alguien se haya ocupado de ello',
    tryAgain: 'Intentarlo ahora',
    stopTrying: 'Dejar de intentarlo automáticamente',
    stages: {
      paused: 'Recibida de su organización; un operador ha detenido la carga.',
      quarantined: 'Recibida de su organización; la carga ha fallado y se ha apartado.',
      busy: 'Recibida de su organización; pendiente de cargar.',
      failed: 'Recibida de su organización; la carga ha fallado y se volverá a intentar.',
    },
  },
  picker: { title: '¿Dónde trabaja?', what: 'Elija dónde tiene su cuenta.' },
  email: {
    title: '¿Dónde trabaja?',
    what: 'Escriba su dirección de correo electrónico del trabajo.',
    label: 'Correo electrónico',
    button: 'Continuar',
    list: 'Elegir de una lista',
  },
  moment: 'Un momento',
  onward: {
    title: 'Se le dirige a su organización',
    what: 'Si no ocurre nada, continúe usted.',
    button: 'Continuar a {name}',
  },
  test: {
    passed: 'La prueba se ha superado',
    failed: 'La prueba ha fallado',
    noSession:
      'Ha iniciado sesión con su propia cuenta para ver cada paso. No se ha abierto ninguna sesión.',
    steps: {
      discovered: 'Proveedor de identidad encontrado',
      'sent-to-idp': 'Navegador enviado al proveedor de identidad',
      'token-verified': 'Token de identidad verificado',
      tested: 'Persona encontrada',
      refused: 'Rechazado',
    },
  },
  consent: {
    title: '¿Permitir el aprovisionamiento de {tenant}?',
    asks:
      '{host} pide crear, modificar y desactivar las personas y los grupos de {tenant} a través de la ' +
      'conexión {connection}, desde ahora y sin volver a preguntar.',
    warning:
      'Permítalo solo si acaba de iniciar esta operación en la consola de su proveedor de identidad.',
    allow: 'Permitir',
    deny: 'Rechazar',
  },
  logout: {
    title: '¿Cerrar la sesión?',
    what: 'Se cerrará su sesión aquí y en los sitios en los que la inició desde aquí.',
    button: 'Cerrar la sesión',
  },
  signedOut: { title: 'Ha cerrado la sesión', what: 'Puede cerrar esta ventana.' },
}
