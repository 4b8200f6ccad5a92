// Locale identifiers: BCP 47 (RFC 5646), as Unicode uses them (UTS #35, "Unicode Locale Identifier").

import { LANGUAGES } from './languages.js';

/** Longer ones exist on paper only. */
const LONGEST = 100;

const LANGUAGE = '[a-z]{2,3}|[a-z]{5,8}';
const VARIANT = '[a-z0-9]{5,8}|[0-9][a-z0-9]{3}';
// `t` and `u` have a grammar of their own within; it is enough here that they have the shape of an extension.
const EXTENSION = '[a-wyz0-9](?:-[a-z0-9]{2,8})+';
const PRIVATE = 'x(?:-[a-z0-9]{1,8})+';

const LOCALE = new RegExp(
  `^(?<language>${LANGUAGE})(?:-(?<script>[a-z]{4}))?(?:-(?<region>[a-z]{2}|[0-9]{3}))?` +
    `(?<variants>(?:-(?:${VARIANT}))*)(?<extensions>(?:-${EXTENSION})*)(?:-(?<private>${PRIVATE}))?$`,
);

/**
 * @typedef {object} Locale
 * @property {string} id canonical case: `sr-Latn-RS`, `fr-t-k0-azerty`
 * @property {string} tongue language, script and region only: what people write
 * @property {boolean} hasKeyboard whether it names a keyboard (`-t-k0-`)
 */

/**
 * @param {string} text
 * @returns {Locale | null} null if it is not well-formed
 */
export function locale(text) {
  const lower = text.toLowerCase();
  const match = text.length <= LONGEST ? LOCALE.exec(lower) : null;
  if (match === null) {
    return null;
  }
  const { language, script, region, variants, extensions, private: own } = match.groups;
  const singletons = (extensions.match(/-[a-z0-9](?=-)/g) ?? []).sort();
  const variantList = variants.split('-').filter(Boolean);
  if (hasTwice(singletons) || hasTwice(variantList)) {
    return null; // RFC 5646, 2.2.5 and 2.2.6: neither may be repeated
  }
  const tongue = [
    language,
    script && script[0].toUpperCase() + script.slice(1),
    region && region.toUpperCase(),
  ].filter(Boolean).join('-');
  return {
    id: `${tongue}${variants}${extensions}${own ? `-${own}` : ''}`,
    tongue,
    hasKeyboard: /-t(-[a-z0-9]{2,8})*-k0-/.test(extensions),
  };
}

function hasTwice(list) {
  return new Set(list).size !== list.length;
}

/** "French", "Portuguese (BR)", "the language `syl`". */
export function inWords(tongue) {
  const [language, ...rest] = tongue.split('-');
  if (language === 'mul' || language === 'und') {
    return rest.length > 0 ? `any language (${rest.join(', ')})` : 'any language';
  }
  const name = LANGUAGES.get(language) ?? `the language \`${language}\``;
  return rest.length > 0 ? `${name} (${rest.join(', ')})` : name;
}
