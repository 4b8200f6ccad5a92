// What CLDR has beside a layout: keys and forms that every layout has, and those that it can import.
//
// These are names and facts of UTS #35 part 7 ("Implied Keys", "Implied Form Values") and of CLDR's
// `keyboards/import`, the same in every version since 45.

/** Versions of CLDR whose format is this one. */
export const VERSIONS = ['45', '46', '47', '48'];

export const namespace = (version) => `https://schemas.unicode.org/cldr/${version}/keyboard3`;

const pairs = (text) => text.trim().split(/\s+/).map((pair) => pair.split('='));

const alphanumerics = [...'0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'];

/** Keys that need not be written: their id, and what they write. `gap` writes nothing. */
export const IMPLIED_KEYS = new Map([['gap', ''], ['space', ' '], ...alphanumerics.map((c) => [c, c])]);

/** Key files that `<keys>` can import. */
export const IMPORTED_KEYS = new Map([
  ['keys-Latn-implied.xml', IMPLIED_KEYS],
  ['keys-Zyyy-punctuation.xml', new Map([
    ...pairs(`amp=& apos=' asterisk=* at=@ backslash=\\ bang=! caret=^ close-angle=> close-curly=} close-paren=)
      close-square=] colon=: comma=, degree=° double-quote=" grave=\` hash=# hyphen=- micro=µ not=¬
      open-angle=< open-curly={ open-paren=( open-square=[ percent=% period=. pipe=| plus=+ question=? section=§
      semi-colon=; slash=/ tilde=~ underscore=_`),
    ['equal', '='],
  ])],
  ['keys-Zyyy-currency.xml', new Map(pairs('dollar=$ euro=€ pound=£ yen=¥ cruzeiro=₢ cent=¢'))],
]);

/** Form files that `<forms>` can import: what they have is implied anyway. */
export const IMPORTED_FORMS = ['scanCodes-implied.xml'];

/** Hardware that every layout can be for: how many keys each row has, from the digits to the space bar. */
export const FORMS = new Map([
  ['us', [13, 13, 11, 10, 1]],
  ['iso', [13, 12, 12, 11, 1]],
  ['abnt2', [13, 12, 12, 12, 1]],
  ['jis', [14, 12, 12, 11, 1]],
  ['ks', [14, 13, 11, 10, 1]],
]);

/** A form for people. */
export const FORM_NAMES = new Map([
  ['touch', 'Touch'],
  ['us', 'US (ANSI)'],
  ['iso', 'ISO'],
  ['abnt2', 'Brazilian (ABNT2)'],
  ['jis', 'Japanese (JIS)'],
  ['ks', 'Korean (KS)'],
]);
