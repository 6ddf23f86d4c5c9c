/** What the words of a column's name hint at. Hints only: the values decide where they can. */
export interface NameHints {
  /** Last word of a key: id, key, uuid, … */
  readonly key: boolean;
  /** A word that numbers rows or codes things, and so names a key only where values are unique. */
  readonly weakKey: boolean;
  /** A person or an account: customer, patient, konto, … */
  readonly person: boolean;
  readonly quantity: boolean;
  /** A nominal thing often coded as a number: class, type, gender, … */
  readonly nominal: boolean;
  readonly time: boolean;
  readonly personName: 'given' | 'family' | 'full' | null;
  readonly address: boolean;
  readonly postcode: boolean;
  readonly phone: boolean;
  readonly comment: boolean;
  readonly quasi: boolean;
  /** No name at all, as a file saved with its row numbers has. */
  readonly nameless: boolean;
}

/** Words of a name in lower case: 'customerID' and 'customer_id' both give customer, id. */
export function wordsOf(name: string): string[] {
  return name
    .normalize('NFC')
    .replace(/(\p{Ll}|\d)(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}

const set = (words: string): ReadonlySet<string> => new Set(words.split(' '));

const KEY = set(
  'id ids key uuid guid pk oid hash token barcode account acct konto iban ssn vin isbn imei mrn passport ticket kennung',
);
const WEAK_KEY = set(
  'no nr num number code index idx ref reference serial row record line lfd nummer case numero numéro',
);
const PERSON = set(
  'person patient customer client user member account acct konto kunde kunden student pupil subject participant ' +
    'respondent employee staff worker passenger guest card cc borrower applicant household resident mitarbeiter teilnehmer',
);
const QUANTITY = set(
  'age alter amount amt price cost total sum count balance salary income wage pay fee charge revenue sales weight height ' +
    'length width depth size area volume distance duration speed temperature score points rate ratio percent pct share ' +
    'mean avg average min max std num number year month day hour minute second week jahr jahre monat tag stunde ' +
    'betrag preis summe anzahl menge einkommen gehalt gewicht größe groesse quantity qty stock tenure population lat ' +
    'latitude lon long longitude lng pregnancies children',
);
const NOMINAL = set(
  'sex gender geschlecht race ethnicity country nation land occupation job state region city district zone ward ' +
    'department dept type class category cat kind code status group grade level stage segment cluster flag mode brand ' +
    'branch plan title label decile quartile quintile relationship workclass religion language',
);
const TIME = set(
  'time timestamp epoch date datetime year month day hour minute second week unix jahr datum zeit ts',
);
const ADDRESS = set('address addr street strasse straße adresse anschrift rue calle');
const POSTCODE = set('zip zipcode postcode postal postalcode plz postleitzahl');
const PHONE = set('phone tel telephone telefon mobile cell fax handy telephon');
const COMMENT = set(
  'comment comments kommentar kommentare note notes remark remarks bemerkung bemerkungen anmerkung feedback review ' +
    'message text freitext description details narrative memo',
);
const QUASI = set(
  'age alter sex gender geschlecht birth birthday birthdate dob geburtsdatum geburtstag zip zipcode postcode plz race ' +
    'ethnicity nationality nationalität',
);
const AVERAGED = set('mean median avg average');
const GIVEN = set('first given vorname forename prénom prenom');
const FAMILY = set('last family sur surname nachname lastname maiden nom');
const WHOSE = set(
  'name full customer client patient person employee staff student user owner contact passenger member guest driver',
);

function personNameOf(words: readonly string[]): NameHints['personName'] {
  const rest = words.filter((word) => word !== 'name');
  const named = words.includes('name');
  if (['firstname', 'givenname', 'vorname', 'forename', 'prénom', 'prenom'].includes(words.at(-1) ?? ''))
    return 'given';
  if (['lastname', 'surname', 'nachname', 'familyname'].includes(words.at(-1) ?? '')) return 'family';
  if (['fullname', 'username'].includes(words.join(''))) return words.join('') === 'fullname' ? 'full' : null;
  if (rest.length === 1 && GIVEN.has(rest[0])) return 'given';
  if (rest.length === 1 && FAMILY.has(rest[0])) return 'family';
  if (named && rest.some((word) => GIVEN.has(word))) return 'given';
  if (named && rest.some((word) => FAMILY.has(word))) return 'family';
  return named && rest.every((word) => WHOSE.has(word)) ? 'full' : null;
}

/** A plural last word counts things: passengers, absences, years. */
const isPlural = (word: string): boolean => word.length > 3 && /[^suia]s$/.test(word);

/** Reads the hints in a column's name. */
export function hintsOf(name: string): NameHints {
  const words = wordsOf(name);
  const last = words.at(-1) ?? '';
  const any = (list: ReadonlySet<string>): boolean => words.some((word) => list.has(word));
  const counting =
    words.some(isPlural) || (words.length > 1 && ['num', 'n', 'number', 'no'].includes(words[0]));
  return {
    key:
      KEY.has(last) ||
      words[0] === 'id' ||
      (last.length > 6 && last.endsWith('id') && PERSON.has(last.slice(0, -2))),
    weakKey: WEAK_KEY.has(last) || ['rownumber', 'rownum', 'index'].includes(words.join('')),
    person: any(PERSON) || words.some((word) => word.endsWith('id') && PERSON.has(word.slice(0, -2))),
    quantity: any(QUANTITY) || counting,
    nominal: any(NOMINAL),
    time: any(TIME),
    personName: personNameOf(words),
    address: any(ADDRESS),
    postcode: any(POSTCODE),
    phone: any(PHONE),
    comment: COMMENT.has(last) || COMMENT.has(words[0] ?? ''),
    quasi: any(QUASI) && !any(AVERAGED),
    nameless: words.length === 0 || words[0] === 'unnamed' || /^column ?\d+$/.test(words.join(' ')),
  };
}
