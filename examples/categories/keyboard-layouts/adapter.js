// The category `keyboard-layouts`: what keys write.
//
// # The package
//
// ```text
// fr.xml …       1 to 16 LDML keyboards (UTS #35 part 7), not in folders, 256 KiB each and 512 KiB together
// README.md      and LICENSE, if wanted; and the icon and pictures that the manifest shows
// ```
//
// An LDML keyboard is the format of CLDR 45 and later (`keyboard3`): keys, and for each kind of hardware and
// for touch the layers and rows that they are in; rules that turn what was typed into something else,
// such as a dead key and a letter into one with an accent. A layout of CLDR or of Keyman's is such a file.
//
// - `src/xml.js`: well-formed, UTF-8, and without anything that XML could do beyond elements;
// - `src/schema.js`: the elements and attributes that the format has;
// - `src/layout.js`: that names lead somewhere, rows fit the hardware, rules can apply, and that no key writes a
//   control character, or a text with a line break, which a terminal would run;
// - `src/pattern.js`: the expressions of rules;
// - `src/permissions.js`: what a layout may ask for.
//
// # What it needs
//
// `language:…` for each language that a layout says it is for. `phrases` if a key or a rule writes more than
// 16 characters. What is asked for and not needed is refused: it would teach people to consent without reading.
//
// # The registry entries
//
// One for each layout, under its locale, which names the keyboard (`fr-t-k0-azerty`):
// `{slug, title, file, name, author, layout, indicator, version, conformsTo, languages, phrases,
// forms: [{form, minDeviceWidth, layers: [{id, rows}]}]}`.

import { entries, read } from 'marketplace:category/contents@1.1.0';
import { place, register } from 'marketplace:category/staging@1.1.0';

import { FORM_NAMES } from './src/cldr.js';
import { Findings, some } from './src/findings.js';
import { inWords } from './src/locale.js';
import { isNote, layouts, shown } from './src/package.js';
import { PHRASES, compare, covers, language, understand, validate } from './src/permissions.js';

// A keyboard.
const ICON = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="currentColor" '
  + 'stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round"><rect x="2.5" y="6" width="19" height="12" rx="2"/>'
  + '<path d="M6 10h.01M9 10h.01M12 10h.01M15 10h.01M18 10h.01M6 14h.01M9.5 14h5M18 14h.01"/></svg>';

export const validator = {
  describe: () => ({
    id: 'keyboard-layouts',
    singular: 'keyboard-layout',
    name: 'Keyboard layouts',
    description: 'What the keys of your keyboard write, for a language and for a habit.',
    icon: ICON,
    freeInstallCap: 5,
  }),
  validate,
  compare,
};

export const presenter = {
  present: () => ({
    package: 'A folder with 1 to 16 LDML keyboards: the `.xml` files of CLDR 45 and later, one for each layout.',
    fields: [
      { key: 'language', label: 'Language', unit: '', places: { card: true, drawer: true, facet: true } },
      { key: 'hardware', label: 'Keyboard', unit: '', places: { drawer: true, facet: true } },
      { key: 'arrangement', label: 'Arrangement', unit: '', places: { card: true, drawer: true, facet: true } },
      { key: 'layouts', label: 'Layouts', unit: '', places: { drawer: true } },
      { key: 'layers', label: 'Layers', unit: '', places: { drawer: true } },
      { key: 'characters', label: 'Characters', unit: '', places: { card: true, drawer: true } },
      { key: 'rules', label: 'Rules for dead keys and order', unit: '', places: { drawer: true } },
    ].map((field) => ({ ...field, places: { card: false, drawer: false, facet: false, ...field.places } })),
    permissions: [language('fr'), PHRASES].map((permission) => {
      const { summary, risk } = understand(permission).grant;
      return { permission, summary, risk };
    }),
    inputs: [],
  }),

  details({ canonical }) {
    let all;
    try {
      all = layouts(entries(), read, canonical).layouts;
    } catch (reasons) {
      if (Array.isArray(reasons)) {
        return []; // `inspect` refused it: there is nothing to show
      }
      throw reasons;
    }
    const distinct = (values) => [...new Set(values)];
    const texts = (field, values) => ({ field, values: distinct(values).map((val) => ({ tag: 'text', val })) });
    const number = (field, val) => ({ field, values: [{ tag: 'number', val }] });
    const forms = all.flatMap((layout) => layout.forms);
    return [
      texts('language', all.flatMap(({ tongues }) => tongues.map(inWords))),
      texts('hardware', forms.map(({ form }) => FORM_NAMES.get(form) ?? form)),
      texts('arrangement', all.map(({ info }) => info.layout).filter((layout) => layout !== undefined)),
      number('layouts', all.length),
      number('layers', forms.reduce((sum, { layers }) => sum + layers.length, 0)),
      number('characters', new Set(all.flatMap(({ characters }) => [...characters])).size),
      number('rules', all.reduce((sum, { rules }) => sum + rules, 0)),
    ].filter(({ values }) => values.length > 0);
  },
};

export const installer = {
  inspect({ permissions, canonical }) {
    const { layouts: all, remarks } = layouts(entries(), read, canonical);
    const phrases = all.flatMap((layout) => layout.phrases);
    const needed = all.flatMap(({ tongues }) => tongues.map(language));
    if (phrases.length > 0) {
      needed.push(PHRASES);
    }
    const findings = new Findings();
    const needs = [...new Set(needed)].map(understand);
    for (const declared of permissions.map(understand).filter(({ grant }) => grant !== undefined)) {
      if (!needs.some((need) => covers(declared, need))) {
        const { permission } = declared.grant;
        const why = permission === PHRASES
          ? 'No key and no rule writes a phrase.'
          : `No layout is for ${inWords(declared.tongue)}; they are for ${some([...new Set(all.flatMap(({ tongues }) => tongues))])}.`;
        findings.add('permission.unused', permission, `${why} Remove \`${permission}\`.`);
      }
    }
    findings.refuse();
    if (phrases.length > 0) {
      // Consent is to phrases, whichever they are: somebody reads them before.
      remarks.push({ rule: 'output.phrase', subject: 'package', message: `Whole phrases are written by ${phrases.slice(0, 3).join(', ')}. Read them.` });
    }
    return { needed: [...new Set(needed)], remarks };
  },

  install({ name, canonical }) {
    const { layouts: all } = layouts(entries(), read, canonical);
    const { title = name } = JSON.parse(canonical);
    const pictures = shown(canonical);
    for (const { path } of entries()) {
      if (isNote(path) && !pictures.includes(path)) {
        place(path, path);
      }
    }
    for (const layout of all) {
      const file = `layouts/${layout.path}`;
      place(layout.path, file);
      register(layout.id, JSON.stringify({
        slug: name,
        title,
        file,
        name: layout.info.name,
        author: layout.info.author ?? null,
        layout: layout.info.layout ?? null,
        indicator: layout.info.indicator ?? null,
        version: layout.version,
        conformsTo: layout.conformsTo,
        languages: layout.tongues,
        phrases: layout.phrases.length > 0,
        forms: layout.forms,
      }));
    }
  },
};
