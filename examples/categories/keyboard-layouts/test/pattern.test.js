import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Malformed, Variables, elements, from, set, text, to, uset } from '../src/pattern.js';

const variables = new Variables();
variables.strings.set('grave', text('\\m{grave}', variables));
variables.sets.set('vowel', set('a e i', variables));
variables.sets.set('graveVowel', set('à è ì', variables));
variables.sets.set('two', set('x y', variables));
variables.usets.add('marks');

const refuses = (read, sources, why) => {
  for (const source of sources) {
    assert.throws(() => read(source), (error) => error instanceof Malformed && why.test(error.message), source);
  }
};

test('a text is its characters, with escapes resolved and markers apart', () => {
  assert.deepEqual(text('a\\u{0062 63}\\m{x}${grave}$', variables), { text: 'abc$', markers: ['x', 'grave'] });
  refuses((s) => text(s, variables), ['\\u0300', '\\', '\\x'], /backslash/);
  refuses((s) => text(s, variables), ['\\u{110000}', '\\u{D800}', '\\u{FFFF}', '\\u{FDD0}'], /no character/);
  refuses((s) => text(s, variables), ['${none}'], /no string/);
  refuses((s) => text(s, variables), ['${vowel}'], /is a set/);
});

test('a transform matches what the ABNF of CLDR allows', () => {
  for (const source of [
    'abc', '^a', 'a|bc', '(?:a|b)c', '([abc])([d-f])', '(a?b)', 'a{0,9}b', '\\m{x}.', '\\m{.}e', '${grave}($[vowel])',
    '$[marks]', '[^a-c\\u{300}-\\u{36F}]', '\\s\\d', '\\$\\{', '𐒵', '(?:[abc]([def]))|(?:[ghi])',
  ]) {
    assert.doesNotThrow(() => from(source, variables), source);
  }
  assert.deepEqual(from('x($[vowel])(b)', variables).groups, ['vowel', null]);
  assert.deepEqual(from('${grave}[\\m{y}]', variables).markers, ['grave', 'y']);
});

test('what could run away or depends on a version of Unicode is no match', () => {
  refuses((s) => from(s, variables), ['a*', 'a+', 'a{1,}', 'a{2}'], /of its own|missing|bound/);
  refuses((s) => from(s, variables), ['\\p{L}', '\\1', '\\b', '\\k<a>'], /no such escape/);
  refuses((s) => from(s, variables), ['a$', '$'], /`\$` begins/);
  refuses((s) => from(s, variables), ['a?', '(?:a|b?)', 'a{0,3}', '[a]{0,1}'], /nothing at all/);
  refuses((s) => from(s, variables), ['((a)b)', '(a|b)'], /no group and no/);
  refuses((s) => from(s, variables), ['(?<n>a)', '(?=a)', '(?!a)'], /only `\(\?:…\)`/);
  refuses((s) => from(s, variables), ['', '^', '|a', 'a|', '(?:)', 'a||b'], /missing|alternatives|matches/);
  refuses((s) => from(s, variables), ['(a', '(?:a', 'a)', '[a'], /missing|closes nothing|no character/);
  refuses((s) => from(s, variables), ['[z-a]'], /ends before/);
  refuses((s) => from(s, variables), [`${'(?:'.repeat(50)}a${')'.repeat(50)}`], /too deeply/);
});

test('a mapped set has as many items as the set that was matched', () => {
  const matched = from('${grave}($[vowel])(z)', variables);
  assert.equal(to('$[1:graveVowel]$2', matched, variables).mapped.length, 3);
  refuses((s) => to(s, matched, variables), ['$[1:two]'], /3 items and `two` 2/);
  refuses((s) => to(s, matched, variables), ['$[2:graveVowel]'], /not one set/);
  refuses((s) => to(s, matched, variables), ['$3', '$[3:two]'], /no group 3/);
  refuses((s) => to(s, matched, variables), ['$x', '\\x', '\\m{.}'], /dollar|cannot be written/);
  assert.equal(to('$$\\\\()*', matched, variables).text, '$\\()*');
});

test('sets of characters have ranges and other sets, and no properties', () => {
  for (const source of ['[a-z D \\u{200A}]', '[$[marks]-[G]]', '[[a-z]&[x]]', '[^\\-]']) {
    assert.doesNotThrow(() => uset(source, variables), source);
  }
  refuses((s) => uset(s, variables), ['a', '[a', '[[:L:]]', '[\\p{L}]', '[{ab}]', '[z-a]', '[a]b', '[-]', '[$[vowel]]'], /./);
  assert.equal(elements('\\u{1A60}[\\u{1A75}-\\u{1A79}]a', variables), 3);
  refuses((s) => elements(s, variables), ['', 'a*', '(a)'], /./);
});
