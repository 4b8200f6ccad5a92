// One layout: whether an LDML keyboard means what it says, and what it has.
//
// `schema.js` has said that elements and attributes are those of the format. Here is what the format says
// in words: that names lead somewhere, that rows fit the hardware, that rules can apply.

import { FORMS, IMPLIED_KEYS, IMPORTED_FORMS, IMPORTED_KEYS, VERSIONS, namespace } from './cldr.js';
import { quote, some } from './findings.js';
import { locale } from './locale.js';
import * as pattern from './pattern.js';
import * as schema from './schema.js';
import { Unreadable, parse } from './xml.js';

/** The largest layout of CLDR has 12 KiB. */
export const LARGEST = 256 * 1024;

/** More characters than this at one key or by one rule are a phrase, and need the permission for it. */
const LONGEST_WRITTEN = 16;

/** Nobody made a layout for more languages, and each is a permission to consent to. */
const MOST_LOCALES = 32;

const MODIFIERS = ['none', 'alt', 'altL', 'altR', 'caps', 'ctrl', 'ctrlL', 'ctrlR', 'shift', 'other'];
const SEMVER = /^(0|[1-9]\d*)(\.(0|[1-9]\d*)){2}(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?(\+[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?$/;

const words = (list) => (list ?? '').split(/[ \t\r\n]+/).filter(Boolean);

/**
 * @typedef {object} Layout
 * @property {string} path in the package
 * @property {string} id the locale that names the keyboard: `fr-t-k0-azerty`
 * @property {string[]} tongues what people write with it, in the order declared
 * @property {{name: string, author?: string, layout?: string, indicator?: string}} info
 * @property {string | null} version
 * @property {string} conformsTo
 * @property {{form: string, minDeviceWidth: number | null, layers: {id: string, rows: number}[]}[]} forms
 * @property {number} rules transforms and reorders
 * @property {Set<string>} characters that it writes
 * @property {string[]} phrases keys and rules that write more than a character or so
 */

/**
 * Reads a layout.
 *
 * @param {string} path
 * @param {Uint8Array} bytes
 * @param {import('./findings.js').Findings} findings gets every reason against it
 * @param {import('./findings.js').Findings} remarks gets what a moderator should look at
 * @returns {Layout | null} null if there is a reason against it
 */
export function read(path, bytes, findings, remarks) {
  const reader = new Reader(path, findings, remarks);
  try {
    const root = parse(bytes);
    return reader.layout(root);
  } catch (error) {
    if (error instanceof Unreadable) {
      findings.add(error.rule, path, error.message);
      return null;
    }
    throw error;
  }
}

class Reader {
  #failed = false;

  constructor(path, findings, remarks) {
    this.path = path;
    this.findings = findings;
    this.remarks = remarks;
    this.variables = new pattern.Variables();
    /** id → what the key is: `{text, markers, line, element}`; line 0 if it is CLDR's. */
    this.keys = new Map();
    this.characters = new Set();
    this.phrases = [];
    /** Markers that something writes, and that something waits for, with a line. */
    this.written = new Map();
    this.awaited = new Map();
  }

  refuse(rule, line, message) {
    this.#failed = true;
    this.findings.add(rule, this.path, `Line ${line}: ${message}`);
  }

  /** Reads a text of a language of `pattern.js`; null, and a finding, if it is none. */
  pattern(rule, { line, name }, attribute, value, readText) {
    try {
      return readText(value);
    } catch (error) {
      if (error instanceof pattern.Malformed) {
        this.refuse(rule, line, `\`${attribute}\` of \`${name}\`, ${quote(value)}: ${error.message}. Correct it.`);
        return null;
      }
      throw error;
    }
  }

  layout(root) {
    if (root.name !== 'keyboard3') {
      const old = root.name === 'keyboard' ? ' CLDR wrote it before version 45; write it anew.' : '';
      this.refuse('layout.unknown', root.line, `The file is a ${quote(root.name)} and no \`keyboard3\`.${old} A layout is an LDML keyboard (UTS #35 part 7).`);
      return null;
    }
    schema.check(root, (rule, line, message) => this.refuse(rule, line, message));
    if (this.#failed) {
      return null; // what follows relies on the vocabulary
    }
    const all = (parent, name) => (parent ?? { children: [] }).children.filter((child) => child.name === name);
    const one = (name) => all(root, name)[0];

    this.conforms(root);
    const locales = this.locales(root, all(one('locales'), 'locale'));
    const info = this.info(one('info'));
    const version = one('version')?.attributes.get('number') ?? null;
    if (version !== null && !SEMVER.test(version)) {
      this.refuse('version.malformed', one('version').line, `${quote(version)} is no semantic version. Write it like \`1.0.0\`.`);
    }
    this.readVariables(one('variables'));
    this.readKeys(one('keys'), all);
    const flicks = this.readFlicks(all(one('flicks'), 'flick'), all);
    const rows = this.readForms(one('forms'), all);
    const forms = this.readLayers(all(root, 'layers'), rows, all);
    this.references(flicks, forms);
    this.displays(all(one('displays'), 'display'), all(one('displays'), 'displayOptions')[0]);
    const rules = this.transforms(all(root, 'transforms'), all);
    if (this.#failed) {
      return null;
    }
    this.unusedKeys(flicks, forms);
    this.looseMarkers();
    return {
      path: this.path,
      id: locales[0].id,
      tongues: [...new Set(locales.map(({ tongue }) => tongue))],
      info,
      version,
      conformsTo: root.attributes.get('conformsTo'),
      forms: forms.map(({ form, minDeviceWidth, layers }) => ({
        form,
        minDeviceWidth,
        layers: layers.map(({ id, rows }) => ({ id, rows: rows.length })),
      })),
      rules,
      characters: this.characters,
      phrases: this.phrases,
    };
  }

  conforms({ line, attributes }) {
    const version = attributes.get('conformsTo');
    if (!VERSIONS.includes(version)) {
      this.refuse('layout.unsupported', line, `\`conformsTo\` is ${quote(version)}, and known are ${some(VERSIONS)}. Write the layout for one of them.`);
    } else if (attributes.get('xmlns') !== namespace(version)) {
      this.refuse('layout.unsupported', line, `\`xmlns\` is ${quote(attributes.get('xmlns'))}, and \`conformsTo="${version}"\`. Write \`xmlns="${namespace(version)}"\`.`);
    }
  }

  locales(root, more) {
    const found = [];
    if (more.length >= MOST_LOCALES) {
      this.refuse('locale.too-many', more[0].line, `the layout has ${more.length} further locales, and may have ${MOST_LOCALES - 1}. Remove some.`);
    }
    for (const element of [root, ...more]) {
      const written = element.attributes.get(element === root ? 'locale' : 'id');
      const read = locale(written);
      if (read === null) {
        this.refuse('locale.malformed', element.line, `${quote(written)} is no locale of BCP 47. Write it like \`fr\` or \`sr-Latn\`.`);
      } else if (element !== root && read.hasKeyboard) {
        this.refuse('locale.malformed', element.line, `${quote(written)} names a keyboard, and a further locale is only a language. Write \`${read.tongue}\`.`);
      } else if (found.some(({ id }) => id === read.id)) {
        this.refuse('locale.duplicate', element.line, `\`${read.id}\` is there already. Remove one.`);
      } else {
        found.push(read);
      }
    }
    return found;
  }

  info({ line, attributes }) {
    const info = {};
    const { layout } = Object.fromEntries(attributes);
    // People filter by it.
    if (layout !== undefined && !/^[A-Za-z0-9]([A-Za-z0-9 ._+-]{0,38}[A-Za-z0-9])?$/.test(layout)) {
      this.refuse('info.malformed', line, `\`layout\` is ${quote(layout)}. Write 1 to 40 Latin letters, digits, spaces and \`._+-\`, such as \`QWERTY\`.`);
    }
    for (const [key, value] of attributes) {
      if (value.trim() === '' || value !== value.trim() || [...value].length > 80 || isHidden(value)) {
        this.refuse('info.malformed', line, `\`${key}\` is ${quote(value)}. Write 1 to 80 visible characters, without space around them.`);
      }
      info[key] = value;
    }
    return info;
  }

  readVariables(element) {
    for (const variable of element?.children ?? []) {
      const id = variable.attributes.get('id');
      if (this.variables.has(id)) {
        this.refuse('variable.duplicate', variable.line, `there is a variable \`${id}\` already. Give this one another name.`);
        continue;
      }
      const value = this.pattern('variable.malformed', variable, 'value', variable.attributes.get('value'), (source) => ({
        string: pattern.text, set: pattern.set, uset: pattern.uset,
      })[variable.name](source, this.variables));
      // Whatever is wrong with it was said: what refers to it is not wrong as well.
      if (variable.name === 'string') {
        this.variables.strings.set(id, value ?? { text: '', markers: [] });
      } else if (variable.name === 'set') {
        this.variables.sets.set(id, value ?? []);
      } else {
        this.variables.usets.add(id);
      }
    }
  }

  readKeys(element, all) {
    const take = (keys) => keys.forEach((text, id) => this.keys.set(id, { text, markers: [], line: 0 }));
    take(IMPLIED_KEYS);
    for (const imported of all(element, 'import')) {
      const keys = IMPORTED_KEYS.get(this.importedFile(imported, [...IMPORTED_KEYS.keys()]));
      if (keys !== undefined) {
        take(keys);
      }
    }
    for (const key of all(element, 'key')) {
      const id = key.attributes.get('id');
      const known = this.keys.get(id);
      if (known?.line > 0) {
        this.refuse('key.duplicate', key.line, `there is a key \`${id}\` already, in line ${known.line}. Give this one another id, or remove it.`);
        continue;
      }
      this.keys.set(id, { ...this.key(id, key), line: key.line, element: key });
    }
  }

  key(id, key) {
    const { line, attributes } = key;
    const output = attributes.get('output');
    const silent = { text: '', markers: [] };
    if (attributes.has('gap') && (output !== undefined || attributes.has('layerId'))) {
      this.refuse('key.contradictory', line, `the key \`${id}\` is a gap, and writes or switches. Remove \`gap\`, or the other.`);
    }
    if (!attributes.has('gap') && !attributes.has('layerId') && output === undefined) {
      this.refuse('key.idle', line, `the key \`${id}\` does nothing. Give it \`output\`, \`layerId\` or \`gap="true"\`.`);
    }
    const width = Number(attributes.get('width') ?? 1);
    if (width < 0.01 || width > 100) {
      this.refuse('key.malformed', line, `the key \`${id}\` is ${width} keys wide. A width is from 0.01 to 100.`);
    }
    if (output === undefined) {
      return silent;
    }
    const text = this.pattern('key.malformed', key, 'output', output, (source) => pattern.text(source, this.variables));
    if (text === null) {
      return silent;
    }
    if (text.text === '' && text.markers.length === 0) {
      this.refuse('key.malformed', line, `the key \`${id}\` writes nothing. Give it a text, or remove \`output\`.`);
    }
    this.writes(`the key \`${id}\``, line, text);
    return text;
  }

  /** Notes what a key or a rule writes, and refuses what nothing may write. */
  writes(what, line, { text, markers }) {
    for (const marker of markers) {
      this.written.set(marker, line);
    }
    const breaks = text.search(/[\n\r\u0085\u2028\u2029]/) !== -1;
    if (breaks && [...text].length > 1) {
      // A line that ends is a message that is sent, or a command that runs.
      this.refuse('output.line-break', line, `${what} writes text and a line break at once, which would send or run what it writes. Remove the line break.`);
    } else if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f]/.test(text)) {
      this.refuse('output.control', line, `${what} writes a control character. Remove it.`);
    }
    if (/[\u202a-\u202e\u2066-\u2069]/.test(text)) {
      this.remarks.add('output.bidirectional', this.path, `Line ${line}: ${what} writes a character that reverses the order of the text after it. See that its language needs it.`);
    }
    if ([...text].length > LONGEST_WRITTEN) {
      this.phrases.push(`${what} in line ${line}`);
    }
  }

  /** Counts what can be typed, without spaces and without what is not seen. */
  counts(text) {
    for (const character of text) {
      if (!/[\s\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/.test(character)) {
        this.characters.add(character);
      }
    }
  }

  importedFile({ line, attributes }, known) {
    const [version, file, ...rest] = attributes.get('path').split('/');
    if (rest.length > 0 || !VERSIONS.includes(version) || !known.includes(file)) {
      this.refuse('import.unknown', line, `${quote(attributes.get('path'))} cannot be imported here. Import ${some(known.map((name) => `${VERSIONS[0]}/${name}`))}, or write out what it would bring.`);
      return null;
    }
    return file;
  }

  readFlicks(elements, all) {
    const flicks = new Map();
    for (const flick of elements) {
      const id = flick.attributes.get('id');
      if (flicks.has(id)) {
        this.refuse('flick.duplicate', flick.line, `there is a flick \`${id}\` already. Give this one another id.`);
      }
      const ways = new Set();
      const segments = all(flick, 'flickSegment');
      for (const { line, attributes } of segments) {
        const way = words(attributes.get('directions')).join(' ');
        if (ways.has(way)) {
          this.refuse('flick.ambiguous', line, `the flick \`${id}\` goes ${quote(way)} twice. Remove one.`);
        }
        ways.add(way);
      }
      flicks.set(id, segments.map(({ line, attributes }) => ({ line, keyId: attributes.get('keyId') })));
    }
    return flicks;
  }

  readForms(element, all) {
    const rows = new Map(FORMS);
    for (const imported of all(element, 'import')) {
      this.importedFile(imported, IMPORTED_FORMS);
    }
    for (const form of all(element, 'form')) {
      const id = form.attributes.get('id');
      if (id === 'touch' || rows.has(id)) {
        this.refuse('form.duplicate', form.line, `the form \`${id}\` is known, and every layout means the same by it. Give this one another id.`);
        continue;
      }
      const codes = all(form, 'scanCodes').map(({ attributes }) => words(attributes.get('codes').toUpperCase()));
      if (new Set(codes.flat()).size !== codes.flat().length) {
        this.refuse('form.ambiguous', form.line, `the form \`${id}\` has a scan code twice. Give each key one of its own.`);
      }
      rows.set(id, codes.map((row) => row.length));
    }
    return rows;
  }

  readLayers(elements, rows, all) {
    const forms = [];
    for (const element of elements) {
      const form = element.attributes.get('formId');
      const touch = form === 'touch';
      const width = element.attributes.get('minDeviceWidth');
      const minDeviceWidth = width === undefined ? null : Number(width);
      if (!touch && !rows.has(form)) {
        this.refuse('form.unknown', element.line, `there is no form ${quote(form)}. Use ${some([...FORMS.keys(), 'touch'], 6)}, or add it to \`forms\`.`);
      }
      const same = touch
        ? forms.some((other) => other.form === form && other.minDeviceWidth === minDeviceWidth)
        : forms.some((other) => other.form !== 'touch');
      if (same) {
        this.refuse('layers.ambiguous', element.line, touch
          ? 'there are `layers` for touch of that width already. Give these another `minDeviceWidth`.'
          : 'there are `layers` for hardware already. Make a layout of its own for each kind of hardware.');
      }
      const layers = all(element, 'layer').map((layer) => ({
        line: layer.line,
        id: layer.attributes.get('id') ?? layer.attributes.get('modifiers') ?? '',
        modifiers: layer.attributes.get('modifiers'),
        named: layer.attributes.has('id'),
        rows: all(layer, 'row').map((row) => ({ line: row.line, keys: words(row.attributes.get('keys')) })),
      }));
      forms.push({ line: element.line, form, minDeviceWidth, layers });
      if (touch) {
        this.touchLayers(element, layers);
      } else {
        this.hardwareLayers(layers, form, rows.get(form));
      }
    }
    return forms;
  }

  touchLayers({ line }, layers) {
    const ids = new Set();
    for (const layer of layers) {
      if (!layer.named) {
        this.refuse('layer.unnamed', layer.line, 'a layer for touch has an `id`, for keys to switch to it. Add one.');
      } else if (ids.has(layer.id)) {
        this.refuse('layer.duplicate', layer.line, `there is a layer \`${layer.id}\` already. Give this one another id.`);
      }
      ids.add(layer.id);
    }
    if (!ids.has('base')) {
      this.refuse('layer.missing', line, 'layers for touch begin with the one called `base`. Add it.');
    }
  }

  hardwareLayers(layers, form, rows) {
    const seen = new Map();
    const parts = new Set();
    for (const layer of layers) {
      if (layer.modifiers === undefined) {
        this.refuse('layer.unnamed', layer.line, 'a layer for hardware has `modifiers`, which bring it up. Add them; without any, `none`.');
        continue;
      }
      for (const combination of layer.modifiers.split(',').map((part) => words(part))) {
        const unknown = combination.filter((part) => !MODIFIERS.includes(part));
        const canonical = [...combination].sort().join(' ');
        const sides = new Set(combination.map((part) => part.slice(-1)).filter((side) => side === 'L' || side === 'R'));
        if (combination.length === 0 || unknown.length > 0) {
          this.refuse('modifiers.unknown', layer.line, `${some(unknown.length > 0 ? unknown : [''])} is no modifier. Use ${some(MODIFIERS, 10)}.`);
        } else if (new Set(combination).size !== combination.length || sides.size > 1 ||
          (combination.length > 1 && (combination.includes('none') || combination.includes('other')))) {
          this.refuse('modifiers.contradictory', layer.line, `${quote(combination.join(' '))} cannot be held together. \`none\` and \`other\` stand alone, and sides are not mixed.`);
        } else if (seen.has(canonical)) {
          this.refuse('modifiers.ambiguous', layer.line, `${quote(canonical)} brings up the layer in line ${seen.get(canonical)} already. Use other modifiers.`);
        }
        seen.set(canonical, layer.line);
        combination.forEach((part) => parts.add(part));
      }
      if (rows !== undefined) {
        this.fits(layer, form, rows);
      }
    }
    for (const key of ['alt', 'ctrl']) {
      if (parts.has(key) && (parts.has(`${key}L`) || parts.has(`${key}R`))) {
        this.refuse('modifiers.ambiguous', layers[0].line, `layers of one form are brought up by \`${key}\` and by one side of it. Use either both sides, or \`${key}\`.`);
      }
    }
  }

  /** Hardware has the keys that it has. */
  fits(layer, form, rows) {
    if (layer.rows.length > rows.length) {
      this.refuse('layer.too-large', layer.line, `the layer has ${layer.rows.length} rows, and the form \`${form}\` ${rows.length}. Remove rows.`);
    }
    layer.rows.slice(0, rows.length).forEach(({ line, keys }, at) => {
      if (keys.length > rows[at]) {
        this.refuse('row.too-long', line, `row ${at + 1} has ${keys.length} keys, and the form \`${form}\` ${rows[at]} in it. Remove keys.`);
      }
    });
  }

  /** Every name leads to a key, a flick or a layer. */
  references(flicks, forms) {
    const known = (line, where, ids) => {
      const unknown = [...new Set(ids.filter((id) => !this.keys.has(id)))];
      if (unknown.length > 0) {
        this.refuse('key.unknown', line, `${where} names ${some(unknown)}, and there is no such key. Add it to \`keys\`, import it, or correct its spelling.`);
      }
    };
    const touchLayers = new Set(forms.filter(({ form }) => form === 'touch').flatMap(({ layers }) => layers.map(({ id }) => id)));
    for (const [id, { element, line }] of this.keys) {
      if (element === undefined) {
        continue;
      }
      const { attributes } = element;
      const presses = words(attributes.get('longPressKeyIds'));
      const first = attributes.get('longPressDefaultKeyId');
      const taps = words(attributes.get('multiTapKeyIds'));
      known(line, `a long press on \`${id}\``, presses);
      known(line, `tapping \`${id}\``, taps);
      if (first !== undefined && !presses.includes(first)) {
        this.refuse('key.contradictory', line, `the first choice of a long press on \`${id}\` is \`${first}\`, which is none of its choices. Add it to \`longPressKeyIds\`.`);
      }
      if (taps.includes(id)) {
        this.refuse('key.contradictory', line, `tapping \`${id}\` again leads to itself. Remove it from \`multiTapKeyIds\`.`);
      }
      const flick = attributes.get('flickId');
      if (flick !== undefined && !flicks.has(flick)) {
        this.refuse('flick.unknown', line, `the key \`${id}\` names the flick \`${flick}\`, which is not there. Add it to \`flicks\`.`);
      }
      const layer = attributes.get('layerId');
      if (layer !== undefined && !touchLayers.has(layer)) {
        this.refuse('layer.unknown', line, `the key \`${id}\` switches to the layer \`${layer}\`, which no \`layers\` for touch have. Add it, or correct the name.`);
      }
    }
    for (const [id, segments] of flicks) {
      segments.forEach(({ line, keyId }) => known(line, `the flick \`${id}\``, [keyId]));
    }
    for (const { layers } of forms) {
      for (const { rows } of layers) {
        for (const { line, keys } of rows) {
          if (keys.length === 0) {
            this.refuse('row.empty', line, 'the row has no keys. Remove it, or put `gap` into it.');
          }
          known(line, 'the row', keys);
        }
      }
    }
  }

  displays(elements, options) {
    for (const element of elements) {
      const { line, attributes } = element;
      if (attributes.has('keyId') === attributes.has('output')) {
        this.refuse('display.ambiguous', line, 'a `display` is for a `keyId` or for an `output`. Write one of them.');
      }
      const readText = (source) => pattern.text(source, this.variables);
      const shown = this.pattern('display.malformed', element, 'display', attributes.get('display'), readText);
      const output = attributes.has('output') ? this.pattern('display.malformed', element, 'output', attributes.get('output'), readText) : null;
      if (shown !== null && (shown.text === '' || shown.markers.length > 0 || /[\u0000-\u001f\u007f-\u009f]/.test(shown.text))) {
        this.refuse('display.malformed', line, `${quote(attributes.get('display'))} cannot be shown on a key. Write visible characters.`);
      } else if (shown !== null && output !== null && output.markers.length === 0 && output.text === shown.text) {
        this.refuse('display.idle', line, `${quote(shown.text)} is shown as itself anyway. Remove the \`display\`.`);
      }
    }
    if (options?.attributes.has('baseCharacter')) {
      this.pattern('display.malformed', options, 'baseCharacter', options.attributes.get('baseCharacter'), (source) => pattern.text(source, this.variables));
    }
  }

  transforms(elements, all) {
    const types = new Set();
    let rules = 0;
    for (const element of elements) {
      const type = element.attributes.get('type');
      if (types.has(type)) {
        this.refuse('transforms.duplicate', element.line, `there are \`transforms\` of the type \`${type}\` already. Put the groups of both into one.`);
      }
      types.add(type);
      for (const group of all(element, 'transformGroup')) {
        all(group, 'transform').forEach((transform) => this.transform(transform));
        all(group, 'reorder').forEach((reorder) => this.reorder(reorder));
        rules += group.children.length;
      }
    }
    return rules;
  }

  transform(transform) {
    const { line, attributes } = transform;
    const matched = this.pattern('transform.malformed', transform, 'from', attributes.get('from'), (source) => pattern.from(source, this.variables));
    if (matched === null) {
      return;
    }
    matched.markers.forEach((marker) => this.awaited.set(marker, line));
    const written = this.pattern('transform.malformed', transform, 'to', attributes.get('to') ?? '', (source) => pattern.to(source, matched, this.variables));
    if (written !== null) {
      const what = `the rule from ${quote(attributes.get('from'))}`;
      for (const text of [written, ...written.mapped]) {
        this.writes(what, line, text);
        this.counts(text.text);
      }
    }
  }

  reorder(reorder) {
    const { line, attributes } = reorder;
    const read = (attribute) => this.pattern('reorder.malformed', reorder, attribute, attributes.get(attribute), (source) => pattern.elements(source, this.variables));
    const length = read('from');
    if (attributes.has('before')) {
      read('before');
    }
    const list = (attribute, isOne, what) => {
      const values = words(attributes.get(attribute));
      if (attributes.has(attribute) && (values.length === 0 || !values.every(isOne))) {
        this.refuse('reorder.malformed', line, `\`${attribute}\` is ${quote(attributes.get(attribute))}. Write ${what}.`);
      } else if (length !== null && values.length > length) {
        this.refuse('reorder.malformed', line, `\`${attribute}\` has ${values.length} values, and \`from\` matches ${length} characters. Remove values.`);
      }
      return values;
    };
    const isWeight = (value) => /^-?(0|[1-9]\d{0,2})$/.test(value) && value >= -128 && value <= 127;
    const isFlag = (value) => value === 'true' || value === 'false';
    list('order', isWeight, 'integers from -128 to 127');
    list('tertiary', isWeight, 'integers from -128 to 127');
    list('tertiaryBase', isFlag, '`true` or `false`');
    list('preBase', isFlag, '`true` or `false`');
  }

  /** A key that nothing leads to is a mistake, or a rest; not one that hurts. */
  unusedKeys(flicks, forms) {
    const reached = new Set(forms.flatMap(({ layers }) => layers.flatMap(({ rows }) => rows.flatMap(({ keys }) => keys))));
    for (const id of [...reached]) {
      const attributes = this.keys.get(id)?.element?.attributes ?? new Map();
      const further = [...words(attributes.get('longPressKeyIds')), ...words(attributes.get('multiTapKeyIds'))];
      const flick = (flicks.get(attributes.get('flickId')) ?? []).map(({ keyId }) => keyId);
      [...further, ...flick].forEach((key) => reached.add(key));
    }
    reached.forEach((id) => this.counts(this.keys.get(id)?.text ?? ''));
    const unused = [...this.keys].filter(([id, { line }]) => line > 0 && !reached.has(id)).map(([id]) => id);
    if (unused.length > 0) {
      this.remarks.add('key.unused', this.path, `No row, long press, tap or flick leads to ${some(unused)}. Remove what is not needed.`);
    }
  }

  /** A rule that waits for a marker that nothing writes never applies. */
  looseMarkers() {
    const only = (these, those) => [...these.keys()].filter((marker) => !those.has(marker));
    const never = only(this.awaited, this.written);
    const lost = only(this.written, this.awaited);
    if (never.length > 0) {
      this.remarks.add('marker.unwritten', this.path, `Rules wait for the markers ${some(never)}, which nothing writes. Correct their names, or remove the rules.`);
    }
    if (lost.length > 0) {
      this.remarks.add('marker.unused', this.path, `The markers ${some(lost)} are written, and no rule waits for them. Add rules, or remove the keys.`);
    }
  }
}

/** Whether a name has characters that are not seen, or that turn text around. */
function isHidden(text) {
  return /[\u0000-\u001f\u007f-\u009f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/.test(text);
}
