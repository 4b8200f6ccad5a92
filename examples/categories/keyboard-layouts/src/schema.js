// The vocabulary: which elements the format has, where, and with which attributes. The same as CLDR's
// `ldmlKeyboard3.dtd`, but `special`: what stands in it means something to one vendor only, and
// nobody could say here what.

import { quote } from './findings.js';

const ANY = /^[^]*$/;
const TRUE = /^true$/;
// XML 1.0, productions 4a, 7 and 8.
const NAME_CHARACTER =
  '-.0-9:A-Z_a-z\u00b7\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u037d\u037f-\u1fff\u200c\u200d\u203f\u2040\u2070-\u218f' +
  '\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\u{10000}-\u{effff}';
const TOKEN = new RegExp(`^[${NAME_CHARACTER}]{1,64}$`, 'u');
const TOKENS = new RegExp(`^[${NAME_CHARACTER} \\t\\r\\n]*$`, 'u');
const VARIABLE = /^[0-9A-Za-z_]{1,32}$/;
const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;

/** Longer values are not written by hand; the longest in CLDR, a list of a script's letters, has 4 KiB. */
const LONGEST_VALUE = 16 * 1024;

/**
 * An attribute is `[pattern, required]`. Children come in the order of the list; a list in it is a
 * choice between elements, which do not mix; `*` and `+` say how many there may be.
 */
const ELEMENTS = new Map(Object.entries({
  keyboard3: {
    attributes: { xmlns: [ANY, true], locale: [ANY, true], conformsTo: [ANY, true] },
    children: [
      'locales', 'version', 'info', 'settings', 'displays', 'keys', 'flicks', 'forms', 'layers+', 'variables', 'transforms*',
    ],
    needs: ['info', 'layers'],
  },
  locales: { attributes: {}, children: ['locale*'] },
  locale: { attributes: { id: [ANY, true] } },
  version: { attributes: { number: [ANY, true] } },
  info: { attributes: { name: [ANY, true], author: [ANY], layout: [ANY], indicator: [ANY] } },
  settings: { attributes: { normalization: [/^disabled$/, true] } },
  displays: { attributes: {}, children: ['display*', 'displayOptions'] },
  display: { attributes: { keyId: [TOKEN], output: [ANY], display: [ANY, true] } },
  displayOptions: { attributes: { baseCharacter: [ANY] } },
  keys: { attributes: {}, children: ['import*', 'key*'] },
  key: {
    attributes: {
      id: [TOKEN, true], flickId: [TOKEN], gap: [TRUE], output: [ANY], longPressKeyIds: [TOKENS],
      longPressDefaultKeyId: [TOKEN], multiTapKeyIds: [TOKENS], stretch: [TRUE], layerId: [NAME],
      width: [/^[0-9]{1,3}(\.[0-9]{1,4})?$/],
    },
  },
  flicks: { attributes: {}, children: ['flick*'] },
  flick: { attributes: { id: [TOKEN, true] }, children: ['flickSegment+'], needs: ['flickSegment'] },
  flickSegment: { attributes: { directions: [/^(n|e|s|w|ne|nw|se|sw)( +(n|e|s|w|ne|nw|se|sw)){0,7}$/, true], keyId: [TOKEN, true] } },
  forms: { attributes: {}, children: ['import*', 'form*'] },
  form: { attributes: { id: [NAME, true] }, children: ['scanCodes+'], needs: ['scanCodes'] },
  scanCodes: { attributes: { codes: [/^[0-9a-fA-F]{2}( [0-9a-fA-F]{2}){0,31}$/, true] } },
  layers: { attributes: { formId: [NAME, true], minDeviceWidth: [/^[1-9][0-9]{0,2}$/] }, children: ['layer+'], needs: ['layer'] },
  layer: { attributes: { id: [NAME], modifiers: [/^[A-Za-z0-9]+([ ,]+[A-Za-z0-9]+)*$/] }, children: ['row+'], needs: ['row'] },
  row: { attributes: { keys: [TOKENS, true] } },
  variables: { attributes: {}, children: ['string*', 'set*', 'uset*'] },
  string: { attributes: { id: [VARIABLE, true], value: [ANY, true] } },
  set: { attributes: { id: [VARIABLE, true], value: [ANY, true] } },
  uset: { attributes: { id: [VARIABLE, true], value: [ANY, true] } },
  transforms: { attributes: { type: [/^(simple|backspace)$/, true] }, children: ['transformGroup+'], needs: ['transformGroup'] },
  transformGroup: { attributes: {}, children: [['transform*', 'reorder*']], needs: [['transform', 'reorder']] },
  transform: { attributes: { from: [ANY, true], to: [ANY] } },
  reorder: {
    attributes: { from: [ANY, true], before: [ANY], order: [ANY], tertiary: [ANY], tertiaryBase: [ANY], preBase: [ANY] },
  },
  import: { attributes: { base: [/^cldr$/, true], path: [ANY, true] } },
}));

/**
 * Says of an element and everything in it what the vocabulary does not have.
 *
 * @param {import('./xml.js').Element} element
 * @param {(rule: string, line: number, message: string) => void} report
 */
export function check(element, report) {
  attributes(element, report);
  children(element, report);
}

function attributes({ name, line, attributes: given }, report) {
  const { attributes: known } = ELEMENTS.get(name);
  for (const [key, value] of given) {
    if (!Object.hasOwn(known, key)) {
      report('attribute.unknown', line, `\`${name}\` has no attribute ${quote(key)}. Remove it, or correct its spelling.`);
    } else if (value.length > LONGEST_VALUE) {
      report('attribute.too-long', line, `\`${key}\` of \`${name}\` is longer than ${LONGEST_VALUE} characters. Shorten it.`);
    } else if (!known[key][0].test(value)) {
      report('attribute.malformed', line, `\`${key}\` of \`${name}\` cannot be ${quote(value)}. Write it as UTS #35 part 7 says for \`${name}\`.`);
    }
  }
  for (const [key, [, required]] of Object.entries(known)) {
    if (required && !given.has(key)) {
      report('attribute.missing', line, `\`${name}\` needs the attribute \`${key}\`. Add it.`);
    }
  }
}

function children({ name, line, children: given }, report) {
  const { children: places = [], needs = [] } = ELEMENTS.get(name);
  const options = places.map((place) => [place].flat().map((child) => ({ name: child.replace(/[*+]$/, ''), many: /[*+]$/.test(child) })));
  let reached = 0;
  const taken = new Map();
  for (const child of given) {
    const place = options.findIndex((choice) => choice.some((option) => option.name === child.name));
    if (place === -1) {
      const where = child.name === 'import' ? 'Write out what it would bring.' : 'Remove it, or correct its spelling.';
      report('element.unknown', child.line, `\`${name}\` has no element ${quote(child.name)}. ${where}`);
      continue;
    }
    if (place < reached) {
      report('element.misplaced', child.line, `\`${child.name}\` comes too late in \`${name}\`. Put it before \`${options[reached][0].name}\`.`);
    }
    reached = Math.max(reached, place);
    const others = options[place].filter((option) => option.name !== child.name && taken.has(option.name));
    if (others.length > 0) {
      report('element.mixed', child.line, `\`${name}\` has \`${others[0].name}\` and \`${child.name}\`. Give each a \`${name}\` of its own.`);
    }
    const one = options[place].find((option) => option.name === child.name);
    if (!one.many && taken.has(child.name)) {
      report('element.duplicate', child.line, `\`${name}\` has \`${child.name}\` twice (the first in line ${taken.get(child.name)}). Remove one.`);
    }
    if (!taken.has(child.name)) {
      taken.set(child.name, child.line);
    }
    check(child, report);
  }
  for (const need of needs) {
    if (![need].flat().some((choice) => taken.has(choice))) {
      report('element.missing', line, `\`${name}\` has no \`${[need].flat().join('` or `')}\`. Add one.`);
    }
  }
}
