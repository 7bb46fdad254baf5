/**
 * People for an organisation, made up from a seed: the same seed gives the same people.
 *
 * Names come from many scripts and in the order their owners write them; some people have one name
 * only. Logins are plain ASCII, as mailboxes are. A name is written `Зоя=zoya` where its letters say
 * nothing about its login, and alone where its ASCII letters are the login.
 */
import { createHash } from 'node:crypto'
import { idFrom } from './ids.ts'
import type { Person } from './org.ts'

interface Names {
  readonly locale: string
  /** What stands between the names, and whether the family's comes first. */
  readonly order: 'given family' | 'family given' | 'familygiven' | 'given'
  readonly given: string
  readonly family: string
}

const NAMES: readonly Names[] = [
  {
    locale: 'en_US',
    order: 'given family',
    given: 'Nadia Marcus Shauna Jean-Luc D’Arcy=darcy Mary-Ann Theo Abigail',
    family: "Osei O'Neill Smith-Jones Okafor McKay D'Souza Whitfield St.Clair",
  },
  {
    locale: 'fr_FR',
    order: 'given family',
    given: 'Zoë François Éloïse Jérôme Anaïs Léa Benoît Maëlle',
    family: "Lefèvre Dupré L'Hôpital Château Gauthier Lemaître Forêt Marçais",
  },
  {
    locale: 'de_DE',
    order: 'given family',
    given: 'Jürgen Käthe Björn Sören=soeren Anneliese Götz Ülkü Wolfram',
    family: 'Müller Groß=gross Weißhaupt=weisshaupt Schäfer Böhm-Krüger Köhler Jäger Özdemir',
  },
  {
    locale: 'pl_PL',
    order: 'given family',
    given:
      'Tomasz Łukasz=lukasz Agnieszka Zdzisław=zdzislaw Małgorzata=malgorzata Świętosława=swietoslawa',
    family: 'Bąk Wójcik Dąb Żak Gołąb=golab Pająk Sęk Źrebiec',
  },
  {
    locale: 'da_DK',
    order: 'given family',
    given: 'Søren=soren Åse Jørgen=jorgen Mægtild=maegtild Þóra=thora Bjørn=bjorn',
    family:
      'Møller=moller Ångström Kjær=kjaer Sørensen=sorensen Guðmundsdóttir=gudmundsdottir Nygård',
  },
  {
    locale: 'vi_VN',
    order: 'family given',
    given: 'Ngọc Thảo Hương Đức=duc Quỳnh Tuấn',
    family: 'Nguyễn Trần Phạm Đặng=dang Võ Bùi',
  },
  {
    locale: 'tr_TR',
    order: 'given family',
    given: 'İpek=ipek Işıl=isil Çağla Gökhan Şükrü Yiğit',
    family: 'Yıldız=yildiz Öztürk Çelik Şahin Güneş Aydın=aydin',
  },
  {
    locale: 'uk_UA',
    order: 'given family',
    given: 'Зоя=zoya Андрій=andrii Оксана=oksana Тарас=taras Єва=yeva Юрій=yurii',
    family: 'Шевченко=shevchenko Коваленко=kovalenko Мельник=melnyk Ґудзь=gudz Швець=shvets',
  },
  {
    locale: 'el_GR',
    order: 'given family',
    given: 'Ελένη=eleni Νίκος=nikos Ιωάννης=ioannis Δέσποινα=despoina Άρης=aris',
    family:
      'Παππάς=pappas Βασιλείου=vasileiou Αγγέλου=angelou Στεργίου=stergiou Κωνσταντίνου=konstantinou',
  },
  {
    locale: 'ar_EG',
    order: 'given family',
    given: 'ليلى=layla محمد=mohamed يوسف=youssef فاطمة=fatima نور=nour',
    family: 'حداد=haddad المصري=almasry خليل=khalil الشريف=alsharif منصور=mansour',
  },
  {
    locale: 'he_IL',
    order: 'given family',
    given: 'נועה=noa יונתן=yonatan תמר=tamar אורי=uri שירה=shira',
    family: 'לוי=levi ברק=barak שפירא=shapira אלון=alon בן־דוד=bendavid',
  },
  {
    locale: 'zh_CN',
    order: 'familygiven',
    given: '小明=xiaoming 芳=fang 伟=wei 静怡=jingyi 子轩=zixuan',
    family: '王=wang 李=li 欧阳=ouyang 张=zhang 𠮷=ji',
  },
  {
    locale: 'ja_JP',
    order: 'family given',
    given: '花子=hanako 太郎=taro さくら=sakura 健一=kenichi ユリ=yuri',
    family: '山田=yamada 鈴木=suzuki 髙橋=takahashi 渡邉=watanabe 小野寺=onodera',
  },
  {
    locale: 'ko_KR',
    order: 'familygiven',
    given: '지민=jimin 서연=seoyeon 민준=minjun 하늘=haneul 은지=eunji',
    family: '김=kim 이=lee 박=park 남궁=namgung 최=choi',
  },
  {
    locale: 'hi_IN',
    order: 'given family',
    given: 'आरव=aarav प्रिया=priya कृष्ण=krishna श्रेया=shreya अनिल=anil',
    family: 'शर्मा=sharma पटेल=patel सिंह=singh त्रिवेदी=trivedi चौधरी=chaudhary',
  },
  {
    locale: 'th_TH',
    order: 'given family',
    given: 'สมชาย=somchai มาลี=malee ณัฐ=nat ปิยะ=piya อรุณี=arunee',
    family: 'ใจดี=jaidee ศรีสุข=srisuk แสงทอง=saengthong วงศ์ไทย=wongthai บุญมี=boonmee',
  },
  {
    locale: 'id_ID',
    order: 'given',
    given: 'Sukarti Wahyuningsih Budiono Lestari Prasetyo Kartika',
    family: '',
  },
]

const WORK: readonly { department: string; titles: readonly string[] }[] = [
  { department: 'Engineering', titles: ['Engineer', 'Senior Engineer', 'Test Engineer'] },
  { department: 'Field Operations', titles: ['Technician', 'Dispatcher', 'Site Lead'] },
  { department: 'Finance', titles: ['Accountant', 'Controller', 'Analyst'] },
  { department: 'People & Culture', titles: ['Recruiter', 'Partner', 'Trainer'] },
  { department: 'Research', titles: ['Researcher', 'Laboratory Assistant'] },
  { department: 'Sales', titles: ['Account Executive', 'Sales Engineer', 'Regional Lead'] },
]

/**
 * Makes `count` people with ids of Okta's form and logins that no two of them share. Asking for
 * more gives the same first ones, and then more.
 * @param domain  of the logins, which are the e-mail addresses too
 */
export function createPeople({
  seed,
  domain,
  count,
}: {
  seed: string
  domain: string
  count: number
}): Person[] {
  const taken = new Map<string, number>()
  return Array.from({ length: count }, (_, index) => {
    const id = idFrom('00u', `${seed}:person:${index}`)
    const draw = createDraw(`${seed}:profile:${index}`)
    const { locale, order, given, family } = draw(NAMES)
    const [givenName, familyName] = [nameIn(given, draw), nameIn(family, draw)]
    const base = [givenName.ascii, familyName.ascii].filter((part) => part !== '').join('.')
    const namesakes = (taken.get(base) ?? 0) + 1
    taken.set(base, namesakes)
    const login = `${base}${namesakes === 1 ? '' : namesakes}@${domain}`
    const { department, titles } = draw(WORK)
    return {
      id,
      login,
      givenName: givenName.written,
      familyName: familyName.written,
      displayName: displayName(order, givenName.written, familyName.written),
      email: login,
      title: draw(titles),
      department,
      locale,
      phone: `+1 555 01${String(index % 100).padStart(2, '0')}`,
      password: passwordOf(id),
      status: 'ACTIVE',
    }
  })
}

/** A person's password is derived from their id, so that whoever knows one can sign in as them. */
export function passwordOf(id: string): string {
  return createHash('sha256').update(`password of ${id}`).digest('base64url').slice(0, 16)
}

type Draw = <Item>(from: readonly Item[]) => Item

/** Draws the same for the same text, each time another: a small counter hashed (splitmix32). */
function createDraw(text: string): Draw {
  let state = createHash('sha256').update(text).digest().readUInt32LE()
  return (from) => {
    state = (state + 0x9e3779b9) | 0
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    const item = from[((mixed ^ (mixed >>> 15)) >>> 0) % from.length]
    if (item === undefined) throw new Error('Nothing to draw from.')
    return item
  }
}

function nameIn(pool: string, draw: Draw): { written: string; ascii: string } {
  const [written = '', login = written] = draw(pool.split(' ')).split('=')
  const ascii = login.normalize('NFKD').replace(/[^A-Za-z]/g, '')
  return { written, ascii: ascii.toLowerCase() }
}

function displayName(order: Names['order'], given: string, family: string): string {
  switch (order) {
    case 'given family':
      return `${given} ${family}`
    case 'family given':
      return `${family} ${given}`
    case 'familygiven':
      return family + given
    case 'given':
      return given
  }
}
