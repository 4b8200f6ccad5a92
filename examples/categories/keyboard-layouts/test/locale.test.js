import assert from 'node:assert/strict';
import { test } from 'node:test';

import { inWords, locale } from '../src/locale.js';
import { compare, validate } from '../src/permissions.js';

test('a locale has its canonical case, and the language apart from the keyboard', () => {
  assert.deepEqual(locale('FR-ch-T-k0-Azerty'), { id: 'fr-CH-t-k0-azerty', tongue: 'fr-CH', hasKeyboard: true });
  assert.deepEqual(locale('sr-latn'), { id: 'sr-Latn', tongue: 'sr-Latn', hasKeyboard: false });
  assert.equal(locale('de-1996-x-own').tongue, 'de');
  assert.equal(locale('es-419').tongue, 'es-419');
});

test('what BCP 47 does not have is no locale', () => {
  for (const text of ['', 'f', 'français', 'fr_CH', 'fr-', '-fr', 'fr--CH', 'fr-t', 'fr-u-co-phonebk-u-nu-latn', 'de-1996-1996', 'x-own', 'abcd']) {
    assert.equal(locale(text), null, text);
  }
});

test('people read names of languages', () => {
  assert.equal(inWords('pt-BR'), 'Portuguese (BR)');
  assert.equal(inWords('syl'), 'the language `syl`');
  assert.equal(inWords('und-Deva'), 'any language (Deva)');
});

test('a language covers its regions, and not the reverse', () => {
  const directions = (consented, requested) => compare(consented, requested).map(({ permission, direction }) => `${direction} ${permission}`);
  assert.deepEqual(directions(['language:pt'], ['language:pt-BR']), ['narrowed language:pt-BR']);
  assert.deepEqual(directions(['language:pt-BR'], ['language:pt']), ['widened language:pt']);
  assert.deepEqual(directions(['language:pt'], ['language:pt', 'language:pt-BR']), ['narrowed language:pt-BR']);
  assert.deepEqual(directions(['language:pt'], ['language:es', 'phrases']), ['added language:es', 'added phrases', 'removed language:pt']);
  assert.deepEqual(directions(['language:pt', 'phrases'], ['phrases', 'language:pt']), []);
  assert.deepEqual(directions(['language:p'], ['network']), []);
});

test('grants are in the order asked, each in its own words', () => {
  assert.deepEqual(validate(['phrases', 'language:cs']).map(({ permission }) => permission), ['phrases', 'language:cs']);
  assert.throws(() => validate(['language:cs', 'language:cs']), (findings) => findings[0].rule === 'permission.duplicate');
});
