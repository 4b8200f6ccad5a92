// The small languages in attributes: texts with escapes, what a transform matches (`from`), what it writes
// (`to`), and what a reorder matches. After UTS #35 part 7 and the ABNF beside it in CLDR.

import { quote } from './findings.js';

/** Why a text is none of its language: "… at “x”". */
export class Malformed extends Error {}

const MARKER = /^\\m\{([^{}\s]{1,64})\}/u;
const CODE_POINTS = /^\\u\{([0-9a-fA-F]{1,6}(?: [0-9a-fA-F]{1,6}){0,31})\}/;
const STRING = /^\$\{([0-9A-Za-z_]{1,32})\}/;
const SET = /^\$\[([0-9A-Za-z_]{1,32})\]/;
const MAPPED = /^\$\[([1-9]):([0-9A-Za-z_]{1,32})\]/;
const CLASS = /^\\[sStrnfvdwDW]/;
const ESCAPED = /^\\[\\${|}()*+.\/?[\]^]/;
const ESCAPED_IN_RANGE = /^\\[\\${|}()*+.\/?[\]^-]/;
const QUANTIFIER = /^(?:\?|\{([0-9]),([0-9])\})/;
const SYNTAX = '*+?{}()[]|^';

/** Groups in groups in groups are not written by anybody. */
const DEEPEST = 6;

/**
 * What was declared in `<variables>` so far, and which of it a text uses.
 *
 * - `strings`: id → `Text`
 * - `sets`: id → its items, each a `Text`
 * - `usets`: ids
 */
export class Variables {
  strings = new Map();
  sets = new Map();
  usets = new Set();

  has(id) {
    return this.strings.has(id) || this.sets.has(id) || this.usets.has(id);
  }

  string(id) {
    return this.strings.get(id) ?? fail(this.has(id) ? `\`${id}\` is a set and not a string` : `there is no string \`${id}\``);
  }

  items(id) {
    return this.sets.get(id) ?? fail(this.usets.has(id) ? `\`${id}\` is a \`uset\`, and only a \`set\` has items in order` : `there is no set \`${id}\``);
  }

  matchable(id) {
    return this.sets.has(id) || this.usets.has(id) || fail(`there is no set \`${id}\``);
  }
}

/**
 * Characters and markers.
 *
 * @typedef {{text: string, markers: string[]}} Text
 */

/** Whether an escape, a marker or a string comes next, which is then taken and added to `out`. */
function written(scanner, variables, out) {
  let match;
  if ((match = scanner.take(CODE_POINTS))) {
    out.text += codePoints(match[1]);
  } else if ((match = scanner.take(MARKER))) {
    out.markers.push(named(match[1]));
  } else if ((match = scanner.take(STRING))) {
    const value = variables.string(match[1]);
    out.text += value.text;
    out.markers.push(...value.markers);
  } else {
    return false;
  }
  return true;
}

/** `output`, `display` and the value of a string: characters, `\u{…}`, `\m{…}` and `${…}`. */
export function text(source, variables) {
  const scanner = new Scanner(source);
  const out = { text: '', markers: [] };
  while (!scanner.atEnd) {
    if (written(scanner, variables, out)) {
      // It has been added.
    } else if (scanner.at('\\')) {
      scanner.fail('a backslash is written `\\u{5C}`, and an escape `\\u{…}` or `\\m{…}`');
    } else {
      out.text += scanner.character();
    }
    if (out.text.length > 4096 || out.markers.length > 256) {
      fail('it grows past 4096 characters');
    }
  }
  return out;
}

/** The value of a set: texts between spaces, and other sets. */
export function set(source, variables) {
  const items = [];
  for (const item of source.split(/[ \t\r\n]+/).filter(Boolean)) {
    const other = SET.exec(item);
    if (other !== null && other[0] === item) {
      items.push(...variables.items(other[1]));
    } else if (other !== null || item.includes('$[')) {
      fail(`between ${quote(item)} and the next item is no space`);
    } else {
      items.push(text(item, variables));
    }
    if (items.length > 4096) {
      fail('it has more than 4096 items');
    }
  }
  return items.length > 0 ? items : fail('it has no items');
}

/** The value of a `uset`: a set of Unicode characters, without properties and without strings. */
export function uset(source, variables) {
  const scanner = new Scanner(source.trim());
  scanner.at('[') || scanner.fail('a set of characters begins with `[`');
  members(scanner, variables, 0);
  scanner.atEnd || scanner.fail('something stands behind the set');
}

function members(scanner, variables, depth) {
  if (depth > DEEPEST) {
    scanner.fail('sets are nested too deeply');
  }
  scanner.skip(1);
  if (scanner.at('^')) {
    scanner.skip(1);
  }
  if (scanner.at(':')) {
    scanner.fail('properties depend on a version of Unicode; list the characters');
  }
  let last = null; // the last character, where a range could begin
  let any = false;
  while (!scanner.at(']')) {
    let match;
    if (scanner.atEnd) {
      scanner.fail('a `]` is missing');
    } else if (scanner.take(/^[ \t\r\n]+/)) {
      continue;
    } else if (scanner.at('[')) {
      members(scanner, variables, depth + 1);
      last = null;
    } else if ((match = scanner.take(SET))) {
      variables.usets.has(match[1]) || fail(`there is no \`uset\` \`${match[1]}\``);
      last = null;
    } else if (scanner.at('-') || scanner.at('&')) {
      const operator = scanner.character();
      scanner.take(/^[ \t\r\n]+/);
      if (last !== null && operator === '-') {
        const end = member(scanner, variables);
        if (end < last) {
          scanner.fail('a range ends before it begins');
        }
        last = null;
      } else if (!any || !(scanner.at('[') || scanner.at('$'))) {
        scanner.fail(`\`${operator}\` stands between two characters or two sets`);
      }
      continue;
    } else {
      last = member(scanner, variables);
    }
    any = true;
  }
  scanner.skip(1);
}

/** One character of a set, as a code point. */
function member(scanner, variables) {
  let match;
  if ((match = scanner.take(CODE_POINTS))) {
    return codePoints(match[1]).codePointAt(0);
  }
  if ((match = scanner.take(STRING))) {
    return variables.string(match[1]).text.codePointAt(0) ?? 0;
  }
  if ((match = scanner.take(ESCAPED_IN_RANGE))) {
    return match[0].codePointAt(1);
  }
  if (scanner.atEnd || ['\\', '{', '}', '[', ']'].some((c) => scanner.at(c))) {
    scanner.fail('this is no character of a set; escape it as `\\u{…}`');
  }
  return scanner.character().codePointAt(0);
}

/**
 * What a transform matches.
 *
 * @returns {{groups: (string | null)[], markers: string[]}} of each capturing group the set that it is, if
 *   it is one; and the markers that must have been written before
 */
export function from(source, variables) {
  const scanner = new Scanner(source);
  const found = { groups: [], markers: [], variables };
  if (scanner.at('^')) {
    scanner.skip(1);
  }
  if (alternatives(scanner, found, 0) === 0) {
    fail('it could match nothing at all, and would apply for ever');
  }
  scanner.atEnd || scanner.fail('this `)` closes nothing');
  if (found.groups.length > 9) {
    fail('it has more than 9 groups in `(…)`; make some of them `(?:…)`');
  }
  return found;
}

/** Reads up to the end or a `)`. Returns how many characters it matches at least. */
function alternatives(scanner, found, depth) {
  if (depth > DEEPEST) {
    scanner.fail('groups are nested too deeply');
  }
  let shortest = Infinity;
  let length = 0;
  let atoms = 0;
  while (!scanner.atEnd && !scanner.at(')')) {
    if (scanner.at('|')) {
      if (atoms === 0) {
        scanner.fail('`|` stands between two alternatives');
      }
      scanner.skip(1);
      shortest = Math.min(shortest, length);
      length = 0;
      atoms = 0;
      continue;
    }
    length += quantified(scanner, group(scanner, found, depth));
    atoms += 1;
  }
  return atoms > 0 ? Math.min(shortest, length) : scanner.fail('something to match is missing');
}

function group(scanner, found, depth) {
  if (scanner.take(/^\(\?:/)) {
    const length = alternatives(scanner, found, depth + 1);
    scanner.take(/^\)/) || scanner.fail('a `)` is missing');
    return length;
  }
  if (!scanner.at('(')) {
    return atom(scanner, found);
  }
  scanner.skip(1);
  if (scanner.at('?')) {
    scanner.fail('of the groups that begin with `(?`, only `(?:…)` is allowed');
  }
  const start = scanner.position;
  let length = 0;
  let atoms = 0;
  while (!scanner.at(')')) {
    if (scanner.atEnd) {
      scanner.fail('a `)` is missing');
    } else if (scanner.at('(') || scanner.at('|')) {
      scanner.fail('a group in `(…)` has no group and no `|` within; use `(?:…)` around it, or a set');
    }
    length += quantified(scanner, atom(scanner, found));
    atoms += 1;
  }
  const whole = SET.exec(source(scanner, start));
  found.groups.push(atoms === 1 && whole !== null && whole[0].length === scanner.position - start ? whole[1] : null);
  scanner.skip(1);
  return atoms > 0 ? length : scanner.fail('the group is empty');
}

const source = (scanner, start) => scanner.source.slice(start, scanner.position);

function quantified(scanner, length) {
  const match = scanner.take(QUANTIFIER);
  if (match === null) {
    return length;
  }
  if (match[0] === '?') {
    return 0;
  }
  const [least, most] = [Number(match[1]), Number(match[2])];
  if (most < 1 || most < least) {
    scanner.fail(`\`{${least},${most}}\` repeats nothing`);
  }
  return length * least;
}

/** One thing to match. Returns how many characters it matches at least. */
function atom(scanner, found) {
  let match;
  if (scanner.take(CODE_POINTS) || scanner.take(CLASS) || scanner.take(ESCAPED)) {
    if (scanner.last.startsWith('\\u')) {
      return [...codePoints(scanner.last.slice(3, -1))].length;
    }
    return 1;
  }
  if ((match = scanner.take(MARKER))) {
    if (match[1] !== '.') {
      found.markers.push(match[1]);
    }
    return 1;
  }
  if ((match = scanner.take(STRING))) {
    const value = found.variables.string(match[1]);
    found.markers.push(...value.markers);
    return [...value.text].length + value.markers.length;
  }
  if ((match = scanner.take(SET))) {
    found.variables.matchable(match[1]);
    for (const item of found.variables.sets.get(match[1]) ?? []) {
      found.markers.push(...item.markers);
    }
    return 1;
  }
  if (scanner.at('[')) {
    range(scanner, found);
    return 1;
  }
  if (scanner.at('$')) {
    scanner.fail('`$` begins `${string}` or `$[set]`; the end of the text is where a transform matches anyway');
  }
  if (scanner.at('\\')) {
    scanner.fail('there is no such escape; neither properties nor references back are allowed');
  }
  const character = scanner.character();
  if (SYNTAX.includes(character)) {
    const why = '*+'.includes(character) ? 'nothing repeats without a bound; write `{0,9}`' : `escape it as \`\\${character}\``;
    scanner.fail(`${quote(character)} has a meaning of its own here: ${why}`);
  }
  return 1;
}

/** `[a-z]`, which is no set of Unicode: no spaces, no operators, no properties. */
function range(scanner, found) {
  scanner.skip(1);
  if (scanner.at('^')) {
    scanner.skip(1);
  }
  let members = 0;
  const edge = () => {
    let match;
    if ((match = scanner.take(CODE_POINTS))) {
      return codePoints(match[1]).codePointAt(0);
    }
    if ((match = scanner.take(ESCAPED_IN_RANGE))) {
      return match[0].codePointAt(1);
    }
    if (scanner.atEnd || '\\[]^$-'.includes(scanner.peek())) {
      scanner.fail('this is no character of a range; escape it');
    }
    return scanner.character().codePointAt(0);
  };
  while (!scanner.at(']')) {
    const marker = scanner.take(MARKER);
    if (marker !== null) {
      if (marker[1] !== '.') {
        found.markers.push(marker[1]);
      }
    } else {
      const first = edge();
      if (scanner.at('-')) {
        scanner.skip(1);
        if (edge() < first) {
          scanner.fail('a range ends before it begins');
        }
      }
    }
    members += 1;
  }
  scanner.skip(1);
  return members > 0 || scanner.fail('the range is empty');
}

/**
 * What a transform writes.
 *
 * @param {{groups: (string | null)[]}} matched what its `from` is
 * @returns {Text} what it always writes; groups and mapped sets are not in it, but the items of the latter are in `mapped`
 */
export function to(source, matched, variables) {
  const scanner = new Scanner(source);
  const out = { text: '', markers: [], mapped: [] };
  const captured = (number) => number <= matched.groups.length ||
    scanner.fail(`\`from\` has no group ${number}`);
  while (!scanner.atEnd) {
    let match;
    if (written(scanner, variables, out)) {
      // It has been added.
    } else if ((match = scanner.take(MAPPED))) {
      const [, number, id] = match;
      captured(Number(number));
      const source = matched.groups[number - 1];
      if (source === null) {
        fail(`group ${number} of \`from\` is not one set, as in \`($[lower])\`, and cannot be mapped`);
      }
      const [before, after] = [variables.items(source), variables.items(id)];
      if (before.length !== after.length) {
        fail(`\`${source}\` has ${before.length} items and \`${id}\` ${after.length}; they are mapped one to one`);
      }
      out.mapped.push(...after);
    } else if ((match = scanner.take(/^(?:\$\$|\\\$)/))) {
      out.text += '$';
    } else if (scanner.take(/^\\\\/)) {
      out.text += '\\';
    } else if ((match = scanner.take(/^\$([0-9])/))) {
      captured(Number(match[1]));
    } else if (scanner.at('$') || scanner.at('\\')) {
      scanner.fail('write `$$` for a dollar and `\\\\` for a backslash');
    } else {
      out.text += scanner.character();
    }
    if (out.text.length > 4096) {
      fail('it grows past 4096 characters');
    }
  }
  return out;
}

/** What a reorder matches: characters and sets of them. Returns how many. */
export function elements(source, variables) {
  const scanner = new Scanner(source);
  let count = 0;
  while (!scanner.atEnd) {
    let match;
    if ((match = scanner.take(CODE_POINTS))) {
      count += [...codePoints(match[1])].length;
      continue;
    }
    if ((match = scanner.take(STRING))) {
      count += [...variables.string(match[1]).text].length;
      continue;
    }
    if ((match = scanner.take(SET))) {
      variables.usets.has(match[1]) || fail(`there is no \`uset\` \`${match[1]}\``);
    } else if (scanner.at('[')) {
      members(scanner, variables, 0);
    } else if (scanner.at('\\') || SYNTAX.includes(scanner.peek())) {
      scanner.fail('a reorder matches characters, `\\u{…}` and `[…]`');
    } else {
      scanner.character();
    }
    count += 1;
  }
  return count > 0 ? count : fail('it matches nothing');
}

function codePoints(hex) {
  return hex.split(' ').map((digits) => {
    const value = Number.parseInt(digits, 16);
    if (value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff) || (value & 0xfffe) === 0xfffe || (value >= 0xfdd0 && value <= 0xfdef)) {
      fail(`\`\\u{${digits}}\` is no character`);
    }
    return String.fromCodePoint(value);
  }).join('');
}

function named(marker) {
  return marker === '.' ? fail('`\\m{.}` matches a marker, and cannot be written') : marker;
}

function fail(message) {
  throw new Malformed(message);
}

class Scanner {
  position = 0;
  /** What was taken last. */
  last = '';

  constructor(source) {
    this.source = source;
  }

  get atEnd() {
    return this.position >= this.source.length;
  }

  at(character) {
    return this.source.startsWith(character, this.position);
  }

  peek() {
    return String.fromCodePoint(this.source.codePointAt(this.position));
  }

  character() {
    const character = this.peek();
    this.position += character.length;
    return character;
  }

  skip(length) {
    this.position += length;
  }

  /** What `pattern`, which begins with `^`, matches here. */
  take(pattern) {
    // No pattern matches more than this: the rest of a long attribute is not copied for each character of it.
    const match = pattern.exec(this.source.slice(this.position, this.position + 300));
    if (match !== null) {
      this.last = match[0];
      this.position += match[0].length;
    }
    return match;
  }

  fail(message) {
    const rest = this.source.slice(this.position);
    fail(rest === '' ? `${message} (at the end)` : `${message} (at ${quote(rest)})`);
  }
}
